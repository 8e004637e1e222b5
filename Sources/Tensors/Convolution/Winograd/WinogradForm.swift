/// A minimal filter as a table of functions, compiled for its axis: which one suits is decided once,
/// when a layer is made.
struct WinogradForm: Sendable {
  typealias Memory = UnsafeMutablePointer<Float>
  typealias Group = WinogradTiling.Group

  let axis: any WinogradAxis.Type
  /// V of a map [N, H, W, channels].
  let input:
    @Sendable (
      _ map: UnsafePointer<Float>, _ channels: Int, WinogradTiling, Group, _ blocks: Range<Int>,
      _ v: WinogradLayout
    ) -> Void
  /// Adds B dV Bᵀ into a map [N, H, W, channels] and a halo, from its channel block `first`.
  let inputAdjoint:
    @Sendable (
      _ v: WinogradLayout, _ channels: Int, WinogradTiling, Group, _ blocks: Int, _ first: Int,
      _ map: Memory, _ halo: Memory
    ) -> Void
  let addHalo:
    @Sendable (UnsafePointer<Float>, _ channels: Int, WinogradTiling, Group, _ map: Memory) -> Void
  /// From M to the block's output; the layout's block 0 is channel block `first`.
  let output:
    @Sendable (
      _ m: WinogradLayout, WinogradTiling, Group, _ blocks: Int, _ first: Int, TileEpilogue
    ) -> Void
  /// From the gradient of the block's output to dM; adds Σ δ to `bias` [K] if it is given.
  let outputAdjoint:
    @Sendable (
      TileDelta, WinogradTiling, Group, _ blocks: Range<Int>, _ m: WinogradLayout,
      _ bias: Memory?
    ) -> Void
  /// Some rows of tiles of δ of gradient number `image`, as rows of the map [·, W, K].
  let preactivation:
    @Sendable (TileDelta, WinogradTiling, _ image: Int, _ rows: Range<Int>, _ delta: Memory) ->
      Void
  /// U of some of a panel's channels, for forward and for backward.
  let filter:
    @Sendable (
      PackedFilters, UnsafePointer<Float>, _ panel: Int, Range<Int>, _ u: Memory, _ stride: Int
    ) -> Void
  let filterBackward:
    @Sendable (
      PackedFilters, UnsafePointer<Float>, _ panel: Int, Range<Int>, _ u: Memory, _ stride: Int
    ) -> Void
  let filterGradient:
    @Sendable (UnsafePointer<Float>, _ step: Int, _ width: Int, _ w: Memory) -> Void

  /// F(4×4, 3×3), for maps of every size: tiles that reach beyond the map read and write zeros.
  static let four = WinogradForm(FourOutputs.self)
  /// Maps of 2×2.
  static let two = WinogradForm(TwoToeplitz.self)
  /// Maps of 1×1.
  static let one = WinogradForm(OneTap.self)

  static func fitting(height: Int, width: Int) -> WinogradForm {
    switch (height, width) {
    case (1, 1): one
    case (2, 2): two
    default: four
    }
  }

  private init<Axis: WinogradAxis>(_ axis: Axis.Type) {
    self.axis = axis
    input = { map, channels, tiling, tiles, blocks, v in
      WinogradTransform<Axis>.input(map, channels: channels, tiling, tiles, blocks: blocks, into: v)
    }
    inputAdjoint = { v, channels, tiling, tiles, blocks, first, map, halo in
      WinogradTransform<Axis>.inputAdjoint(
        v, channels: channels, tiling, tiles, blocks: blocks, first: first, into: map, halo: halo)
    }
    addHalo = { halo, channels, tiling, tiles, map in
      WinogradTransform<Axis>.addHalo(halo, channels: channels, tiling, tiles, into: map)
    }
    output = { m, tiling, tiles, blocks, first, epilogue in
      WinogradTransform<Axis>.output(m, tiling, tiles, blocks: blocks) { block, tile, cursor, y in
        let (top, left) = cursor.corner(0)
        epilogue.finish(
          y, side: Axis.outputs, image: cursor.image, top: top, left: left,
          tile: tiles.first &+ tile, block: first &+ block)
      }
    }
    outputAdjoint = { delta, tiling, tiles, blocks, m, bias in
      WinogradTransform<Axis>.outputAdjoint(tiling, tiles, blocks: blocks, into: m) {
        block, tile, cursor, memory in
        let (top, left) = cursor.corner(0)
        let sum = delta.fill(
          memory, side: Axis.outputs, image: cursor.image, top: top, left: left,
          tile: tiles.first &+ tile, block: block)
        if let bias { bias.store(bias.lanes(at: block &* 16) + sum, at: block &* 16) }
      }
    }
    preactivation = { delta, tiling, image, rows, map in
      WinogradTransform<Axis>.spread(delta, tiling, image: image, rows: rows, into: map)
    }
    filter = {
      WinogradFilterTransform<Axis>.forward($0, $1, panel: $2, channels: $3, into: $4, stride: $5)
    }
    filterBackward = {
      WinogradFilterTransform<Axis>.backward($0, $1, panel: $2, channels: $3, into: $4, stride: $5)
    }
    filterGradient = { WinogradFilterTransform<Axis>.gradient($0, step: $1, width: $2, into: $3) }
  }
}

extension WinogradTransform {
  /// Some rows of tiles of δ of one gradient, as rows of the map [·, W, K].
  static func spread(
    _ delta: TileDelta, _ tiling: WinogradTiling, image: Int, rows: Range<Int>,
    into map: UnsafeMutablePointer<Float>
  ) {
    let (k, side) = (delta.shape.outputs, Axis.outputs)
    let tiles = WinogradTiling.Group(
      index: 0, image: image, row: rows.lowerBound,
      first: image &* tiling.tilesPerImage &+ rows.lowerBound &* tiling.columns,
      count: rows.count &* tiling.columns)
    eachTile(tiling, tiles, blocks: 0..<k / 16) { block, tile, cursor, scratch in
      let (top, left) = cursor.corner(0)
      _ = delta.fill(
        scratch, side: side, image: image, top: top, left: left, tile: tiles.first &+ tile,
        block: block)
      let first = top &- rows.lowerBound &* side
      for i in 0..<side where top &+ i < tiling.height {
        for j in 0..<side where left &+ j < tiling.width {
          map.store(
            scratch.lanes(at: (i &* side &+ j) &* 16),
            at: ((first &+ i) &* tiling.width &+ left &+ j) &* k &+ block &* 16)
        }
      }
    }
  }
}
