// Small pictures in rows, each with its title: feature maps beside the image that they belong to.

/// A small square picture, which is shown enlarged, with its pixels as squares.
package struct Tile: Sendable, Equatable {
  package var title: String
  package var side: Int
  /// The pixels, RGB in 0…255, [side, side, 3], row-major.
  package var pixels: [UInt8]

  package init(title: String, side: Int, pixels: [UInt8]) {
    self.title = title
    self.side = side
    self.pixels = pixels
  }
}

/// A sheet of tiles in rows and columns; nil leaves a place empty.
struct TileSheet {
  let title: String
  let rows: [[Tile?]]

  /// The sheet as an SVG element, with each tile under its title; `id` makes its identifiers unique.
  func svg(id: String) -> String {
    // Tiles are as wide as the longest title.
    let side = rows.joined().compactMap { $0.map { textWidth($0.title) } }.max() ?? 0
    let (gap, label) = (12.0, 22.0)
    let parts = rows.enumerated().flatMap { row, tiles in
      tiles.enumerated().compactMap { column, tile in
        tile.map { tile in
          let x = Double(column) * (side + gap)
          let y = Double(row) * (side + gap + label)
          return svgText(tile.title, x, y + label / 2, "label")
            + "<image x=\"\(coordinate(x))\" y=\"\(coordinate(y + label))\" "
            + "width=\"\(coordinate(side))\" height=\"\(coordinate(side))\" "
            + "href=\"data:image/png;base64,\(base64(tile.png))\"/>\n"
        }
      }
    }
    let columns = rows.map(\.count).max() ?? 0
    return svgFrame(
      id: id, width: Double(columns) * (side + gap) - gap,
      height: Double(rows.count) * (side + gap + label) - gap, title: title,
      description: rows.joined().compactMap(\.self).map(\.title).joined(separator: "; ") + ".",
      parts.joined())
  }
}
