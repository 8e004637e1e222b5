// The common parts of convolutions and linear layers of a Keras network: weights, batch normalisation
// and activation.

extension KerasNetwork {
  mutating func tensors(
    of layer: KerasLayer
  ) throws -> (kernel: StoredTensor, bias: StoredTensor) {
    let roles = ["kernel"] + (layer.flag("use_bias") ? ["bias"] : [])
    let found = try weights.take(layer, roles)
    guard let kernel = found["kernel"] else { throw layer.error(in: file, "has no kernel") }
    return (
      kernel,
      found["bias"] ?? .constant(0, name: layer.name + "/bias", count: kernel.shape.last ?? 0)
    )
  }

  mutating func normalise(_ layer: KerasLayer) throws {
    guard let affine = pending, !affine.isNormalised else {
      throw layer.error(
        in: file, "does not stand between a convolution and its ReLU, so it cannot be folded in")
    }
    let axis = layer["axis"] as? Int ?? (layer["axis"] as? [Int])?.first ?? -1
    guard axis == -1 || axis == (isHead ? 1 : 3), let epsilon = layer.number("epsilon"), epsilon > 0
    else { throw layer.error(in: file, "has another axis than the channels, or no epsilon") }
    let roles =
      (layer.flag("scale") ? ["gamma"] : []) + (layer.flag("center") ? ["beta"] : [])
      + ["moving_mean", "moving_variance"]
    let found = try weights.take(layer, roles)
    guard let mean = found["moving_mean"], let variance = found["moving_variance"] else {
      throw layer.error(in: file, "has no moving mean and variance")
    }
    let count = mean.shape.first ?? 0
    let normalisation = BatchNormalisation(
      weight: found["gamma"] ?? .constant(1, name: layer.name + "/gamma", count: count),
      bias: found["beta"] ?? .constant(0, name: layer.name + "/beta", count: count),
      mean: mean, variance: variance, epsilon: epsilon)
    pending = (affine.layer, try normalisation.folded(into: affine.weights, file: file), true)
    parts.batchNormalised = true
  }

  mutating func activate(_ layer: KerasLayer) throws {
    guard layer.kind == "ReLU" else {
      return try activate(layer, layer.kind == "Softmax" ? "softmax" : layer["activation"] as Any?)
    }
    guard layer["max_value"] == nil, layer.number("negative_slope") ?? 0 == 0,
      layer.number("threshold") ?? 0 == 0
    else { throw layer.error(in: file, "is not a plain ReLU") }
    try activate(layer, "relu")
  }

  mutating func activate(_ layer: KerasLayer, _ activation: Any?) throws {
    let word = activation == nil ? "linear" : activation as? String ?? "a custom one"
    switch word {
    case "linear": return
    case "relu":
      guard let affine = pending else {
        throw layer.error(in: file, "does not follow a convolution or linear layer")
      }
      if isHead {
        parts.classifier.append(affine.weights)
        rates.append(0)
      } else {
        block.append(affine.weights)
      }
      pending = nil
    case "softmax", "sigmoid":
      guard isHead, pending != nil else {
        throw layer.error(in: file, "has the activation \(word), where a VGG has ReLU")
      }
      if word == "sigmoid" {
        parts.notes.append("its outputs pass a sigmoid: the logits are what goes into it")
      }
      hasEnded = true
    default:
      throw layer.error(in: file, "has the activation \(printable(word)), where a VGG has ReLU")
    }
  }

  func requireActivation(before layer: KerasLayer) throws {
    guard let affine = pending else { return }
    throw affine.layer.error(
      in: file, "has no ReLU before \(printable(layer.name)) (\(printable(layer.kind)))")
  }
}
