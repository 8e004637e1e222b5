// Figure 1 of a vision transformer.

import Features
import Networks
import Tensors

extension FeatureMapFigure {
  /// The contents of a panel: a map, or several maps whose responses are added.
  typealias Shown = (name: String, maps: [LinearMap])

  /// The panels of a transformer without `--layers`: its patch embedding, and the queries, keys and
  /// values of the first, the middle and the last block.
  static func blocksShown(_ architecture: Architecture) -> [Shown] {
    let readers = groupedByBlock(architecture.body)
    return architecture.body.prefix(1).map { (name: $0.name, maps: [$0]) }
      + Set([0, readers.count / 2, readers.count - 1]).sorted().map { readers[$0] }
  }

  /// ‖Mp‖ of each patch that is embedded, and for other maps their response to each token: Σ over the maps of
  /// a panel of ‖M^{1/2}x‖². The class token has no place in the picture and is left out.
  ///
  /// - Parameters:
  ///   - compiled: after a forward pass of the picture.
  ///   - shown: one for each panel.
  /// - Throws: `FeatureError` naming maps without features.
  static func tokenMaps(
    _ compiled: CompiledNetwork, _ features: FeatureSet, _ shown: [Shown]
  ) throws -> [FeatureMapPanel] {
    let body = compiled.architecture.body
    try features.require(shown.flatMap(\.maps))
    return shown.compactMap { name, maps in
      var sum: [Double] = []
      for (index, map) in body.enumerated() where maps.contains(map) {
        guard let layer = features.layers[map.name] else { return nil }
        let windows = windows(compiled, index)
        let values =
          map.window == .dense
          ? FeatureMap.energies(of: windows, features: layer)
          : FeatureMap.norms(of: windows, features: layer)
        sum = sum.isEmpty ? values : zip(sum, values).map(+)
      }
      let side = Int(Double(sum.count).squareRoot())
      return FeatureMapPanel(
        side: side, values: Array(sum.suffix(side * side)),
        title: "\(features.title), \(name), \(side)×\(side)")
    }
  }

  /// The maps that attention reads tokens with, block by block: `blocks.0.attn`.
  private static func groupedByBlock(_ body: [LinearMap]) -> [Shown] {
    var blocks: [Shown] = []
    for map in body {
      guard let part = map.part, let end = part.lastIndex(of: ".") else { continue }
      let name = String(part[..<end])
      if blocks.last?.name == name {
        blocks[blocks.count - 1].maps.append(map)
      } else {
        blocks.append((name, [map]))
      }
    }
    return blocks
  }

  /// What enters map `index`: [patches or tokens, d].
  private static func windows(_ compiled: CompiledNetwork, _ index: Int) -> Matrix {
    let (windows, input) = (compiled.windows(of: index), compiled.input(of: index))
    let (n, d) = (windows.positions, windows.length)
    let rows = Buffer(count: n * d)
    for position in 0..<n {
      windows.gather(
        input, position,
        into: UnsafeMutableBufferPointer(
          rebasing: rows.elements[position * d..<(position + 1) * d]))
    }
    return Matrix(rows.values().map(Double.init), rows: n, columns: d)
  }
}
