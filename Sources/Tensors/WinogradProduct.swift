/// The products of one frequency after another: the register kernel's where the build has fused
/// multiply-adds, else BLAS's.
enum WinogradProduct {
  /// M_f [tiles, 32] = A_f [tiles, channels] · U_f [channels, 32] for each frequency f.
  ///
  /// - Parameters:
  ///   - u: one panel, frequencies `WinogradFilters.stride(rows: channels)` apart
  ///   - m: with room for `WinogradTiling.padded(tiles)` rows
  static func forward(
    _ a: WinogradLayout, tiles: Int, channels: Int, frequencies: Int, _ u: UnsafePointer<Float>,
    into m: WinogradLayout
  ) {
    let stride = WinogradFilters.stride(rows: channels)
    for f in 0..<frequencies {
      let (a0, u, m0) = (a.start + f &* a.frequency, u + f &* stride, m.start + f &* m.frequency)
      if WinogradLayout.isBlocked {
        RegisterKernel.rows(
          tiles, blocks: channels >> 4, a0, blockStride: a.block, u, m0, half: m.block)
      } else {
        BLAS.gemm(
          m: tiles, n: WinogradFilters.panel, k: channels, a0, lda: a.tile, u,
          ldb: WinogradFilters.panel, m0, ldc: m.tile)
      }
    }
  }

  /// dU_f [16, 32] (+)= V_fᵀ · dM_f, of one frequency, sixteen channels and one panel.
  ///
  /// - Parameters:
  ///   - v, m: one group's frequency
  ///   - block: the sixteen of channels
  ///   - width: of the panel (16 if it is a last half)
  @inline(__always)
  static func weights(
    _ v: WinogradLayout, _ m: WinogradLayout, tiles: Int, frequency f: Int, block: Int, panel: Int,
    width: Int, into u: UnsafeMutablePointer<Float>, adds: Bool
  ) {
    let a = v.start + (f &* v.frequency &+ block &* v.block)
    let b = m.start + (f &* m.frequency &+ 2 &* panel &* m.block)
    if WinogradLayout.isBlocked {
      RegisterKernel.columns(
        tiles, a, b, bHalf: width > 16 ? m.block : 0, u, adds: adds)
    } else {
      BLAS.gemm(
        transposeA: true, m: 16, n: width, k: tiles, a, lda: v.tile, b, ldb: m.tile,
        beta: adds ? 1 : 0, u, ldc: WinogradFilters.panel)
    }
  }
}
