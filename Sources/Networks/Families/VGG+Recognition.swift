// VGG: from the contents of a file to the text that describes the network.

extension VGG {
  /// The number of convolutions in each block of the original networks, by the depth in their names. A pool ends each
  /// block.
  package static let blocks: [Int: [Int]] = {
    var blocks: [Int: [Int]] = [:]
    for name in tables.keys {
      guard let depth = Int(name.dropFirst(3)), let known = try? VGG(name) else { continue }
      blocks[depth] = known.filters.map(\.count)
    }
    return blocks
  }()

  /// The depth 11, 13, 16 or 19 of the original network with the same blocks, whatever the widths; nil if there is none.
  package var depth: Int? {
    let counts = filters.map(\.count)
    return endsInPool ? Self.blocks.first { $1 == counts }?.key : nil
  }

  /// The text that describes this network: `vgg11`, `vgg11@0.25` if all channel counts have a common factor, otherwise a
  /// table such as `vgg:16,M,32,M`.
  package var text: String {
    if let depth, let known = try? VGG("vgg\(depth)") {
      let width = Double(channels) / Double(known.channels)
      let text = width == 1 ? "vgg\(depth)" : "vgg\(depth)@\(width)"
      if let scaled = try? VGG(text), scaled == self { return text }
    }
    let words = stages.map { stage in
      switch stage {
      case .convolution(let filters): "\(filters)"
      case .pool: "M"
      }
    }
    return "vgg:" + words.joined(separator: ",")
  }

  /// The number of convolutions in each block of the VGG whose convolutions have these indices in `features`. It is the
  /// inverse of the naming in `convolutions`.
  ///
  /// The indices do not tell whether a pool follows the last convolution. In VGG one does.
  /// - Returns: nil if no VGG has its convolutions at these indices.
  package static func blocks(atPlaces places: [Int], batchNormalised: Bool) -> [Int]? {
    guard places.first == 0 else { return nil }
    let step = step(batchNormalised: batchNormalised)
    var blocks = [1]
    for (place, next) in zip(places, places.dropFirst()) {
      switch next - place {
      case step: blocks[blocks.count - 1] += 1
      case step + 1: blocks.append(1)
      default: return nil
      }
    }
    return blocks
  }
}
