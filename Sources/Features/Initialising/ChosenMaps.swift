// Which maps of a network a method draws.

import Networks

/// Which maps of a transformer a method draws: those that read tokens (queries, keys, values, the MLP's first), those that
/// write them (patch embedding, attention's projection, the MLP's second), or both.
package enum TokenSides: String, CaseIterable, Sendable {
  case readers, writers, both
}

/// The linear maps that a method draws; others, and what goes with them, are drawn by the family's usual method.
struct ChosenMaps {
  let maps: [LinearMap]
  private let isAll: Bool

  /// - Throws: `FeatureError` if the options select nothing, or sides of a network that has none.
  init(_ options: InitialisationOptions, of architecture: Architecture) throws(FeatureError) {
    let selected = try options.layers.chosen(of: architecture.body)
    if options.sides != .both, !architecture.isTransformer {
      throw FeatureError(
        "sides '\(options.sides.rawValue)' are of transformers, which \(architecture.name) is not")
    }
    maps = selected.filter { map in
      options.sides == .both || map.station?.reads == (options.sides == .readers)
    }
    guard !maps.isEmpty else {
      throw FeatureError(
        "none of the layers '\(options.layers)' is one of the \(options.sides.rawValue)")
    }
    isAll = maps.count == architecture.body.count
  }

  func contains(_ map: LinearMap) -> Bool { maps.contains(map) }

  /// Whether a parameter that belongs to no map goes with them: positions and class token with the patch embedding, a
  /// normalisation with a map that reads it or that it follows, a scalar with the map beside it. What the head reads goes
  /// with the whole body.
  func include(_ parameter: ParameterShape) -> Bool {
    if let map = parameter.scalarOf { return isAll || maps.contains { $0.name == map } }
    guard let norm = parameter.norm else { return maps.contains { $0.station == .embedding } }
    return isAll || maps.contains { $0.norm == norm || $0.batchNorm == norm }
  }
}
