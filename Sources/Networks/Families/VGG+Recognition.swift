/// VGG: from what a file holds to the text that makes it.

extension VGG {
  /// Convolutions in each block of the original networks, by the depth in their names; a pool ends each
  /// block.
  package static let blocks: [Int: [Int]] = {
    var blocks: [Int: [Int]] = [:]
    for name in tables.keys {
      guard let depth = Int(name.dropFirst(3)), let known = try? VGG(name) else { continue }
      blocks[depth] = known.filters.map(\.count)
    }
    return blocks
  }()

  /// 11, 13, 16 or 19, whatever the widths are; nil of a table of its own.
  package var depth: Int? {
    let counts = filters.map(\.count)
    return endsInPool ? Self.blocks.first { $1 == counts }?.key : nil
  }

  /// The text that makes this network: `vgg11`; `vgg11@0.25` where every channel count is multiplied; else
  /// the table itself, `vgg:16,M,32,M`.
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

  /// The blocks of convolutions at these places of `features`: where `convolutions` names them, read
  /// backwards. Names do not tell whether a pool follows the last convolution; VGG has one.
  /// - Returns: convolutions in each block; nil if no VGG has its convolutions there.
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
