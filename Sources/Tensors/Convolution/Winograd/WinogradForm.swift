/// A minimal filter in two dimensions: its transforms apply an axis to rows and to columns, sixteen channels
/// at a time. A layer chooses its form once; each form is compiled for its own axis.
///
/// Maps are NHWC. `tiles` says which tiles, `blocks` which sixteens of channels.
protocol WinogradForm: SendableMetatype {
  associatedtype Axis: WinogradAxis

  // MARK: Maps

  /// V = Bᵀ d B of a map's tiles.
  static func input(
    _ map: UnsafePointer<Float>, channels: Int, _ tiling: MapTiling,
    _ tiles: MapTiling.Group, blocks: Range<Int>, into v: WinogradLayout)

  /// The adjoint of `input`: map gradient = Σ over tiles of B dV Bᵀ, where they overlap in the map.
  ///
  /// Tiles come in reading order, so a pixel's first tile can store where later ones add. What a
  /// group's first row of tiles adds to rows of the map that belong to the group above is left in
  /// `halo`, so that groups do not wait for each other.
  ///
  /// - Parameters:
  ///   - first: the map's channel block that the layout's block 0 holds
  ///   - halo: rows [Axis.shared][W][channels], used if the group does not start its image
  static func inputAdjoint(
    _ v: WinogradLayout, channels: Int, _ tiling: MapTiling, _ tiles: MapTiling.Group,
    blocks: Int, first: Int, into map: UnsafeMutablePointer<Float>,
    halo: UnsafeMutablePointer<Float>)

  /// Adds a group's halo to the map, once all groups are done.
  static func addHalo(
    _ halo: UnsafePointer<Float>, channels: Int, _ tiling: MapTiling,
    _ tiles: MapTiling.Group, into map: UnsafeMutablePointer<Float>)

  /// y = Aᵀ M A of each tile, finished by `epilogue`.
  ///
  /// - Parameter first: the channel block of the output that the layout's block 0 holds
  static func output(
    _ m: WinogradLayout, _ tiling: MapTiling, _ tiles: MapTiling.Group, blocks: Int,
    first: Int, _ epilogue: TileEpilogue)

  /// The adjoint of `output`: dM = A δ Aᵀ; adds Σ δ to `bias` [K] if it is given.
  static func outputAdjoint(
    _ delta: TileDelta, _ tiling: MapTiling, _ tiles: MapTiling.Group,
    blocks: Range<Int>, into m: WinogradLayout, bias: UnsafeMutablePointer<Float>?)

  /// Some rows of tiles of δ of gradient number `image`, as rows of the map [·, W, K].
  static func preactivation(
    _ delta: TileDelta, _ tiling: MapTiling, image: Int, rows: Range<Int>,
    into map: UnsafeMutablePointer<Float>)

  // MARK: Filters

  /// U = G w Gᵀ of one panel and some channels, as products in `direction` want it.
  static func filters(
    _ filters: PackedFilters, _ weights: UnsafePointer<Float>, _ direction: FilterDirection,
    panel: Int, channels: Range<Int>, into u: UnsafeMutablePointer<Float>, stride: Int)

  /// dW [16][9][width] = Gᵀ dU G from dU[f][16][32], frequencies `step` floats apart.
  static func filterGradient(
    _ u: UnsafePointer<Float>, step: Int, width: Int, into w: UnsafeMutablePointer<Float>)
}

extension WinogradForm {
  static var axis: any WinogradAxis.Type { Axis.self }
}

/// F(4×4, 3×3), for maps of every size: tiles that reach beyond the map read and write zeros.
enum FourByFour: WinogradForm { typealias Axis = FourOutputs }

/// F(4×4, 3×3) of stride 2.
enum FourByFourStrided: WinogradForm { typealias Axis = FourStridedOutputs }

/// Maps of 2×2.
enum TwoByTwo: WinogradForm { typealias Axis = TwoToeplitz }

/// Maps of 1×1.
enum OneByOne: WinogradForm { typealias Axis = OneTap }
