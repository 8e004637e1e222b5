// Which kernels this build has.

import CProcessor

/// What the build may assume of the processor: decided by the compiler's flags
/// (`-Xcc -march=native`), not when the program runs.
package enum BuildTarget {
  /// Floats of the widest fused multiply-add; 0: none, and products are left to BLAS.
  @inline(__always) static var fusedLanes: Int { Int(fused_lanes()) }

  /// In words.
  package static var description: String { String(cString: build_target()) }
}

extension SIMD16<Float> {
  /// self + a·b, in one rounding where the build has the instruction.
  @inline(__always) func adding(_ a: SIMD16<Float>, times b: Float) -> SIMD16<Float> {
    BuildTarget.fusedLanes > 0
      ? addingProduct(a, SIMD16(repeating: b)) : self + a * SIMD16(repeating: b)
  }
}
