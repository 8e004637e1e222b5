/// How a batch of maps is cut into tiles, and tiles into groups whose transforms stay in cache
/// between the steps that use them. Nothing here depends on the number of threads.
struct WinogradTiling {
  /// H, W of the map.
  let height: Int
  let width: Int
  /// Outputs of a tile along an axis.
  let side: Int
  let rows: Int
  let columns: Int
  /// Frequencies of a tile: products an element.
  let frequencies: Int
  /// Whole images of one group, or groups of one image (the other is 1).
  let imagesPerGroup: Int
  let groupsPerImage: Int
  /// Tiles of a full group.
  let groupTiles: Int

  var tilesPerImage: Int { rows * columns }

  /// - Parameter target: tiles that a group should about have.
  init(height: Int, width: Int, axis: any WinogradAxis.Type, target: Int) {
    self.height = height
    self.width = width
    side = axis.outputs
    rows = (height + axis.outputs - 1) / axis.outputs
    columns = (width + axis.outputs - 1) / axis.outputs
    frequencies = axis.frequencies * axis.frequencies
    let tiles = rows * columns
    if tiles <= target {
      imagesPerGroup = target / tiles
      groupsPerImage = 1
      groupTiles = imagesPerGroup * tiles
    } else {
      imagesPerGroup = 1
      let parts = (tiles + target - 1) / target
      groupTiles = Self.padded((tiles + parts - 1) / parts)
      groupsPerImage = (tiles + groupTiles - 1) / groupTiles
    }
  }

  /// Consecutive tiles in the order image, row, column.
  struct Group {
    let index: Int
    /// Its first tile, counted over the batch.
    let first: Int
    let count: Int
  }

  /// Rows of a product's result that a group needs room for.
  static func padded(_ tiles: Int) -> Int {
    (tiles + RegisterKernel.height - 1) / RegisterKernel.height * RegisterKernel.height
  }

  /// Sets of groups that share no image: what may be scattered into maps independently.
  func independentSets(images: Int) -> Int { (images + imagesPerGroup - 1) / imagesPerGroup }

  func groups(images: Int) -> Int { independentSets(images: images) * groupsPerImage }

  func group(_ index: Int, images: Int) -> Group {
    if groupsPerImage == 1 {
      let image = index * imagesPerGroup
      let count = min(imagesPerGroup, images - image) * tilesPerImage
      return Group(index: index, first: image * tilesPerImage, count: count)
    }
    let (image, part) = (index / groupsPerImage, index % groupsPerImage)
    let first = part * groupTiles
    return Group(
      index: index, first: image * tilesPerImage + first,
      count: min(groupTiles, tilesPerImage - first))
  }
}

/// Where the transform of a group of tiles lies: sixteen channels each at
/// start + frequency·f + block·b + tile·t floats.
struct WinogradLayout {
  let start: UnsafeMutablePointer<Float>
  let frequency: Int
  let block: Int
  let tile: Int

  /// Whether tiles are neighbours in memory (the register kernel's operand A) or channels are (a
  /// row-major matrix for BLAS).
  @inline(__always) static var isBlocked: Bool { BuildTarget.fusedLanes > 0 }

  /// Keeps frequencies off each other's cache sets.
  private static let padding = 16

  /// `rows` tiles of `channels` at the start of `memory`.
  init(_ memory: UnsafeMutablePointer<Float>, rows: Int, channels: Int) {
    start = memory
    frequency = rows * channels + Self.padding
    block = Self.isBlocked ? rows * 16 : 16
    tile = Self.isBlocked ? 16 : channels
  }

  /// A group's part of an array that holds the whole batch.
  init(
    _ memory: UnsafeMutablePointer<Float>, _ group: WinogradTiling.Group, frequencies: Int,
    channels: Int
  ) {
    self.init(
      memory + frequencies * (group.first * channels + group.index * Self.padding),
      rows: group.count, channels: channels)
  }

  /// Floats of a whole batch's array. The register kernel reads up to seven rows past the last.
  static func size(_ tiling: WinogradTiling, images: Int, channels: Int) -> Int {
    let tiles = images * tiling.tilesPerImage
    return tiling.frequencies
      * (tiles * channels + tiling.groups(images: images) * padding) + 16 * RegisterKernel.height
  }

  /// Floats of one group's array with rows to spare.
  static func size(_ tiling: WinogradTiling, groupOf channels: Int) -> Int {
    tiling.frequencies * (WinogradTiling.padded(tiling.groupTiles) * channels + padding)
      + 16 * RegisterKernel.height
  }
}
