// A network as a value: its architecture and its parameters by name.

import Tensors

/// A network as files hold it: an architecture, its parameters under PyTorch's names, and the preparation of its images.
package struct Network: Sendable {
  package let architecture: Architecture
  /// The parameters by name: convolutions [K, C, k, k], linear layers [out, in], biases [out].
  package let parameters: [String: Tensor]
  /// The preparation of images as inputs.
  package var preparation: Preparation

  /// The preparation of an image as an input: it is resized to `side`, divided by 255, and normalised by channel.
  package struct Preparation: Equatable, Sendable {
    /// The height and width of the input in pixels; nil means those of the images.
    package var side: Int?
    /// The mean of each channel, of values in [0, 1]; empty if not known yet.
    package var mean: [Double]
    /// The standard deviation of each channel, of values in [0, 1]; empty if not known yet.
    package var std: [Double]

    package init(side: Int? = nil, mean: [Double] = [], std: [Double] = []) {
      self.side = side
      self.mean = mean
      self.std = std
    }
  }

  /// Makes a network from its parameters, which must be those of the architecture.
  /// - Throws: `NetworkError` that names the first parameter that is missing, superfluous or of another shape.
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
      throw NetworkError("'\(extra.first ?? "?")' is not a parameter of \(architecture.name)")
    }
    self.architecture = architecture
    self.parameters = parameters
    self.preparation = preparation
    if let side = architecture.side {
      try architecture.check(side: preparation.side ?? side)
      self.preparation.side = side
    }
  }

  /// The parameter of the given name, which must be one of the architecture's.
  package subscript(name: String) -> Tensor {
    guard let tensor = parameters[name] else { preconditionFailure("no parameter \(name)") }
    return tensor
  }

  /// The weight W [K, …] of a linear map, in PyTorch's shape.
  package func weight(of map: LinearMap) -> Tensor {
    rows(of: map, in: self[map.weight], shape: map.weightShape)
  }

  /// The weight W [K, …] of the linear map of the given name; nil if there is no such map.
  package func weight(named name: String) -> Tensor? {
    architecture.linearMaps.first { $0.name == name }.map(weight(of:))
  }

  /// The bias b [K] of a linear map; zeros if it has none.
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

  /// The name of the first running variance with a negative value; nil if there is none.
  package var firstNegativeVariance: String? {
    architecture.others.first { parameter in
      parameter.isVariance && self[parameter.name].values.contains { $0 < 0 }
    }?.name
  }

  /// The name of the first parameter with a NaN or infinity; nil if there is none.
  package var firstNonFinite: String? {
    architecture.parameters.first { !self[$0.name].isFinite }?.name
  }
}
