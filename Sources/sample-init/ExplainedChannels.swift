// What is reported and recorded of how well the channels of a network that was drawn explain its source's.

import Features
import Networks
import Schemas
import Tooling

/// R² by linear map, in the network's order, of what `--align` has carried over.
struct ExplainedChannels {
  private var maps: [(map: LinearMap, share: Double)] = []

  mutating func add(_ map: LinearMap, _ share: Double) { maps.append((map, share)) }

  /// As labels hold them: by the name of each map.
  var byName: [(name: String, explained: Double)] {
    maps.map { (name: $0.map.name, explained: $0.share) }
  }

  /// One line for all convolutions; for a transformer one line a block, which names once the maps of a layer that read
  /// the same tokens.
  var lines: [String] {
    var lines: [(block: Int?, shares: [String])] = []
    var last: String?
    for (map, share) in maps where map.layer != last {
      let block = map.station?.block
      if lines.isEmpty || lines[lines.count - 1].block != block { lines.append((block, [])) }
      let name = block.map { map.layer.dropFirst("blocks.\($0).".count) } ?? map.layer[...]
      lines[lines.count - 1].shares.append("\(name) \((share * 1000).rounded() / 1000)")
      last = map.layer
    }
    return lines.map { block, shares in
      "R² of the source's channels in the new ones\(block.map { ", block \($0)" } ?? ""): "
        + shares.joined(separator: ", ")
    }
  }
}
