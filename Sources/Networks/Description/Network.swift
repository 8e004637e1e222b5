/// A network's parameters by name.

import Tensors

/// A network as it travels: an architecture, its parameters under PyTorch's names, and how its images
/// are prepared.
package struct Network: Sendable {
  package let architecture: Architecture
  /// Convolutions [K, C, k, k], linear layers [out, in], biases [out].
  package let parameters: [String: Tensor]
  /// How its images become inputs.
  package var preparation: Preparation

  /// How an image becomes an input: resized to `side`, divided by 255, normalised by channel.
  package struct Preparation: Equatable, Sendable {
    /// Height and width of the input; nil: as the images are.
    package var side: Int?
    /// Per channel, of values in [0, 1]; three of each, or none when not known yet.
    package var mean: [Double]
    package var std: [Double]

    package init(side: Int? = nil, mean: [Double] = [], std: [Double] = []) {
      self.side = side
      self.mean = mean
      self.std = std
    }
  }

  /// - Throws: `NetworkError` naming the first parameter that is missing, superfluous or of another shape.
  package init(
    _ architecture: Architecture, parameters: [String: Tensor],
    preparation: Preparation = Preparation()
  ) throws(NetworkError) {
    let expected = architecture.parameters
    for (name, shape) in expected {
      guard let tensor = parameters[name] else {
        throw NetworkError("no '\(name)' for \(architecture.name)")
      }
      guard tensor.shape == shape else {
        throw NetworkError("'\(name)' is \(tensor.shape), \(architecture.name) needs \(shape)")
      }
    }
    guard parameters.count == expected.count else {
      let names = Set(expected.map(\.name))
      let extra = parameters.keys.filter { !names.contains($0) }.sorted()
      throw NetworkError("'\(extra.first ?? "?")' is no parameter of \(architecture.name)")
    }
    self.architecture = architecture
    self.parameters = parameters
    self.preparation = preparation
    if let side = architecture.side {
      try architecture.check(side: preparation.side ?? side)
      self.preparation.side = side
    }
  }

  /// A parameter that the initialiser has checked to be there.
  package subscript(name: String) -> Tensor {
    guard let tensor = parameters[name] else { preconditionFailure("no parameter \(name)") }
    return tensor
  }

  /// W [K, …] of a linear map.
  package func weight(of map: LinearMap) -> Tensor {
    rows(of: map, in: self[map.weight], shape: map.weightShape)
  }

  /// W of the linear map of this name; nil: there is none.
  package func weight(named name: String) -> Tensor? {
    architecture.linearMaps.first { $0.name == name }.map(weight(of:))
  }

  /// b [K] of a linear map, zeros where it has none.
  package func bias(of map: LinearMap) -> Tensor {
    guard map.hasBias else { return Tensor(zeros: [map.outputs]) }
    return rows(of: map, in: self[map.bias], shape: [map.outputs])
  }

  private func rows(of map: LinearMap, in tensor: Tensor, shape: [Int]) -> Tensor {
    guard map.place != nil else { return tensor }
    let length = tensor.values.count / map.layerShape[0]
    return Tensor(
      Array(tensor.values[map.rows.lowerBound * length..<map.rows.upperBound * length]),
      shape: shape)
  }

  /// The first running variance that holds a number below 0, if any.
  package var firstNegativeVariance: String? {
    architecture.others.first { parameter in
      parameter.isVariance && self[parameter.name].values.contains { $0 < 0 }
    }?.name
  }

  /// The first parameter that holds NaN or infinity, if any.
  package var firstNonFinite: String? {
    architecture.parameters.first { !self[$0.name].isFinite }?.name
  }
}
