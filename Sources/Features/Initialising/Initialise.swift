// From an initialiser and its options to a network.

import Networks
import Tensors

/// A network of the given architecture with convolutions drawn by `method`, the fully connected layers by
/// `options.head`, layer by layer; biases zero.
///
/// Layer l draws from its own stream, `RandomStream(seed:, .initialisation, index: l)`, convolutions
/// first: methods that share a layer's distribution share its values under the same seed.
///
/// - Parameters:
///   - features: Σ of each layer that they draw, for methods that need it.
///   - source: the trained network, for methods that copy, and `scale: .source`.
///   - images: of the task, for methods that look at them, the scales `.output` and `.balanced`, an alignment, and running
///     statistics of batch normalisations; the network takes over their preparation.
///   - alignment: how filters for a source's channels are carried over to the new network's; nil:
///     they are used unchanged. It contains the source.
///   - onAligned: called with R² of each layer that was carried over (`ChannelMap`), in order.
/// - Throws: `FeatureError` if something needed is missing or does not fit, or an option means nothing
///   for the method.
package func initialise(
  _ architecture: Architecture, method: Initialiser,
  options: InitialisationOptions = InitialisationOptions(), seed: UInt64,
  features: FeatureSet? = nil, source: Network? = nil, images: TaskImages? = nil,
  alignment: Alignment? = nil,
  onAligned: (_ map: LinearMap, _ explained: Double) -> Void = { _, _ in }
) throws(FeatureError) -> Network {
  let scale = try method.scale(options)
  let chosen = try ChosenMaps(options, of: architecture)
  let (head, ofHead) = (options.head.method, InitialisationOptions(convention: options.convention))
  let source = alignment?.source ?? source
  // An aligned draw is made from the features of other layers, its partners.
  try check(method, of: alignment == nil ? chosen.maps : [], features: features, source: source)
  try alignment?.check(method, for: architecture, features: features)
  try method.scope.check(architecture, for: method.name)
  if method.others == .selected, let source {
    try architecture.checkSelection(from: source.architecture)
  }
  if let features, alignment == nil { try architecture.checkHeads(of: features.architecture) }
  if method.others == .source, alignment == nil, let source {
    try architecture.checkFunction(of: source.architecture)
  }
  guard !architecture.isTransformer || scale != .balanced else {
    throw FeatureError(
      "scale 'balanced' is of networks of ReLUs, which \(architecture.name) is not")
  }
  guard architecture.residual == nil || scale != .balanced else {
    throw FeatureError(
      "scale 'balanced' is of networks without shortcuts, which \(architecture.name) is not")
  }
  try check(head, of: architecture.head, features: features, source: source)
  try checkMemory(of: architecture)
  var draft = Draft(architecture)
  let rest = try Initialisers.named(architecture.isTransformer ? "timm" : "kaiming-normal")
  for (index, parameter) in architecture.others.enumerated() {
    // These indices are larger than those of any number of linear maps.
    let stream = RandomStream(seed: seed, .initialisation, index: 1 << 20 + index)
    let rule = (chosen.include(parameter) ? method : rest).others
    let fitting = alignment?.rule(rule, of: parameter) ?? rule
    draft.set(
      parameter, try fitting.draw(parameter, of: architecture, source: source, stream: stream))
  }
  let isHeadSeen = head.needsImages(ofHead)
  let asking = isHeadSeen ? head.asking(nil) : alignment != nil ? "aligning" : method.asking(scale)
  let growing =
    isHeadSeen || alignment != nil || method.needsImages(options)
    ? try growingNetwork(draft, for: asking, withHead: isHeadSeen, seed: seed, images)
    : nil
  let aligned = try alignment?.source(beside: growing, images)
  for (index, map) in architecture.body.enumerated() {
    var layer = LayerDraw(
      architecture: architecture, index: index, options: options, scale: scale,
      featureSet: features, source: source, growing: growing, map: map,
      seed: seed, stream: RandomStream(seed: seed, .initialisation, index: index))
    let isChosen = chosen.contains(map)
    var (weight, bias): ([Float], [Float])
    if isChosen, let aligned {
      let carried = try layer.aligned(method, with: aligned)
      (weight, bias) = (carried.weight, carried.bias)
      onAligned(map, carried.explained)
    } else {
      weight = try (isChosen ? method : rest).draw(&layer)
      bias = try (isChosen ? method : rest).drawBias(&layer)
    }
    if isChosen, scale?.needsImages == true {
      (weight, bias) = try layer.withUnitOutput(weight, bias)
    }
    growing?.grow(layer: index, weight: weight, bias: bias)
    draft.set(map, weight: weight, bias: bias)
  }
  for (index, map) in architecture.head.enumerated() {
    let index = architecture.body.count + index
    var layer = LayerDraw(
      architecture: architecture, index: index, options: ofHead, scale: try head.scale(ofHead),
      featureSet: features, source: source, growing: growing, map: map,
      seed: seed, stream: RandomStream(seed: seed, .initialisation, index: index))
    let (weight, bias) = try options.head.draw(&layer)
    if isHeadSeen { growing?.grow(layer: index, weight: weight, bias: bias.values) }
    draft.set(map, weight: weight, bias: bias.values)
  }
  let network = try draft.network(images?.preparation ?? .init())
  guard let images else { return network }
  if scale == .balanced { return try network.balanced(chosen.maps, on: images) }
  return method.startsStatistics(of: architecture, options, isAligned: alignment != nil)
    ? try network.measuringStatistics(on: images) : network
}

