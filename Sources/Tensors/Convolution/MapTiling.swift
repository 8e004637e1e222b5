/// How a batch of output maps is cut into tiles, and tiles into groups. One thread carries a group through all steps while it
/// is in cache. A group is some whole images, or some whole rows of tiles of one image. Nothing here depends on the number of threads.
struct MapTiling {
  /// H, W of the output map.
  let height: Int
  let width: Int
  /// H, W of the input map.
  let inputHeight: Int
  let inputWidth: Int
  /// Outputs of a tile along an axis.
  let side: Int
  let rows: Int
  let columns: Int
  /// Frequencies of a tile: each is one product a channel and filter.
  let frequencies: Int
  let imagesPerGroup: Int
  let rowsPerGroup: Int
  let groupsPerImage: Int

  var tilesPerImage: Int { rows * columns }
  /// Rows of the map that row `row` of tiles covers.
  func mapRows(_ row: Int) -> Int { min(side, height - row * side) }
  /// Tiles of a full group.
  var groupTiles: Int { imagesPerGroup * rowsPerGroup * columns }

  /// - Parameter target: tiles that a group should at most have, unless one row of them has more.
  init(_ shape: ConvolutionShape, axis: any WinogradAxis.Type, target: Int) {
    (height, width) = (shape.mapHeight, shape.mapWidth)
    (inputHeight, inputWidth) = (shape.height, shape.width)
    side = axis.outputs
    rows = (height + axis.outputs - 1) / axis.outputs
    columns = (width + axis.outputs - 1) / axis.outputs
    frequencies = axis.frequencies * axis.frequencies
    imagesPerGroup = max(1, target / (rows * columns))
    let fitting = min(rows, max(1, target / columns))
    groupsPerImage = (rows + fitting - 1) / fitting
    rowsPerGroup = (rows + groupsPerImage - 1) / groupsPerImage
  }

  /// Consecutive tiles in the order image, row, column.
  struct Group {
    let index: Int
    /// Image and row of the first tile.
    let image: Int
    let row: Int
    /// Its first tile, counted over the batch.
    let first: Int
    let count: Int
  }

  func groups(images: Int) -> Int {
    (images + imagesPerGroup - 1) / imagesPerGroup * groupsPerImage
  }

  func group(_ index: Int, images: Int) -> Group {
    let image = index / groupsPerImage * imagesPerGroup
    let row = index % groupsPerImage * rowsPerGroup
    let height = min(rowsPerGroup, rows - row) * min(imagesPerGroup, images - image)
    return Group(
      index: index, image: image, row: row, first: image * tilesPerImage + row * columns,
      count: height * columns)
  }

  /// A tile's place in the batch.
  struct Cursor {
    var image: Int
    var row: Int
    var column: Int

    /// The first output that the tile covers, or with the axis's padding its first input.
    @inline(__always)
    func corner(side: Int, padding: Int = 0) -> (y: Int, x: Int) {
      (row &* side &- padding, column &* side &- padding)
    }
  }

  /// Groups whose transforms are in memory at once, and their tiles.
  struct Band {
    let groups: Range<Int>
    let first: Int
    let count: Int
  }

  /// The batch in bands of `size` groups.
  func bands(images: Int, size: Int) -> [Band] {
    let groups = groups(images: images)
    return stride(from: 0, to: groups, by: size).map { start in
      let end = min(start + size, groups)
      let (first, last) = (group(start, images: images), group(end - 1, images: images))
      return Band(
        groups: start..<end, first: first.first, count: last.first + last.count - first.first)
    }
  }
}
