// Images that initialisers and probes use.

import Networks
import Tensors

/// Images of the task that a network is built for. `patches`, `lsuv` and the scales `output` and
/// `balanced` use them.
package struct TaskImages: Sendable {
  let images: LabelledImages
  let preparation: Network.Preparation
  let count: Int
  let pool: WorkerPool

  /// - Parameters:
  ///   - images: the training images.
  ///   - preparation: with their mean and std.
  ///   - count: how many of them are chosen; nil: as many as have 2¹⁷ pixels, 128 of 32×32.
  package init(
    _ images: LabelledImages, preparation: Network.Preparation, count: Int? = nil,
    pool: WorkerPool
  ) {
    self.images = images
    self.preparation = preparation
    self.count = min(images.count, count ?? Self.count(area: images.height * images.width))
    self.pool = pool
  }

  /// The default number of images of `area` pixels: as many as have 2¹⁷ pixels, at least 8.
  package static func count(area: Int) -> Int { max(8, (1 << 17) / max(area, 1)) }

  /// The images that are used for this purpose.
  func choose(for purpose: LabelledImages.ChoicePurpose) throws(NetworkError) -> ArraySlice<Int> {
    try images.choose(count, for: purpose)[...]
  }

  /// The labels of these of the images.
  ///
  /// - Throws: `FeatureError` if a head of this many outputs has none for one of them.
  func labels(of chosen: ArraySlice<Int>, outputs: Int) throws(FeatureError) -> [UInt16] {
    let labels = chosen.map { images.labels[$0] }
    if let largest = labels.max(), Int(largest) >= outputs {
      throw FeatureError("label \(largest) is outside the head's \(outputs) outputs")
    }
    return labels
  }

  /// A network laid out for these of the images, which are its input already.
  ///
  /// - Parameter trains: whether gradients will be computed.
  func compile(
    _ network: Network, on chosen: ArraySlice<Int>, trains: Bool
  ) throws(NetworkError) -> CompiledNetwork {
    try CompiledNetwork(
      network, on: images, at: chosen, preparation: preparation, pool: pool, trains: trains,
      differentiates: trains)
  }
}
