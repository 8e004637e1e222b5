// Mixup and CutMix of one batch of images and of its labels.

import Tensors

/// The mixing of one batch: image n with image n − 1, and the first with the last, as in torchvision's `MixUp` and
/// `CutMix`.
///
/// The images of a batch are already in random order, so neighbours are random partners. No image is its own partner
/// unless it is the only one.
package struct BatchMixture: Equatable, Sendable {
  /// The share λ of an image and of its label. Its partner has the share 1 − λ.
  package let share: Double
  /// The pixels that are taken from the partner; nil means that every pixel is a weighted mean of both.
  package let box: Box?

  /// A rectangle of pixels, given by its rows and its columns, counted from 0.
  package struct Box: Equatable, Sendable {
    package let rows: Range<Int>
    package let columns: Range<Int>
  }

  /// Makes a mixture for mixup.
  /// - Parameter share: λ, in [0, 1].
  package init(share: Double) {
    self.share = share
    box = nil
  }

  /// Makes a mixture for CutMix: a box with the share 1 − λ of the image's area, cut off at the image's edges.
  ///
  /// Half the box's side is rounded down to whole pixels. `share` then becomes the share of pixels outside the box.
  /// - Parameters:
  ///   - share: The drawn λ, in [0, 1].
  ///   - row: The row of the box's centre, in 0..<side.
  ///   - column: The column of the box's centre, in 0..<side.
  ///   - side: The height and width of the images, in pixels.
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

  /// Mixes the first `images` images of `input` [N, side, side, 3] in place.
  ///
  /// Pixels may be normalised already: normalisation is affine, so a weighted mean is the same before and after it.
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

  /// The labels of each image's partner, with the share λ, for a batch with the given labels.
  package func partners(of labels: [UInt16]) -> PartnerLabels {
    PartnerLabels(labels.suffix(1) + labels.dropLast(), share: share)
  }
}
