/// The products of one frequency after another: the register kernel's where the build has fused
/// multiply-adds, else BLAS's.
enum WinogradProduct {
  /// M_f [tiles, 32] (+)= A_f [tiles, channels] · U_f [channels, 32] for each frequency f.
  ///
  /// - Parameters:
  ///   - a: from the first of `blocks` sixteens of channels on
  ///   - width: of the panel: where it is 16, the second half of M is not defined
  @inline(never)
  static func forward(
    _ a: WinogradLayout, tiles: Int, blocks: Int, frequencies: Int, _ u: TransformedPanel,
    width: Int, into m: WinogradLayout, adds: Bool
  ) {
    for f in 0..<frequencies {
      let (a0, m0) = (a.start + f &* a.frequency, m.start + f &* m.frequency)
      let u = u.start + f &* u.stride
      if WinogradLayout.isBlocked, width < PackedFilters.panel {
        RegisterKernel.halfRows(
          tiles, blocks: blocks, a0, blockStride: a.block, u, m0, adds: adds)
      } else if WinogradLayout.isBlocked {
        RegisterKernel.rows(
          tiles, blocks: blocks, a0, blockStride: a.block, u, m0, half: m.block, adds: adds)
      } else {
        BLAS.gemm(
          m: tiles, n: PackedFilters.panel, k: blocks * 16, a0, lda: a.tile, u,
          ldb: PackedFilters.panel, beta: adds ? 1 : 0, m0, ldc: m.tile)
      }
    }
  }

  /// dU_f [16, 32] (+)= V_fᵀ · dM_f, of one frequency, sixteen channels and one panel.
  ///
  /// - Parameter width: of the panel (16 if it is a last half)
  @inline(never)
  static func weights(
    _ v: WinogradLayout, _ m: WinogradLayout, tiles: Range<Int>, frequency f: Int, block: Int,
    panel: Int, width: Int, into u: UnsafeMutablePointer<Float>, adds: Bool
  ) {
    let a = v.start + (f &* v.frequency &+ block &* v.block &+ tiles.lowerBound &* v.tile)
    let b = m.start + (f &* m.frequency &+ 2 &* panel &* m.block &+ tiles.lowerBound &* m.tile)
    let n = tiles.upperBound &- tiles.lowerBound
    if WinogradLayout.isBlocked, width < PackedFilters.panel {
      RegisterKernel.halfColumns(n, a, b, u, adds: adds)
    } else if WinogradLayout.isBlocked {
      RegisterKernel.columns(n, a, b, bHalf: m.block, u, adds: adds)
    } else {
      BLAS.gemm(
        transposeA: true, m: 16, n: width, k: n, a, lda: v.tile, b, ldb: m.tile,
        beta: adds ? 1 : 0, u, ldc: PackedFilters.panel)
    }
  }
}
