/// Filters in panels of 32 outputs, [panel][C][9][32] (the last panel may be 16 wide), so that a
/// panel's transform, and the update of any 16 input channels of it, walk memory in order.
///
/// Transformed filters are not kept: a panel is transformed just before its products, in cache.
/// That costs a few per cent of their arithmetic, reads a quarter of the bytes, and saves two
/// arrays of four times the weights' size.
struct PackedFilters {
  static let panel = 32

  /// C
  let inputs: Int
  /// K
  let outputs: Int

  var outputPanels: Int { (outputs + Self.panel - 1) / Self.panel }
  var inputPanels: Int { (inputs + Self.panel - 1) / Self.panel }

  @inline(__always)
  func width(_ panel: Int) -> Int { min(Self.panel, outputs - panel * Self.panel) }

  /// Floats before channel `c` of a panel.
  @inline(__always)
  func offset(panel: Int, channel c: Int) -> Int {
    9 * (panel * Self.panel * inputs + c * width(panel))
  }

  /// From PyTorch's [K, C, 3, 3].
  func packed(_ weights: [Float]) -> [Float] {
    precondition(weights.count == 9 * inputs * outputs, "weights do not fit the filters")
    var result = [Float](repeating: 0, count: weights.count)
    each { here, there in result[here] = weights[there] }
    return result
  }

  /// To PyTorch's [K, C, 3, 3].
  func unpacked(_ weights: [Float]) -> [Float] {
    precondition(weights.count == 9 * inputs * outputs)
    var result = [Float](repeating: 0, count: weights.count)
    each { here, there in result[there] = weights[here] }
    return result
  }

  private func each(_ body: (_ packed: Int, _ pyTorch: Int) -> Void) {
    for panel in 0..<outputPanels {
      for c in 0..<inputs {
        let start = offset(panel: panel, channel: c)
        for tap in 0..<9 {
          for k in 0..<width(panel) {
            body(
              start + tap * width(panel) + k,
              ((panel * Self.panel + k) * inputs + c) * 9 + tap)
          }
        }
      }
    }
  }

  /// Floats between the frequencies of a transformed panel of `channels`; odd in cache lines,
  /// so that frequencies do not share cache sets.
  static func stride(channels: Int) -> Int { channels * panel + 48 }
}
