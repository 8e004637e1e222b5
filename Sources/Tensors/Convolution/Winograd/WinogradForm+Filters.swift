// Transforms of filters and of their gradients.

extension WinogradForm {
  private static var panel: Int { PackedFilters.panel }

  static func filters(
    _ filters: PackedFilters, _ weights: UnsafePointer<Float>, _ direction: FilterDirection,
    panel: Int, channels: Range<Int>, into u: UnsafeMutablePointer<Float>, stride: Int
  ) {
    switch direction {
    case .forward:
      forward(filters, weights, panel: panel, channels: channels, into: u, stride: stride)
    case .backward:
      backward(filters, weights, panel: panel, channels: channels, into: u, stride: stride)
    }
  }

  /// Some input channels of a panel of outputs: U[f][channels][32].
  private static func forward(
    _ filters: PackedFilters, _ weights: UnsafePointer<Float>, panel p: Int,
    channels: Range<Int>, into u: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let width = filters.width(p)
    withScratch { half, _ in
      var u = u
      for c in channels {
        let w = weights + filters.offset(panel: p, channel: c)
        transform(w, taps: width, half, u, stride)
        if width < panel {
          fillZeros(u + 16, stride)
        } else {
          transform(w + 16, taps: width, half, u + 16, stride)
        }
        u += panel
      }
    }
  }

  /// Some outputs for the input channels from 32p on: U[f][channels][32].
  private static func backward(
    _ filters: PackedFilters, _ weights: UnsafePointer<Float>, panel p: Int,
    channels: Range<Int>, into u: UnsafeMutablePointer<Float>, stride: Int
  ) {
    withScratch { half, taps in
      for k in Swift.stride(from: channels.lowerBound, to: channels.upperBound, by: 16) {
        let (kPanel, lane) = (k / panel, k % panel)
        let width = filters.width(kPanel)
        for cHalf in 0..<2 {
          let c = p &* panel &+ cHalf &* 16
          let u = u + ((k &- channels.lowerBound) &* panel &+ cHalf &* 16)
          guard c < filters.inputs else {
            for i in 0..<16 { fillZeros(u + i &* panel, stride) }
            continue
          }
          let w = weights + (filters.offset(panel: kPanel, channel: c) &+ lane)
          for tap in 0..<9 {
            Transpose.lanes(w + tap &* width, rowStride: 9 &* width, taps + tap &* 256)
          }
          for i in 0..<16 {
            transform(taps + i &* 16, taps: 256, half, u + i &* panel, stride)
          }
        }
      }
    }
  }

  static func filterGradient(
    _ u: UnsafePointer<Float>, step: Int, width: Int, into w: UnsafeMutablePointer<Float>
  ) {
    withScratch { half, _ in
      for c in 0..<16 {
        var lane = 0
        while lane < width {
          let u = u + (c &* panel &+ lane)
          for j in 0..<frequencies {
            Axis.weightAdjoint(
              u + j &* step, frequencies &* step, half + j &* 16, frequencies &* 16)
          }
          let w = w + (c &* 9 &* width &+ lane)
          for r in 0..<3 {
            Axis.weightAdjoint(
              half + r &* frequencies &* 16, 16, w + r &* 3 &* width, width)
          }
          lane &+= 16
        }
      }
    }
  }

  /// U = G w Gᵀ of sixteen filters' nine taps, `taps` floats apart.
  @inline(__always)
  private static func transform(
    _ w: UnsafePointer<Float>, taps: Int, _ half: UnsafeMutablePointer<Float>,
    _ u: UnsafeMutablePointer<Float>, _ stride: Int
  ) {
    for s in 0..<3 { Axis.weight(w + s &* taps, 3 &* taps, half + s &* 16, 48) }
    for i in 0..<frequencies {
      Axis.weight(half + i &* 48, 16, u + i &* frequencies &* stride, stride)
    }
  }

  private static func fillZeros(_ u: UnsafeMutablePointer<Float>, _ stride: Int) {
    for f in 0..<frequencies &* frequencies { u.store(.zero, at: f &* stride) }
  }

  /// Room for half a transform, and for nine transposed blocks of 16×16.
  private static func withScratch(
    _ body: (_ half: UnsafeMutablePointer<Float>, _ taps: UnsafeMutablePointer<Float>) -> Void
  ) {
    let half = 3 * frequencies * 16
    withUnsafeTemporaryAllocation(byteCount: (half + 9 * 256) * 4, alignment: 64) { memory in
      guard let start = memory.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
      body(start, start + half)
    }
  }
}
