// The parameters of a network while it is drawn.

import Networks
import Tensors

/// The parameters of a network, zeros until they are drawn.
struct Draft {
  private let architecture: Architecture
  private var values: [String: [Float]]

  init(_ architecture: Architecture) {
    self.architecture = architecture
    values = Dictionary(
      uniqueKeysWithValues: architecture.parameters.map { name, shape in
        (name, [Float](repeating: 0, count: shape.reduce(1, *)))
      })
  }

  /// Sets W [K, d] and b [K] of a linear map; b is ignored where the map has no bias.
  mutating func set(_ map: LinearMap, weight: [Float], bias: [Float]) {
    set(map, weight, in: map.weight)
    if map.hasBias { set(map, bias, in: map.bias) }
  }

  private mutating func set(_ map: LinearMap, _ rows: [Float], in name: String) {
    guard map.place != nil else {
      values[name] = rows
      return
    }
    let length = rows.count / map.outputs
    values[name]?.replaceSubrange(
      map.rows.lowerBound * length..<map.rows.upperBound * length, with: rows)
  }

  /// Sets a parameter that belongs to no linear map.
  mutating func set(_ parameter: ParameterShape, _ drawn: [Float]) {
    values[parameter.name] = drawn
  }

  /// - Throws: `FeatureError` if the drawn values have another size.
  func network(_ preparation: Network.Preparation) throws(FeatureError) -> Network {
    var parameters: [String: Tensor] = [:]
    for (name, shape) in architecture.parameters {
      guard let drawn = values[name], drawn.count == shape.reduce(1, *) else {
        throw FeatureError("'\(name)' was drawn of another size than \(shape)")
      }
      guard drawn.allSatisfy(\.isFinite) else {
        throw FeatureError("'\(name)' would hold values that are not finite in single precision")
      }
      parameters[name] = Tensor(drawn, shape: shape)
    }
    do {
      return try Network(architecture, parameters: parameters, preparation: preparation)
    } catch { throw FeatureError(error.description) }
  }
}
