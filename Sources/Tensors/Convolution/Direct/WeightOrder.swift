/// PyTorch's [K, C, k, k] and the kernels' [k, k, C, K], in which filters are contiguous.
enum WeightOrder {
  /// [K, C, k, k] → [k², C, K], with k² = `taps`
  static func kernel(_ source: [Float], taps: Int = 9, inputs c: Int, outputs k: Int) -> [Float] {
    precondition(source.count == taps * c * k, "weights do not fit [\(k), \(c), \(taps)]")
    var result = [Float](repeating: 0, count: source.count)
    for filter in 0..<k {
      for channel in 0..<c {
        for tap in 0..<taps {
          result[(tap * c + channel) * k + filter] = source[(filter * c + channel) * taps + tap]
        }
      }
    }
    return result
  }

  /// [k², C, K] → [K, C, k, k], with k² = `taps`
  static func pyTorch(_ source: [Float], taps: Int = 9, inputs c: Int, outputs k: Int) -> [Float] {
    precondition(source.count == taps * c * k, "weights do not fit [\(taps), \(c), \(k)]")
    var result = [Float](repeating: 0, count: source.count)
    for tap in 0..<taps {
      for channel in 0..<c {
        for filter in 0..<k {
          result[(filter * c + channel) * taps + tap] = source[(tap * c + channel) * k + filter]
        }
      }
    }
    return result
  }
}
