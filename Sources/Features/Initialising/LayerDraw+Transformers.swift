// How libraries start vision transformers.

import Networks

extension LayerDraw {
  /// timm's default: N(0, 0.02²) in every matrix; the patch embedding is a convolution as PyTorch starts one,
  /// U(±1/√fan_in).
  mutating func timm() -> [Float] {
    isOfPatches ? uniform(bound: 1 / Double(map.fanIn).squareRoot()) : normal(deviation: 0.02)
  }

  /// Zero but for the patch embedding's, U(±1/√fan_in).
  mutating func timmBias() -> [Float] {
    guard isOfPatches else { return zeroBias }
    let bound = Float(1 / Double(map.fanIn).squareRoot())
    return stream.uniforms(map.outputs).map { (2 * $0 - 1) * bound }
  }

  /// torchvision's default: Xavier's uniform in queries, keys and values as one matrix [3d, d] and in the MLP,
  /// U(±1/√d) in attention's projection, N(0, 1/fan_in) in the patch embedding, 0 in the head.
  mutating func torchvision() -> [Float] {
    if map.role == .head { return constant(0) }
    if isOfPatches { return normal(variance: 1 / Double(map.fanIn)) }
    if isProjection { return uniform(bound: 1 / Double(map.fanIn).squareRoot()) }
    return uniform(bound: (6 / Double(map.fanIn + map.layerShape[0])).squareRoot())
  }

  /// Zero but for the MLP's, N(0, 10⁻¹²).
  mutating func torchvisionBias() -> [Float] {
    guard map.role == .body, map.place == nil, !isOfPatches, !isProjection else { return zeroBias }
    return stream.normals(map.outputs).map { $0 * 1e-6 }
  }

  /// The source's, of a transformer; convolutions start without. Of a map with more outputs those of the rows that
  /// `copy` takes.
  func copiedBias() -> [Float] {
    guard architecture.isTransformer, let source,
      let original = source.architecture.linearMaps.first(where: { $0.name == map.name })
    else { return zeroBias }
    let biases = source.bias(of: original).values
    return evenlySpaced(map.outputs, of: biases.count).map { biases[$0] }
  }

  private var zeroBias: [Float] { [Float](repeating: 0, count: map.outputs) }
  private var isOfPatches: Bool { if case .blocks = map.window { true } else { false } }
  private var isProjection: Bool { map.name.hasSuffix(".attn.proj") }
}
