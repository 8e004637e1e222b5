// A linear map in a compiled network, as features and initialisers see it.

import Tensors

/// A linear map in a compiled network, with the parameters that hold it and its input windows.
struct MappedLayer {
  let map: LinearMap
  /// The weight of the layer that holds the map, in PyTorch's shape. It may have more rows than the map.
  let weight: Parameter
  /// The bias of the layer that holds the map; nil if it has none. It may have more rows than the map.
  let bias: Parameter?
  let windows: MapWindows
  /// A function from the layer's input to the map's input; nil if they are the same. A forward pass must have come as far
  /// as the map.
  var input: ((Buffer) -> Buffer)?

  /// The map's rows of a parameter of its layer.
  func rows(of values: [Float]) -> [Float] {
    guard map.place != nil else { return values }
    let length = values.count / map.layerShape[0]
    return Array(values[map.rows.lowerBound * length..<map.rows.upperBound * length])
  }

  /// Replaces the map's weight, and its bias if it has one.
  func load(weight: [Float], bias: [Float]) {
    load(weight, into: self.weight)
    loadBias(bias)
  }

  /// Replaces the map's bias if it has one.
  func loadBias(_ values: [Float]) {
    if let bias { load(values, into: bias) }
  }

  /// Replaces the map's rows of a parameter of its layer.
  private func load(_ values: [Float], into parameter: Parameter) {
    guard map.place != nil else { return parameter.load(values) }
    let length = parameter.count / map.layerShape[0]
    var all = parameter.values
    all.replaceSubrange(
      map.rows.lowerBound * length..<map.rows.upperBound * length, with: values)
    parameter.load(all)
  }
}
