/// VGG as blocks of convolutions, and where torchvision's names put them.

enum VGGTable {
  /// Convolutions in each of the five blocks, and their channels; a 2×2 pool ends each block
  /// (Simonyan & Zisserman 2015, columns A, B, D, E).
  static let blocks: [Int: [Int]] = [
    11: [1, 1, 2, 2, 2],
    13: [2, 2, 2, 2, 2],
    16: [2, 2, 3, 3, 3],
    19: [2, 2, 4, 4, 4],
  ]
  static let channels = [64, 128, 256, 512, 512]

  /// The blocks of convolutions at these places of `features`. A convolution is followed by batch
  /// normalisation where there is one, and by ReLU; a block by its pool. Names do not tell whether
  /// a pool follows the last convolution; VGG has one.
  static func blocks(at indices: [Int], batchNormalised: Bool) -> [Int]? {
    guard indices.first == 0 else { return nil }
    let step = batchNormalised ? 3 : 2
    var blocks = [1]
    for (index, next) in zip(indices, indices.dropFirst()) {
      switch next - index {
      case step: blocks[blocks.count - 1] += 1
      case step + 1: blocks.append(1)
      default: return nil
      }
    }
    return blocks
  }

  /// The place of each convolution in `features` without batch normalisation.
  static func indices(of blocks: [Int]) -> [Int] {
    var next = 0
    return blocks.flatMap { count in
      defer { next += 2 * count + 1 }
      return (0..<count).map { next + 2 * $0 }
    }
  }

  /// The place of each linear layer in `classifier`, between ReLU and dropout.
  static func classifierIndex(_ layer: Int) -> Int { 3 * layer }
}
