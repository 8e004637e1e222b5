// Evenly spaced weights of a larger transformer.

import Networks
import Tensors

extension Tensor {
  /// Evenly spaced entries along each axis (Xu et al. 2024, *Initializing Models with Larger Ones*); nil if it is smaller
  /// along one.
  package func evenlySpaced(_ shape: [Int]) -> Tensor? {
    guard shape.count == self.shape.count, zip(shape, self.shape).allSatisfy({ $0 <= $1 }) else {
      return nil
    }
    var offsets = [0]
    for (count, total) in zip(shape, self.shape) {
      let chosen = Features.evenlySpaced(count, of: total)
      offsets = offsets.flatMap { offset in chosen.map { offset * total + $0 } }
    }
    return Tensor(offsets.map { values[$0] }, shape: shape)
  }
}

extension Network {
  /// A parameter of a smaller network, made of evenly spaced entries of the one of this name.
  ///
  /// - Throws: `FeatureError` if there is none, or it is smaller.
  func selected(_ name: String, _ shape: [Int]) throws(FeatureError) -> Tensor {
    guard let larger = parameters[name] else {
      throw FeatureError("the source has no '\(name)' to select from")
    }
    guard let chosen = larger.evenlySpaced(shape) else {
      throw FeatureError(
        "'\(name)' of the source is \(larger.shape), smaller than this network's \(shape)")
    }
    return chosen
  }
}

extension Architecture {
  /// Looks whether a smaller transformer can be selected from a source: of the same tokens, no wider and no deeper.
  ///
  /// - Throws: `FeatureError` naming the first setting that does not fit.
  func checkSelection(from source: Architecture) throws(FeatureError) {
    guard let own = transformer else { return }
    guard let larger = source.transformer else {
      throw FeatureError(
        "'select' makes a transformer of a larger one, which \(source.name) is not")
    }
    guard larger.patch == own.patch, larger.tokens == own.tokens else {
      throw FeatureError(
        "the source has \(larger.tokens) tokens of patches of \(larger.patch), this network"
          + " \(own.tokens) of \(own.patch): extract-pretrained --side and --patch make them agree")
    }
    let sizes = [
      ("depth", larger.depth, own.depth), ("width", larger.width, own.width),
      ("mlp", larger.mlp, own.mlp),
    ]
    for (setting, large, small) in sizes where large < small {
      throw FeatureError(
        "'select' needs a larger source: its \(setting) is \(large), this network's \(small)")
    }
  }
}

extension LayerDraw {
  /// The map's rows of its layer's weight, which is selected from the source's as one tensor.
  func selectedOfTransformer(_ source: Network) throws(FeatureError) -> [Float] {
    let layer = try source.selected(map.weight, map.layerShape)
    return try scaledCopy(
      Array(layer.values[map.rows.lowerBound * map.fanIn..<map.rows.upperBound * map.fanIn]))
  }

  /// b of the same rows; zeros of a convolution.
  func selectedBias() throws(FeatureError) -> [Float] {
    guard architecture.isTransformer, map.hasBias, let source else {
      return [Float](repeating: 0, count: map.outputs)
    }
    return Array(try source.selected(map.bias, [map.layerShape[0]]).values[map.rows])
  }
}

/// As the authors' code: multiples of an integral step, else rounded even spacing that includes both ends. An exact half
/// goes to the even neighbour; `linspace` of PyTorch and NumPy may miss the half by a rounding, to either side.
func evenlySpaced(_ count: Int, of total: Int) -> [Int] {
  guard total % count != 0 else { return (0..<count).map { $0 * (total / count) } }
  return (0..<count).map { i in
    let exact = Double(i) * Double(total - 1) / Double(max(count - 1, 1))
    return Int(exact.rounded(.toNearestOrEven))
  }
}
