// The parameters of a vision transformer, taken from another program's tensors.

import Networks

struct TransformerParts {
  private let network: VisionTransformer
  private let naming: TransformerNaming
  private let sizes: TransformerSizes
  private let inputOrder: InputOrder
  /// The scales of branches, by the layer that they follow, such as `blocks.0.attn.proj`.
  private var scales: [String: StoredTensor] = [:]
  /// Notes on what was added or folded, a line each.
  private(set) var notes: [String] = []

  init(
    _ network: VisionTransformer, _ naming: TransformerNaming, _ sizes: TransformerSizes,
    inputOrder: InputOrder
  ) {
    (self.network, self.naming, self.sizes) = (network, naming, sizes)
    self.inputOrder = inputOrder
  }

  /// Takes every parameter and returns them under timm's names, in the order of `Architecture.parameters`. The head's are
  /// included if there is a head.
  /// - Throws: `StateDictionaryError` that names a tensor that is missing or has another shape.
  mutating func take(from names: inout PlainNames) throws -> [StoredTensor] {
    let architecture: Architecture
    do {
      architecture = try Architecture(network.text, outputs: sizes.outputs ?? 1)
    } catch {
      throw names.error(error.description)
    }
    let head = Set(architecture.head.flatMap(\.tensors))
    try takeScales(from: &names)
    let hasReaderBias = naming.names(of: "blocks.0.attn.qkv.bias").contains(where: names.contains)
    if !hasReaderBias { notes.append("its queries, keys and values have no bias: taken as 0") }
    if !sizes.tokenHasPosition { notes.append("its class token has no position: taken as 0") }
    return try architecture.parameters.compactMap { name, shape in
      if sizes.outputs == nil, head.contains(name) { return nil }
      if !hasReaderBias, name.hasSuffix(".attn.qkv.bias") {
        return .constant(0, name: name, count: shape[0])
      }
      return try parameter(name, shape, from: &names)
    }
  }

  private func parameter(
    _ name: String, _ shape: [Int], from names: inout PlainNames
  ) throws -> StoredTensor {
    let sources = naming.names(of: name)
    var wanted = [shape[0] / sources.count] + shape.dropFirst()
    if name == "pos_embed", !sizes.tokenHasPosition { wanted[1] -= 1 }
    if name == "patch_embed.proj.weight" { wanted[1] = sizes.channels }
    var tensors: [StoredTensor] = []
    for source in sources {
      let tensor = try names.take(source)
      guard tensor.shape == wanted else {
        throw names.error(
          "\(printable(source)) has shape \(tensor.shape), where \(wanted) is wanted")
      }
      tensors.append(tensor.finite(named: source, in: names.file))
    }
    var tensor = tensors.count == 1 ? tensors[0] : .stacked(tensors, shape: shape)
    if name == "pos_embed", !sizes.tokenHasPosition { tensor = tensor.behindZeros(shape: shape) }
    if name == "patch_embed.proj.weight" {
      if sizes.channels == 1 { tensor = tensor.spreadingOneChannel() }
      if inputOrder == .bgr { tensor = tensor.reversingInputChannels() }
    }
    let layer = name.split(separator: ".").dropLast().joined(separator: ".")
    if let scale = scales[layer] {
      tensor = tensor.scaled(byRow: scale).finite(named: name, in: names.file)
    }
    return tensor.named(name)
  }

  /// Takes the scales of branches: timm's `ls1.gamma` multiplies the output of the projection of attention, `ls2.gamma` the
  /// output of the MLP.
  private mutating func takeScales(from names: inout PlainNames) throws {
    let all = (0..<network.depth).flatMap { ["blocks.\($0).ls1.gamma", "blocks.\($0).ls2.gamma"] }
    guard naming == .timm, all.contains(where: { names.contains($0) }) else { return }
    for index in 0..<network.depth {
      for (scale, layer) in [("ls1.gamma", "attn.proj"), ("ls2.gamma", "mlp.fc2")] {
        let name = "blocks.\(index).\(scale)"
        let tensor = try names.take(name).finite(named: name, in: names.file)
        guard tensor.shape == [network.width] else {
          throw names.error("\(name) has shape \(tensor.shape), where [\(network.width)] is wanted")
        }
        scales["blocks.\(index).\(layer)"] = tensor
      }
    }
    notes.append("scales of its branches (ls1, ls2) are folded in")
  }
}

extension StoredTensor {
  /// A tensor with the rows of several tensors, in order.
  fileprivate static func stacked(_ tensors: [StoredTensor], shape: [Int]) -> StoredTensor {
    StoredTensor(name: tensors[0].name, shape: shape) { try tensors.flatMap { try $0.floats() } }
  }

  /// Positions [1, T, d], made from [1, T − 1, d] by adding a position of zeros at the beginning.
  fileprivate func behindZeros(shape: [Int]) -> StoredTensor {
    StoredTensor(name: name, shape: shape) {
      [Float](repeating: 0, count: shape[2]) + (try floats())
    }
  }

  /// The tensor with row k multiplied by `scale[k]`: diag(γ)W or γ·b, computed in double precision and rounded once.
  fileprivate func scaled(byRow scale: StoredTensor) -> StoredTensor {
    StoredTensor(name: name, shape: shape) {
      let (values, scales) = (try floats(), try scale.floats())
      let row = values.count / scales.count
      return values.enumerated().map { Float(Double($1) * Double(scales[$0 / row])) }
    }
  }
}
