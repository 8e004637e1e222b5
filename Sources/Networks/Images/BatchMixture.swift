/// A batch of images mixed by mixup or CutMix, and the labels that go with it.

import Tensors

/// How one batch is mixed: image n with image n − 1, the first with the last, as torchvision's `MixUp`
/// and `CutMix` do. The images of a batch are in random order already, so their neighbours are random
/// partners without a permutation of their own, and no image is its own partner unless it is alone.
package struct BatchMixture: Equatable, Sendable {
  /// λ: the share of an image and of its label; its partner has 1 − λ.
  package let share: Double
  /// The pixels that are the partner's; nil: every pixel is a mixture.
  package let box: Box?

  /// A rectangle of pixels: its rows and its columns, from 0.
  package struct Box: Equatable, Sendable {
    package let rows: Range<Int>
    package let columns: Range<Int>
  }

  /// Mixup.
  package init(share: Double) {
    self.share = share
    box = nil
  }

  /// CutMix: a box of 1 − λ of the image's area, of which only the part within the image counts. Its
  /// half sides are whole pixels (rounded down), and λ becomes the share of the pixels outside the box.
  /// - Parameters:
  ///   - share: λ as it was drawn, in [0, 1].
  ///   - row: that of the box's centre, in 0..<side, as `column`.
  package init(share: Double, row: Int, column: Int, side: Int) {
    precondition((0..<side).contains(row) && (0..<side).contains(column))
    let half = Int(0.5 * (1 - share).squareRoot() * Double(side))
    func range(_ centre: Int) -> Range<Int> {
      max(0, centre - half)..<min(side, centre + half)
    }
    let box = Box(rows: range(row), columns: range(column))
    self.share = 1 - Double(box.rows.count * box.columns.count) / Double(side * side)
    self.box = box
  }

  /// Mixes the first `images` of `input` [N, side, side, 3] in place. Normalised pixels may be mixed, since
  /// normalisation is linear.
  package func mix(_ input: Buffer, images: Int, side: Int, pool: WorkerPool) {
    let channels = Architecture.inputChannels
    let rows = box?.rows ?? 0..<side
    let columns = box?.columns ?? 0..<side
    BatchBlend.blend(
      input, images: images, size: side * side * channels,
      runs: rows.map { row in
        let start = row * side
        return (start + columns.lowerBound) * channels..<(start + columns.upperBound) * channels
      }, share: box == nil ? Float(share) : 0, pool: pool)
  }

  /// The labels of the partners of images with these labels.
  package func partners(of labels: [UInt16]) -> PartnerLabels {
    PartnerLabels(labels.suffix(1) + labels.dropLast(), share: share)
  }
}
