/// How a layer of some shape is computed: sizes that fit caches, whatever the number of threads.
///
/// Large maps with few channels go group by group: all of a layer's transformed filters (a few MB
/// at most) are made once, and a group of tiles goes through all steps while it is in cache. Small
/// maps with many channels go panel by panel: sixty-four channels of a panel's filters are
/// transformed, used by many tiles, and forgotten.
struct WinogradPlan {
  let tiling: MapTiling
  /// Group by group.
  let sharesFilters: Bool
  /// Groups in a band: what backward holds at once of V and dM.
  let bandGroups: Int
  /// Floats of V and of dM of a band.
  let inputSize: Int
  let productSize: Int
  /// Floats of a worker's scratch.
  let scratchSize: Int

  /// Channels of a panel that are transformed at a time when going panel by panel: 36 frequencies of
  /// them by 32 are 295 kB.
  static let run = 64

  /// The form with the fewest products for the maps of a shape.
  static func form(_ shape: ConvolutionShape) -> any WinogradForm.Type {
    switch (shape.height, shape.width) {
    case (1, 1): OneByOne.self
    case (2, 2): TwoByTwo.self
    default: FourByFour.self
    }
  }

  init(_ shape: ConvolutionShape, _ form: any WinogradForm.Type) {
    let frequencies = form.axis.frequencies * form.axis.frequencies
    let (c, k) = (shape.inputs, shape.outputs)
    let side = form.axis.outputs
    let tiles =
      shape.images * ((shape.height + side - 1) / side) * ((shape.width + side - 1) / side)
    sharesFilters = tiles > 128 && frequencies * c * k <= 2_500_000
    tiling = MapTiling(
      height: shape.height, width: shape.width, axis: form.axis, target: sharesFilters ? 64 : 128)
    let groups = tiling.groups(images: shape.images)
    // What is saved by a smaller band is lost by adding to dU once more.
    let budget = max(4_000_000, 2 * frequencies * c * k)
    let group = frequencies * tiling.groupTiles * (c + k)
    bandGroups = max(1, min(groups, budget / group))
    let bandTiles = tiling.bands(images: shape.images, size: bandGroups).map(\.count).max() ?? 0
    func size(_ tiles: Int, _ channels: Int) -> Int {
      WinogradLayout.size(tiles: tiles, channels: channels, frequencies: frequencies)
    }
    inputSize = size(bandTiles, c)
    productSize = size(bandTiles, k)
    let product = size(tiling.groupTiles, PackedFilters.panel)
    let other =
      sharesFilters
      ? size(tiling.groupTiles, c) : frequencies * PackedFilters.stride(channels: Self.run)
    let gradient = (frequencies + 10) * (16 * PackedFilters.panel + 16)
    scratchSize = max(product + other, gradient)
  }
}
