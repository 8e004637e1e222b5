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
///   - images: of the task, for methods that look at them, `scale: .output` and an alignment; the network
///     takes over their preparation.
///   - alignment: the source whose channels the drawn filters are carried over from; nil: they are used as
///     if its channels were the new network's.
///   - onAligned: called with R² of each layer that was carried over (`ChannelMap`), in order.
/// - Throws: `FeatureError` if something needed is missing or does not fit, or an option means nothing
///   for the method.
public func initialise(
  _ architecture: Architecture, method: Initialiser,
  options: InitialisationOptions = InitialisationOptions(), seed: UInt64,
  features: FeatureSet? = nil, source: Network? = nil, images: TaskImages? = nil,
  alignment: Alignment? = nil,
  onAligned: (_ map: LinearMap, _ explained: Double) -> Void = { _, _ in }
) throws(FeatureError) -> Network {
  let scale = try method.scale(options)
  let chosen = try options.layers.chosen(of: architecture.body)
  let source = alignment?.source ?? source
  try check(method, features: features, source: source)
  try check(method, alignment, features: features)
  if case .features = method.needs, alignment == nil { try features?.require(chosen) }
  try checkMemory(of: architecture)
  let growing = try growingNetwork(
    architecture, method, options, seed: seed, images, isAligned: alignment != nil)
  let aligned = try alignedSource(alignment, beside: growing, images)
  let rest = try Initialisers.named("kaiming-normal")
  var parameters: [String: Tensor] = [:]
  for (index, map) in architecture.body.enumerated() {
    var layer = LayerDraw(
      architecture: architecture, index: index, options: options, scale: scale,
      featureSet: features, source: source, growing: growing, map: map,
      stream: RandomStream(seed: seed, .initialisation, index: index))
    let isChosen = chosen.contains(map)
    var weight: [Float]
    if isChosen, let aligned {
      let carried = try layer.aligned(method, with: aligned)
      weight = carried.weight
      onAligned(map, carried.explained)
    } else {
      weight = try (isChosen ? method : rest).draw(&layer)
    }
    if isChosen && scale == .output { weight = try layer.withUnitOutput(weight) }
    growing?.grow(layer: index, weight: weight)
    parameters[map.weight] = Tensor(weight, shape: map.weightShape)
    parameters[map.bias] = Tensor(zeros: [map.outputs])
  }
  let (first, head) = (architecture.body.count, architecture.head)
  for (i, map) in head.enumerated() {
    var stream = RandomStream(seed: seed, .initialisation, index: first + i)
    let isLast = i == head.count - 1
    let (weight, bias) = try drawHead(
      map, isLast: isLast, options.head, source: source, stream: &stream)
    parameters[map.weight] = weight
    parameters[map.bias] = bias
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
  seed: UInt64, _ images: TaskImages?, isAligned: Bool
) throws(FeatureError) -> GrowingNetwork? {
  guard isAligned || method.needsImages(options) else { return nil }
  guard let images else {
    let what =
      method.needs == .images ? "'\(method.name)'" : isAligned ? "aligning" : "scale 'output'"
    throw FeatureError("\(what) needs images")
  }
  return try GrowingNetwork(architecture, images, seed: seed)
}

private func alignedSource(
  _ alignment: Alignment?, beside growing: GrowingNetwork?, _ images: TaskImages?
) throws(FeatureError) -> AlignedSource? {
  guard let alignment, let growing, let images else { return nil }
  return try AlignedSource(alignment, beside: growing, images)
}

extension LayerDraw {
  /// LSUV's second step: with no bias the output is linear in the filters, so one division is exact.
  fileprivate func withUnitOutput(_ weight: [Float]) throws(FeatureError) -> [Float] {
    let deviation = growing?.deviation(layer: index, weight: weight) ?? .nan
    guard deviation > 0, deviation.isFinite else {
      throw FeatureError(
        "'\(map.name)' puts out \(deviation == 0 ? "a constant" : "no finite number"):"
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

private func check(
  _ method: Initialiser, _ alignment: Alignment?, features: FeatureSet?
) throws(FeatureError) {
  guard let source = alignment?.source.architecture else { return }
  guard method.aligns else {
    throw FeatureError(
      "'\(method.name)' draws nothing that speaks of a source's channels: it cannot be aligned")
  }
  if let features, features.architecture.body != source.body {
    throw FeatureError(
      "the features are of \(features.architecture.name), the network to align with is \(source.name)"
    )
  }
}

/// Weight and bias of a fully connected layer.
private func drawHead(
  _ map: LinearMap, isLast: Bool, _ method: HeadInitialisation,
  source: Network?, stream: inout RandomStream
) throws(FeatureError) -> (weight: Tensor, bias: Tensor) {
  if method == .copy {
    guard let source else { throw FeatureError("copying the head needs the source network") }
    if let weight = source.parameters[map.weight],
      let bias = source.parameters[map.bias], weight.shape == map.weightShape
    {
      return (weight, bias)
    }
    guard isLast else {
      throw FeatureError(
        "the source has no '\(map.weight)' of \(map.outputs)×\(map.inputs) to copy")
    }
  }
  var values = stream.normals(map.outputs * map.inputs)
  let deviation: Float =
    method == .torchvision ? 0.01 : (2 / Float(map.inputs)).squareRoot()
  for i in values.indices { values[i] *= deviation }
  return (Tensor(values, shape: map.weightShape), Tensor(zeros: [map.outputs]))
}
