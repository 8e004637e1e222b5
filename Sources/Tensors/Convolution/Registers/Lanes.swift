/// Sixteen floats, the unit in which kernels walk channels: one AVX-512 register, two of AVX2, four
/// of SSE or NEON.
typealias Lanes = SIMD16<Float>

extension UnsafePointer<Float> {
  @inline(__always) var lanes: Lanes { UnsafeRawPointer(self).loadUnaligned(as: Lanes.self) }

  /// Sixteen floats, `offset` floats on.
  @inline(__always) func lanes(at offset: Int) -> Lanes { (self + offset).lanes }
}

extension UnsafeMutablePointer<Float> {
  @inline(__always) var lanes: Lanes { UnsafeRawPointer(self).loadUnaligned(as: Lanes.self) }

  @inline(__always) func lanes(at offset: Int) -> Lanes { (self + offset).lanes }

  @inline(__always) func store(_ value: Lanes, at offset: Int) { (self + offset).store(value) }

  @inline(__always) func store(_ value: Lanes) {
    UnsafeMutableRawPointer(self).storeBytes(of: value, as: Lanes.self)
  }
}

/// Calls `vector` for each whole group of sixteen in 0..<count, `scalar` for the rest.
@inline(__always)
func walk(_ count: Int, vector: (Int) -> Void, scalar: (Int) -> Void) {
  var i = 0
  while i &+ 16 <= count {
    vector(i)
    i &+= 16
  }
  while i < count {
    scalar(i)
    i &+= 1
  }
}
