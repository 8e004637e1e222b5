// The order of choice, compared with small cases computed by hand.

import Tensors
import Testing

struct BalancedOrderTests {
  /// There are three images of class 0, one of class 1, and two of class 2.
  @Test func roundsAgreeWithHandComputation() {
    let order = BalancedOrder.order(
      labels: [0, 0, 0, 1, 2, 2], digests: [50, 10, 30, 40, 20, 60])
    // The first round has 10 of class 0, 20 of class 2 and 40 of class 1, the second 30 and 60, and the third 50.
    #expect(order == [1, 4, 3, 2, 5, 0])
  }

  @Test func digestsDependOnKeyTagAndEveryByte() {
    func digest(_ bytes: [UInt8], key: UInt64 = 1, tag: UInt64 = 0) -> UInt64 {
      bytes.withUnsafeBytes { ContentDigest.digest($0, key: key, tag: tag) }
    }
    let bytes = (0..<13).map { UInt8($0) }
    var seen: Set = [
      digest(bytes), digest(bytes, key: 2), digest(bytes, tag: 1), digest(bytes + [0]),
    ]
    #expect(seen.count == 4)
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 128
      #expect(seen.insert(digest(changed)).inserted, "byte \(place)")
    }
  }
}
