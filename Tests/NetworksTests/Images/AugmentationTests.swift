// Flips and crops of images small enough to check by hand.

import Networks
import Tensors
import Testing

struct AugmentationTests {
  /// An image of 2×3 pixels with two channels. The second channel is the first plus 10.
  static let image: [UInt8] = [1, 11, 2, 12, 3, 13, 4, 14, 5, 15, 6, 16]

  func first(_ change: ImageChange) -> [UInt8] {
    let changed = Self.image.withUnsafeBufferPointer {
      change.applied(to: $0, height: 2, width: 3, channels: 2)
    }
    let second = stride(from: 1, to: 12, by: 2).map { changed[$0] }
    let first = stride(from: 0, to: 12, by: 2).map { changed[$0] }
    #expect(second == first.map { $0 == 0 ? 0 : $0 + 10 })
    return first
  }

  @Test func changesAgreeWithHandComputedPixels() {
    #expect(first(ImageChange(down: 0, right: 0, isMirrored: false)) == [1, 2, 3, 4, 5, 6])
    #expect(first(ImageChange(down: 0, right: 0, isMirrored: true)) == [3, 2, 1, 6, 5, 4])
    #expect(first(ImageChange(down: 1, right: -1, isMirrored: false)) == [0, 4, 5, 0, 0, 0])
    #expect(first(ImageChange(down: -1, right: 2, isMirrored: false)) == [0, 0, 0, 3, 0, 0])
    // The window moves first, then the image is flipped.
    #expect(first(ImageChange(down: 0, right: 1, isMirrored: true)) == [0, 3, 2, 0, 6, 5])
    #expect(first(ImageChange(down: 4, right: 4, isMirrored: true)) == [0, 0, 0, 0, 0, 0])
  }

  @Test func drawsAreUniformAndDependOnTheStep() {
    let both: Augmentation = [.flip, .crop]
    let draws = both.draw(seed: 1, step: 3, images: 8100)
    #expect(draws == both.draw(seed: 1, step: 3, images: 8100))
    #expect(Array(draws.prefix(10)) == both.draw(seed: 1, step: 3, images: 10))
    #expect(draws != both.draw(seed: 1, step: 4, images: 8100))
    #expect(draws != both.draw(seed: 2, step: 3, images: 8100))
    for offset in -4...4 {
      // The expected count is 900, with a standard deviation of 28.
      #expect(abs(draws.count { $0.down == offset } - 900) < 140)
      #expect(abs(draws.count { $0.right == offset } - 900) < 140)
    }
    #expect(abs(draws.count { $0.isMirrored } - 4050) < 225)
    #expect(draws.allSatisfy { abs($0.down) <= 4 && abs($0.right) <= 4 })
  }

  @Test func flipsAndCropsDoNotDependOnEachOther() {
    let both = ([.flip, .crop] as Augmentation).draw(seed: 5, step: 0, images: 50)
    let flips = Augmentation.flip.draw(seed: 5, step: 0, images: 50)
    let crops = Augmentation.crop.draw(seed: 5, step: 0, images: 50)
    #expect(flips.map(\.isMirrored) == both.map(\.isMirrored))
    #expect(crops.map(\.down) == both.map(\.down) && crops.map(\.right) == both.map(\.right))
    #expect(flips.allSatisfy { $0.down == 0 && $0.right == 0 })
    #expect(crops.allSatisfy { !$0.isMirrored })
  }

  @Test func batchesContainChangedAndNormalisedImages() throws {
    let pixels: [UInt8] = [0, 51, 102, 153]
    let images = try LabelledImages(
      pixels: pixels + pixels, labels: [0, 0], height: 2, width: 2, channels: 1)
    let batches = try BatchAssembler(
      images, .init(side: 2, mean: [0.2, 0.2, 0.2], std: [0.2, 0.2, 0.2]))
    let input = Buffer(count: 2 * 4 * 3)
    batches.assemble(
      [0, 1],
      changes: [
        ImageChange(down: 0, right: 0, isMirrored: true),
        ImageChange(down: 1, right: 0, isMirrored: false),
      ], into: input, pool: WorkerPool(threads: 2))
    // Padding is black before normalisation, so it becomes −mean/std.
    let expected: [Float] = [0, -1, 2, 1, 1, 2, -1, -1]
    for (i, value) in input.values().enumerated() {
      #expect(abs(value - expected[i / 3]) < 1e-5)
    }
  }

  @Test func namesAreParsedAndWritten() {
    #expect(Augmentation("crop,flip")?.text == "flip,crop")
    #expect(Augmentation("none") == [] && Augmentation([]).text == "none")
    for wrong in ["", "flip,", "none,flip", "turn"] { #expect(Augmentation(wrong) == nil) }
  }
}
