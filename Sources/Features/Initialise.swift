/// From an initialiser and its options to a network.

import Networks
import Tensors

/// A network of the given architecture with weights drawn by `method`, layer by layer; biases zero.
///
/// Layer l draws from its own stream, `RandomStream(seed:, .initialisation, index: l)`, convolutions
/// first: methods that share a layer's distribution share its values under the same seed.
///
/// - Parameters:
///   - features: Σ of each convolution, for methods that need it.
///   - source: the trained network, for methods that copy, `scale: .source` and `head: .copy`.
///   - images: of the task, for methods that look at them and `scale: .output`; the network takes over
///     their preparation.
/// - Throws: `FeatureError` if something needed is missing or does not fit, or an option means nothing
///   for the method.
public func initialise(
  _ architecture: Architecture, method: Initialiser,
  options: InitialisationOptions = InitialisationOptions(), seed: UInt64,
  features: FeatureSet? = nil, source: Network? = nil, images: TaskImages? = nil
) throws(FeatureError) -> Network {
  let scale = try method.scale(options)
  try options.layers.validate(count: architecture.convolutions.count)
  try check(method, features: features, source: source)
  try checkMemory(of: architecture)
  let growing = try growingNetwork(architecture, method, options, seed: seed, images)
  let rest = try Initialisers.named("kaiming-normal")
  var parameters: [String: Tensor] = [:]
  for (index, convolution) in architecture.convolutions.enumerated() {
    var layer = LayerDraw(
      architecture: architecture, index: index, options: options, scale: scale,
      featureSet: features, source: source, growing: growing, convolution: convolution,
      stream: RandomStream(seed: seed, .initialisation, index: index))
    let isChosen = options.layers.contains(index: index)
    var weight = try (isChosen ? method : rest).draw(&layer)
    if isChosen && scale == .output { weight = try layer.withUnitOutput(weight) }
    growing?.grow(layer: index, weight: weight)
    parameters[convolution.name + ".weight"] = Tensor(
      weight, shape: [convolution.outputs, convolution.inputs, 3, 3])
    parameters[convolution.name + ".bias"] = Tensor(zeros: [convolution.outputs])
  }
  let first = architecture.convolutions.count
  for (i, layer) in architecture.fullyConnected.enumerated() {
    var stream = RandomStream(seed: seed, .initialisation, index: first + i)
    let isLast = i == architecture.fullyConnected.count - 1
    let (weight, bias) = try head(
      layer, isLast: isLast, options.head, source: source, stream: &stream)
    parameters[layer.name + ".weight"] = weight
    parameters[layer.name + ".bias"] = bias
  }
  do {
    return try Network(
      architecture, parameters: parameters, preparation: images?.preparation ?? .init())
  } catch { throw FeatureError(error.description) }
}

/// Features say the widths of a head without holding one.
private func checkMemory(of architecture: Architecture) throws(FeatureError) {
  let weights = architecture.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
  do {
    try Footprint.check(
      weights * MemoryLayout<Float>.stride, of: "a network of \(weights) weights",
      remedy: "a narrower --hidden or a smaller --pooled needs less")
  } catch { throw FeatureError(error.description) }
}

private func growingNetwork(
  _ architecture: Architecture, _ method: Initialiser, _ options: InitialisationOptions,
  seed: UInt64, _ images: TaskImages?
) throws(FeatureError) -> GrowingNetwork? {
  guard method.needsImages(options) else { return nil }
  guard let images else {
    throw FeatureError(
      method.needs == .images
        ? "'\(method.name)' needs images" : "scale 'output' needs images")
  }
  return try GrowingNetwork(architecture, images, seed: seed)
}

extension LayerDraw {
  /// LSUV's second step: with no bias the output is linear in the filters, so one division is exact.
  fileprivate func withUnitOutput(_ weight: [Float]) throws(FeatureError) -> [Float] {
    let deviation = growing?.deviation(layer: index, weight: weight) ?? .nan
    guard deviation > 0, deviation.isFinite else {
      throw FeatureError(
        "'\(convolution.name)' puts out \(deviation == 0 ? "a constant" : "no finite number"):"
          + " it cannot be scaled to unit deviation")
    }
    return weight.map { $0 / Float(deviation) }
  }
}

private func check(
  _ method: Initialiser, features: FeatureSet?, source: Network?
) throws(FeatureError) {
  switch method.needs {
  case .nothing, .images: break
  case .source where source == nil:
    throw FeatureError("'\(method.name)' needs the source network")
  case .source: break
  case .features(let kind):
    guard let features else {
      throw FeatureError(
        "'\(method.name)' needs features: the output of compute-\((kind ?? .nfm).rawValue)")
    }
    if let kind, features.kind != kind {
      throw FeatureError(
        "'\(method.name)' needs features of kind \(kind.rawValue), not"
          + " \(features.kind.rawValue)")
    }
  }
}

/// Weight and bias of a fully connected layer.
private func head(
  _ layer: Architecture.FullyConnected, isLast: Bool, _ method: HeadInitialisation,
  source: Network?, stream: inout RandomStream
) throws(FeatureError) -> (weight: Tensor, bias: Tensor) {
  if method == .copy {
    guard let source else { throw FeatureError("copying the head needs the source network") }
    if let weight = source.parameters[layer.name + ".weight"],
      let bias = source.parameters[layer.name + ".bias"],
      weight.shape == [layer.outputs, layer.inputs]
    {
      return (weight, bias)
    }
    guard isLast else {
      throw FeatureError(
        "the source has no '\(layer.name).weight' of \(layer.outputs)×\(layer.inputs) to copy")
    }
  }
  var values = stream.normals(layer.outputs * layer.inputs)
  let deviation: Float =
    method == .torchvision ? 0.01 : (2 / Float(layer.inputs)).squareRoot()
  for i in values.indices { values[i] *= deviation }
  return (
    Tensor(values, shape: [layer.outputs, layer.inputs]), Tensor(zeros: [layer.outputs])
  )
}