/// Features give the widths of a head without having its weights.
private func checkMemory(of architecture: Architecture) throws(FeatureError) {
  let weights = architecture.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
  do {
    try Footprint.check(
      weights * MemoryLayout<Float>.stride, of: "a network of \(weights) weights",
      remedy: "a narrower --hidden or a smaller --pooled needs less")
  } catch { throw FeatureError(error.description) }
}

private func growingNetwork(
  _ draft: Draft, for asking: String, withHead: Bool, seed: UInt64, _ images: TaskImages?
) throws(FeatureError) -> GrowingNetwork {
  guard let images else { throw FeatureError("\(asking) needs images") }
  return try GrowingNetwork(
    draft.network(images.preparation), images, withHead: withHead, seed: seed)
}

extension Initialiser {
  /// What of it needs images, where something does.
  fileprivate func asking(_ scale: FilterScale?) -> String {
    guard needs != .images, let scale else { return "'\(name)'" }
    return "scale '\(scale.rawValue)'"
  }
}

extension LayerDraw {
  /// LSUV's second step: the output is linear in filters and biases together, so one division is exact.
  func withUnitOutput(
    _ weight: [Float], _ bias: [Float]
  ) throws(FeatureError) -> ([Float], [Float]) {
    let deviation = growing?.deviation(layer: index, weight: weight, bias: bias) ?? .nan
    guard deviation > 0, deviation.isFinite else {
      throw FeatureError(
        "'\(map.name)' puts out \(deviation == 0 ? "a constant" : "no finite number"):"
          + " it cannot be scaled to unit deviation")
    }
    let factor = Float(deviation)
    return (weight.map { $0 / factor }, bias.map { $0 / factor })
  }
}

private func check(
  _ method: Initialiser, of maps: [LinearMap], features: FeatureSet?, source: Network?
) throws(FeatureError) {
  switch method.needs {
  case .nothing, .images: break
  case .source: try check(method, source)
  case .weightedSource(let kind):
    try check(method, source)
    try check(method, kind, of: maps, features)
    guard features?.layers.values.allSatisfy({ $0.isotropic == 0 }) ?? true else {
      throw FeatureError(
        "'\(method.name)' weights the source's maps, which a shifted spectrum (--shift) is not of")
    }
  case .features(let kind): try check(method, kind, of: maps, features)
  }
}

private func check(_ method: Initialiser, _ source: Network?) throws(FeatureError) {
  guard source == nil else { return }
  throw FeatureError("'\(method.name)' needs the source network")
}

private func check(
  _ method: Initialiser, _ kind: FeatureSet.Kind?, of maps: [LinearMap], _ features: FeatureSet?
) throws(FeatureError) {
  guard let features else {
    throw FeatureError(
      "'\(method.name)' needs features: the output of compute-\((kind ?? .nfm).rawValue)")
  }
  if let kind, features.kind != kind {
    throw FeatureError(
      "'\(method.name)' needs features of kind \(kind.rawValue), not \(features.kind.rawValue)")
  }
  try features.require(maps)
}
