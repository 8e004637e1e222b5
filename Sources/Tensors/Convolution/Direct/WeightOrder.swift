/// PyTorch's [K, C, 3, 3] and the kernels' [3, 3, C, K], in which filters are contiguous.
enum WeightOrder {
  /// [K, C, 3, 3] → [9, C, K]
  static func kernel(_ source: [Float], inputs c: Int, outputs k: Int) -> [Float] {
    precondition(source.count == 9 * c * k, "weights do not fit [\(k), \(c), 3, 3]")
    var result = [Float](repeating: 0, count: source.count)
    for filter in 0..<k {
      for channel in 0..<c {
        for tap in 0..<9 {
          result[(tap * c + channel) * k + filter] = source[(filter * c + channel) * 9 + tap]
        }
      }
    }
    return result
  }

  /// [9, C, K] → [K, C, 3, 3]
  static func pyTorch(_ source: [Float], inputs c: Int, outputs k: Int) -> [Float] {
    precondition(source.count == 9 * c * k, "weights do not fit [3, 3, \(c), \(k)]")
    var result = [Float](repeating: 0, count: source.count)
    for tap in 0..<9 {
      for channel in 0..<c {
        for filter in 0..<k {
          result[(filter * c + channel) * 9 + tap] = source[(tap * c + channel) * k + filter]
        }
      }
    }
    return result
  }
}
