/// The stratified split by counts that can be checked by hand.

import Networks
import Testing

struct TrainingSplitTests {
  /// Ten images: 5 of class 0, 3 of class 1, 2 of class 2.
  static let labels: [UInt16] = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]

  /// Shares of 4 in 10 are 2, 1.2 and 0.8: 2, 1, 1. Shares of 5 are 2.5, 1.5 and 1: the lower label
  /// takes the fifth.
  @Test(arguments: [(4, [2, 1, 1]), (5, [3, 1, 1])])
  func stratifiedByHand(held: Int, expected: [Int]) {
    for seed in 1...20 {
      let split = TrainingSplit(
        Array(0..<10), labels: Self.labels, held: held, stratified: true, seed: UInt64(seed))
      #expect((split.training + split.validation).sorted() == Array(0..<10))
      #expect(
        (0..<3).map { label in split.validation.count { Self.labels[$0] == UInt16(label) } }
          == expected)
    }
  }

  @Test func seedsSplitDifferently() {
    let splits = [1, 2].map {
      TrainingSplit(Array(0..<10), labels: Self.labels, held: 4, stratified: true, seed: $0)
    }
    #expect(splits[0] != splits[1])
  }
}
