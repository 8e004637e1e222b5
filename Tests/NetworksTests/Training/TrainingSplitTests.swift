// The stratified split, compared with counts computed by hand.

import Networks
import Testing

struct TrainingSplitTests {
  /// The labels of ten images: 5 of class 0, 3 of class 1, 2 of class 2.
  static let labels: [UInt16] = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]

  /// With 4 of 10 images held out, the shares of the classes are 2, 1.2 and 0.8, which round to 2, 1, 1. With 5 they are
  /// 2.5, 1.5 and 1. The remainders of classes 0 and 1 are equal, so the lower label gets the fifth image.
  @Test(arguments: [(4, [2, 1, 1]), (5, [3, 1, 1])])
  func stratifiedSplitAgreesWithHandComputedCounts(held: Int, expected: [Int]) {
    for seed in 1...20 {
      let split = TrainingSplit(
        Array(0..<10), labels: Self.labels, held: held, stratified: true, seed: UInt64(seed))
      #expect((split.training + split.validation).sorted() == Array(0..<10))
      #expect(
        (0..<3).map { label in split.validation.count { Self.labels[$0] == UInt16(label) } }
          == expected)
    }
  }

  @Test func differentSeedsGiveDifferentSplits() {
    let splits = [1, 2].map {
      TrainingSplit(Array(0..<10), labels: Self.labels, held: 4, stratified: true, seed: $0)
    }
    #expect(splits[0] != splits[1])
  }
}
