/// How a layer of some shape is computed: sizes that fit caches, whatever the number of threads.
///
/// Large maps with few channels go group by group: all of a layer's transformed filters (a few MB
/// at most) are made once, and a group of tiles goes through all steps while it is in cache. Small
/// maps with many channels go panel by panel: sixty-four channels of a panel's filters are
/// transformed, used by many tiles, and forgotten.
struct WinogradPlan {
  let tiling: MapTiling
  /// Whether the layer goes group by group.
  let sharesFilters: Bool
  /// Groups in a band: what backward holds at once of V and dM.
  let bandGroups: Int
  /// Floats of V and of dM of a band.
  let inputSize: Int
  let productSize: Int
  /// Floats of a worker's scratch.
  let scratchSize: Int

  /// Channels of a panel that are transformed at a time when going panel by panel: 36 frequencies of 64
  /// by 32 are 295 kB.
  let run: Int

  /// The form with the fewest products for the maps of a shape.
  static func form(_ shape: ConvolutionShape) -> any WinogradForm.Type {
    if shape.stride == 2 { return FourByFourStrided.self }
    return switch (shape.height, shape.width) {
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
      shape.images * ((shape.mapHeight + side - 1) / side)
      * ((shape.mapWidth + side - 1) / side)
    sharesFilters = tiles > 128 && frequencies * c * k <= 2_500_000
    // More frequencies of as many tiles would not stay in cache.
    let size = frequencies > 36 ? 32 : 64
    run = size
    tiling = MapTiling(shape, axis: form.axis, target: sharesFilters ? size : 2 * size)
    let groups = tiling.groups(images: shape.images)
    // What is saved by a smaller band is lost by adding to dU once more.
    let budget = max(4_000_000, 2 * frequencies * c * k)
    let group = frequencies * tiling.groupTiles * (c + k)
    bandGroups = max(1, min(groups, budget / group))
    let bandTiles = tiling.bands(images: shape.images, size: bandGroups).map(\.count).max() ?? 0
    func room(_ tiles: Int, _ channels: Int) -> Int {
      WinogradLayout.size(tiles: tiles, channels: channels, frequencies: frequencies)
    }
    inputSize = room(bandTiles, c)
    productSize = room(bandTiles, k)
    let product = room(tiling.groupTiles, PackedFilters.panel)
    let other =
      sharesFilters
      ? room(tiling.groupTiles, c) : frequencies * PackedFilters.stride(channels: run)
    let gradient = (frequencies + 10) * (16 * PackedFilters.panel + 16)
    scratchSize = max(product + other, gradient)
  }
}
