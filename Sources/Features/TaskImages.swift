/// Images for initialisers and probes to look at.

import Networks
import Tensors

/// Images of the task that a network is built for: what `patches`, `lsuv` and scale `output` look at.
public struct TaskImages: Sendable {
  let images: LabelledImages
  let preparation: Network.Preparation
  let count: Int
  let pool: WorkerPool

  /// - Parameters:
  ///   - images: the training images.
  ///   - preparation: with their mean and std.
  ///   - count: how many of them are chosen; nil: 2¹⁷ pixels' worth, 128 of 32×32.
  public init(
    _ images: LabelledImages, preparation: Network.Preparation, count: Int? = nil,
    pool: WorkerPool
  ) {
    self.images = images
    self.preparation = preparation
    let area = images.height * images.width
    self.count = min(images.count, count ?? max(8, (1 << 17) / area))
    self.pool = pool
  }

  /// The images that are looked at for this purpose.
  func choose(for purpose: LabelledImages.ChoicePurpose) throws(NetworkError) -> ArraySlice<Int> {
    try images.choose(count, for: purpose)[...]
  }
}
