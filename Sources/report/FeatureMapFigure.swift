// The paper's Figure 1.

import Features
import Foundation
import HDF5
import Measurements
import Networks
import Schemas
import Studies
import Tensors
import Tooling

/// An image, and beside it in a row for each features file what the features of the first four layers respond to: ‖Mp‖₂ at
/// every position, in viridis. Of a vision transformer its patch embedding, and the tokens that attention reads
/// (`tokenMaps`). Or the layers asked for.
struct FeatureMapFigure {
  let picture: PictureUnderFeatures
  let rows: [[FeatureMapPanel]]
  /// The number of layers that are shown without `--layers`.
  private static let layers = 4
  /// The most panels of a row: pictures of more than 32767 pixels a side cannot be drawn.
  private static let mostPanels = 128

  /// - Parameters:
  ///   - picture: the image.
  ///   - network: the network that the features came from, and the name of its file.
  ///   - layers: which of its body; nil: the first four convolutions, or of a transformer what `blocksShown` says.
  init(
    _ picture: PictureUnderFeatures, network: Network, called name: String, layers: LayerSelection?,
    features paths: [String]
  ) throws {
    self.picture = picture
    let shown = try Self.shown(of: network.architecture, called: name, layers)
    let seen = try picture.seen(by: network, called: name)
    let blank =
      network.architecture.isTransformer
      ? seen : try picture.seen(by: network, called: name, isBlank: true)
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
      return Self.maps(seen, blank: blank, features, of: maps)
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

  /// The panels of convolutions. Positions that the padding reaches are left out: those at which a blank image gets another
  /// response than in its middle.
  private static func maps(
    _ compiled: CompiledNetwork, blank: CompiledNetwork, _ features: FeatureSet,
    of layers: [LinearMap]
  ) -> [FeatureMapPanel] {
    compiled.architecture.body.enumerated().compactMap { index, layer in
      guard layers.contains(layer), let layerFeatures = features.layers[layer.name],
        case .patches(let patches) = compiled.windows(of: index)
      else { return nil }
      func norms(_ network: CompiledNetwork) -> [Double] {
        FeatureMap.norms(network.input(of: index), patches, features: layerFeatures)
      }
      let side = patches.columns
      return FeatureMapPanel(
        side: side, values: norms(compiled),
        border: FeatureMapPanel.border(of: norms(blank), side: side),
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
}
