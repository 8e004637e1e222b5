// R² by which the channels of a new network explain its source's, as it is reported and recorded.

import Features
import Networks
import Schemas
import Tooling

/// R² of each linear map that `--align` has carried over, in the network's order.
struct ExplainedChannels {
  private var maps: [(map: LinearMap, share: Double)] = []

  mutating func add(_ map: LinearMap, _ share: Double) { maps.append((map, share)) }

  /// R² by the name of each map, as labels store it.
  var byName: [(name: String, explained: Double)] {
    maps.map { (name: $0.map.name, explained: $0.share) }
  }

  /// The lines of the report: one for all convolutions, or one for each block of a transformer. Maps of a layer that read
  /// the same tokens are named once.
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
