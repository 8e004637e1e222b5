// Grouping the maps of a transformer's heads for tables.

/// Groups consecutive elements that share a part; every other element is a group by itself. So a table of
/// a vision transformer has one line for the queries of a layer, not one for each head.
///
/// - Returns: the group's name, `blocks.0.attn.q (4 heads)` or the only element's own, and its members.
package func groupedByPart<Element>(
  _ elements: [Element], part: (Element) -> String?, name: (Element) -> String
) -> [(name: String, members: [Element])] {
  var groups: [(part: String?, members: [Element])] = []
  for element in elements {
    let part = part(element)
    if part != nil, let last = groups.last, last.part == part {
      groups[groups.count - 1].members.append(element)
    } else {
      groups.append((part, [element]))
    }
  }
  return groups.flatMap { group in
    group.members.prefix(1).map { first in
      let count = group.members.count
      let name = count == 1 ? name(first) : "\(group.part ?? "") (\(count) heads)"
      return (name: name, members: group.members)
    }
  }
}
