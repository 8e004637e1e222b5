// The paper's Figure 1: an image, and below it for each features file what the first four layers'
// features see in it, ‖Mp‖₂ at every position, scaled to [0, 1] (min–max), viridis, native sizes. Of a vision
// transformer its patch embedding, and the tokens that attention reads (`tokenMaps`). Or the layers asked for.

import Features
import Foundation
import HDF5
import Measurements
import Networks
import Schemas
import Studies
import Tensors
import Tooling

struct FeatureMapFigure {
  struct Map {
    let side: Int
    /// [side, side] in [0, 1], row-major.
    let values: [Double]
    let title: String

    /// - Parameter values: [side, side], of any range.
    init(side: Int, values: [Double], title: String) {
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let span = high > low ? high - low : 1
      (self.side, self.title) = (side, title)
      self.values = values.map { ($0 - low) / span }
    }
  }

  private let picture: PictureUnderFeatures
  private let rows: [[Map]]
  /// Layers shown where none are asked for.
  private static let layers = 4
  /// The most panels of a row: pictures of more than 32767 pixels a side cannot be drawn.
  private static let mostPanels = 128

  /// - Parameters:
  ///   - picture: what the features look at.
  ///   - network: whose maps they look at, and the name of its file.
  ///   - layers: which of its body; nil: the first four convolutions, or of a transformer what `blocksShown` says.
  init(
    _ picture: PictureUnderFeatures, network: Network, called name: String, layers: LayerSelection?,
    features paths: [String]
  ) throws {
    self.picture = picture
    let shown = try Self.shown(of: network.architecture, called: name, layers)
    let seen = try picture.seen(by: network, called: name)
    // What enters a map: with the gain in it, the normalised token.
    let folded =
      network.architecture.isTransformer
      ? try picture.seen(by: network.foldingNorms(), called: name) : seen
    rows = try paths.map { path in
      let file = try FeaturesFile(Input(path: path).openHDF5())
      let features = file.features
      guard features.architecture.body == network.architecture.body else {
        throw ToolError(
          .data,
          "\(path): features of \(features.architecture.name), but the network is"
            + " \(network.architecture.name)")
      }
      guard !network.architecture.isTransformer else {
        let isOutside = file.labels[.featuresGain]?.string == NormGain.outside.rawValue
        return try naming(path) { try Self.tokenMaps(isOutside ? seen : folded, features, shown) }
      }
      let maps = shown.flatMap(\.maps)
      try naming(path) { try features.require(maps) }
      return Self.maps(seen, features, of: maps)
    }
  }

  /// The panels of a row, each of one map or of the heads of one part.
  private static func shown(
    of architecture: Architecture, called name: String, _ layers: LayerSelection?
  ) throws -> [Shown] {
    guard let layers else {
      guard !architecture.isTransformer else { return blocksShown(architecture) }
      return architecture.body.prefix(Self.layers).map { ($0.name, [$0]) }
    }
    let option = "--layers \(layers): \(name)"
    let maps = try naming(option, .usage) { try layers.chosen(of: architecture.body) }
    let groups = groupedByPart(maps, part: \.part, name: \.name)
    guard groups.count <= mostPanels else {
      throw ToolError(
        .usage, "\(option): \(groups.count) maps, but a row has room for \(mostPanels)")
    }
    return groups.map { ($0.name, $0.members) }
  }

  private static func maps(
    _ compiled: CompiledNetwork, _ features: FeatureSet, of layers: [LinearMap]
  ) -> [Map] {
    compiled.architecture.body.enumerated().compactMap { index, layer in
      guard layers.contains(layer), let layerFeatures = features.layers[layer.name],
        case .patches(let patches) = compiled.windows(of: index)
      else { return nil }
      let side = patches.columns
      return Map(
        side: side,
        values: FeatureMap.norms(compiled.input(of: index), patches, features: layerFeatures),
        title: "\(features.title), layer \(index + 1), \(side)×\(side)")
    }
  }

  /// The image before the first row, and a row for each features file.
  var tiles: [[Tile?]] {
    let image = Tile(
      title: "image, \(picture.side)×\(picture.side)", side: picture.side, pixels: picture.pixels)
    return rows.enumerated().map { index, maps in
      [index == 0 ? image : nil]
        + maps.map { map in
          Tile(title: map.title, side: map.side, pixels: map.values.flatMap(Viridis.colour))
        }
    }
  }

  private static let tile = 200.0
  private static let gap = 40.0

  var gnuplot: GnuplotFigure {
    let columns = (rows.map(\.count).max() ?? 0) + 1
    let width = Double(columns) * (Self.tile + Self.gap) + Self.gap
    let height = Double(rows.count) * (Self.tile + Self.gap) + Self.gap
    var script = [
      "# What features see in an image (the paper's Figure 1). Draws feature-maps.png from"
        + " feature-maps.tsv: gnuplot feature-maps.gp",
      "if (!exists(\"output\")) output = \"feature-maps.png\"",
      "data = \"feature-maps.tsv\"",
      "terminal = strstrt(GPVAL_TERMINALS, \"pngcairo\") ? \"pngcairo noenhanced font 'sans,10'\""
        + " : \"png noenhanced\"",
      "eval \"set terminal \".terminal.\" size \(Int(width)),\(Int(height))\"",
      "set output output",
      "set encoding utf8",
      "set datafile separator \"\\t\"",
      "set palette defined (\(Viridis.gnuplot))",
      "set cbrange [0:1]",
      "unset colorbox; unset key; unset tics; set border lw 0.5",
      "set multiplot",
    ]
    var data = "# x\ty\tvalue (the picture: red\tgreen\tblue)\n"
    var block = 0
    func panel(row: Int, column: Int, side: Int, title: String, plot: String) {
      let left = Self.gap + Double(column) * (Self.tile + Self.gap)
      let top = height - Self.gap - Double(row) * (Self.tile + Self.gap)
      script += [
        "set lmargin at screen \(left / width); set rmargin at screen \((left + Self.tile) / width)",
        "set tmargin at screen \(top / height); set bmargin at screen \((top - Self.tile) / height)",
        "set xrange [-0.5:\(side).0-0.5]; set yrange [\(side).0-0.5:-0.5]",
        "set title '\(title)' offset 0,-0.6",
        "plot data index \(block) \(plot)",
      ]
      block += 1
    }
    for (row, maps) in rows.enumerated() {
      if row == 0 {
        panel(
          row: 0, column: 0, side: picture.side, title: "image, \(picture.side)×\(picture.side)",
          plot: "using 1:2:3:4:5 with rgbimage")
        data += Self.block(of: picture.side) { y, x in
          let pixel = (y * picture.side + x) * 3
          return picture.pixels[pixel..<pixel + 3].map(String.init).joined(separator: "\t")
        }
      }
      for (column, map) in maps.enumerated() {
        panel(
          row: row, column: column + 1, side: map.side, title: map.title,
          plot: "using 1:2:3 with image")
        data += Self.block(of: map.side) { y, x in
          String(format: "%.4f", map.values[y * map.side + x])
        }
      }
    }
    script += ["unset multiplot", "unset output"]
    return GnuplotFigure(
      name: "feature-maps", script: script.joined(separator: "\n") + "\n", data: data)
  }

  /// One block of gnuplot's `index`, a line a pixel.
  private static func block(of side: Int, _ value: (Int, Int) -> String) -> String {
    var lines = ""
    for y in 0..<side { for x in 0..<side { lines += "\(x)\t\(y)\t\(value(y, x))\n" } }
    return lines + "\n\n"
  }
}
