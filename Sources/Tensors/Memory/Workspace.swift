/// Scratch memory that blocks share, since they run one after another: each asks for the most it
/// will ever need of a role, and the largest request is allocated, when first used.
package final class Workspace {
  /// What the memory is for.
  package enum Role: Int, CaseIterable, Sendable {
    case columns, map, mapGradient, transformed, filters, product, weightGradient, scratch, halo
  }

  private var sizes = [Int](repeating: 0, count: Role.allCases.count)
  private var buffers = [Buffer?](repeating: nil, count: Role.allCases.count)

  package init() {}

  /// At least `count` floats for `role`.
  package func reserve(_ role: Role, _ count: Int) {
    sizes[role.rawValue] = max(sizes[role.rawValue], count)
  }

  /// Makes all that was reserved: what is not used before is made when it is.
  package func makeAll() { for role in Role.allCases { _ = self[role] } }

  /// The memory of a role: made when first asked for.
  package subscript(role: Role) -> Buffer {
    if let buffer = buffers[role.rawValue], buffer.count >= sizes[role.rawValue] { return buffer }
    let buffer = Buffer(count: sizes[role.rawValue])
    buffers[role.rawValue] = buffer
    return buffer
  }
}
