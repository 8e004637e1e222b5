// VGG: from text to convolutions and pools, and their names.

/// The width factor after @ in a network's text, such as 0.25 in `vgg11@0.25`. Every channel count is multiplied by it.
/// - Throws: `NetworkError` if the word is not a number in (0, 4].
func widthFactor(_ word: String, in text: String) throws(NetworkError) -> Double {
  guard let factor = Double(word), factor > 0, factor <= 4 else {
    throw NetworkError("the width after @ in '\(text)' is not a number in (0, 4]")
  }
  return factor
}

/// The convolutional part of a VGG, as a table of its convolutions and pools.
///
/// The text form, which files hold, is `vgg11`, `vgg13`, `vgg16` or `vgg19`; a name with a width factor such as
/// `vgg11@0.25`, by which every channel count is multiplied; or a custom table such as `vgg:16,M,32,M`.
package struct VGG: Equatable, Sendable {
  /// An entry of the table.
  package enum Stage: Equatable, Sendable {
    /// A 3×3 convolution of stride 1 and padding 1 with the given number of filters, bias and ReLU.
    case convolution(Int)
    /// A 2×2 max pool of stride 2.
    case pool
  }

  /// The entries of the table, in order.
  package let stages: [Stage]

  /// The original tables by name (Simonyan & Zisserman 2014, configurations A, B, D, E).
  package static let tables: [String: String] = [
    "vgg11": "64,M,128,M,256,256,M,512,512,M,512,512,M",
    "vgg13": "64,64,M,128,128,M,256,256,M,512,512,M,512,512,M",
    "vgg16": "64,64,M,128,128,M,256,256,256,M,512,512,512,M,512,512,512,M",
    "vgg19": "64,64,M,128,128,M,256,256,256,256,M,512,512,512,512,M,512,512,512,512,M",
  ]

  /// Parses the text form.
  /// - Throws: `NetworkError` if `name` is not a VGG or a number is out of range.
  package init(_ name: String) throws(NetworkError) {
    let parts = name.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    let known = "vgg11, vgg13, vgg16, vgg19, or a table such as vgg:16,M,32,M"
    guard let base = parts.first, parts.count <= 2 else {
      throw NetworkError("no architecture '\(name)': \(known)")
    }
    guard
      let table = Self.tables[base] ?? (base.hasPrefix("vgg:") ? String(base.dropFirst(4)) : nil)
    else { throw NetworkError("no architecture '\(name)': \(known)") }
    let width = parts.count == 2 ? try widthFactor(parts[1], in: name) : 1
    var stages: [Stage] = []
    for word in table.split(separator: ",") {
      if word == "M" {
        guard case .convolution? = stages.last else {
          throw NetworkError("a pool in '\(name)' does not follow a convolution")
        }
        stages.append(.pool)
      } else {
        guard let channels = Int(word), (1...4096).contains(channels) else {
          throw NetworkError("'\(word)' in '\(name)' is neither M nor 1 to 4096 filters")
        }
        stages.append(.convolution(max(1, Int((Double(channels) * width).rounded()))))
      }
    }
    guard (1...64).contains(stages.count) else {
      throw NetworkError("'\(name)' has no layers, or more than 64")
    }
    self.stages = stages
  }

  /// Makes a VGG from the widths of its convolutions.
  ///
  /// - Parameters:
  ///   - filters: The number of filters of each convolution, block by block.
  ///   - endsInPool: Whether a pool ends the last block, as it ends the others.
  package init(filters: [[Int]], endsInPool: Bool) {
    let stages = filters.flatMap { $0.map(Stage.convolution) + [.pool] }
    self.stages = endsInPool ? stages : stages.dropLast()
  }

  /// The number of filters of each convolution, block by block. A pool ends each block except perhaps the last one (see
  /// `endsInPool`).
  package var filters: [[Int]] {
    stages.split(separator: .pool).map { block in
      block.compactMap { if case .convolution(let filters) = $0 { filters } else { nil } }
    }
  }

  /// Whether a pool follows the last convolution.
  package var endsInPool: Bool { stages.last == .pool }

  /// A convolution of the network.
  package struct Convolution: Equatable, Sendable {
    package let map: LinearMap
    /// Whether a 2×2 max pool follows.
    package let pools: Bool
  }

  /// The convolutions under PyTorch's names, in order.
  package var convolutions: [Convolution] {
    var result: [Convolution] = []
    var (channels, index) = (Architecture.inputChannels, 0)
    for (i, stage) in stages.enumerated() {
      guard case .convolution(let filters) = stage else {
        index += 1
        continue
      }
      let map = LinearMap(
        "features.\(index)", inputs: channels, outputs: filters, window: .patches, role: .body)
      result.append(
        Convolution(map: map, pools: i + 1 < stages.count && stages[i + 1] == .pool))
      channels = filters
      index += Self.step(batchNormalised: false)
    }
    return result
  }

  /// The number of indices of `features` that a convolution takes with its ReLU and with its batch normalisation, if any.
  /// A pool takes one index.
  static func step(batchNormalised: Bool) -> Int { batchNormalised ? 3 : 2 }

  /// The number of channels of the last map.
  var channels: Int { convolutions.last?.map.outputs ?? 0 }

  /// The smallest side of an image, in pixels, with which the last pool still has an output.
  var smallestSide: Int { 1 << stages.count { $0 == .pool } }

  /// The place of convolution `index`: the number of pools before it, and the number of convolutions since the last pool.
  package func place(ofConvolution index: Int) -> (stage: Int, place: Int) {
    var (stage, place) = (0, 0)
    for convolution in convolutions.prefix(index) {
      (stage, place) = convolution.pools ? (stage + 1, 0) : (stage, place + 1)
    }
    return (stage, place)
  }
}
