/// A layer that is a linear map: what services on features and initialisers know of it.

import Tensors

/// A linear map in a compiled network, with the parameters that hold it and the windows that enter it.
struct MappedLayer {
  let map: LinearMap
  /// The weight of the layer that holds the map, in PyTorch's shape, and its bias, if any: they may have more rows than
  /// the map.
  let weight: Parameter
  let bias: Parameter?
  let windows: MapWindows
  /// From what enters the layer to what enters the map, where that is something else, after a forward pass that has
  /// come as far.
  var input: ((Buffer) -> Buffer)?

  /// The map's rows of what a parameter of its layer holds.
  func rows(of values: [Float]) -> [Float] {
    guard map.place != nil else { return values }
    let length = values.count / map.layerShape[0]
    return Array(values[map.rows.lowerBound * length..<map.rows.upperBound * length])
  }

  /// Replaces the map's weight, and its bias where it has one.
  func load(weight: [Float], bias: [Float]) {
    load(weight, into: self.weight)
    loadBias(bias)
  }

  /// Replaces the map's bias, where it has one.
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
