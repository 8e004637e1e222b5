// The layers of a Keras network's head.

extension KerasNetwork {
  mutating func flatten(_ layer: KerasLayer) throws {
    try requireActivation(before: layer)
    guard !block.isEmpty || !parts.blocks.isEmpty, !isPadded,
      layer["keepdims"] as? Bool != true,
      layer.text("data_format") ?? "channels_last" == "channels_last",
      layer.kind == "Flatten" || !isHead
    else { throw layer.error(in: file, "is not the mean or the whole of the last maps") }
    isHead = true
    guard let filters = lastFilters, headInputs == nil else { return }
    let pools = parts.blocks.count
    headInputs =
      layer.kind == "Flatten" ? parts.side.map { ($0 >> pools) * ($0 >> pools) * filters } : filters
  }

  /// The number of filters of the last convolution.
  var lastFilters: Int? { (block.last ?? parts.blocks.last?.last)?.weight.shape[0] }

  mutating func connect(_ layer: KerasLayer) throws {
    guard isHead else { throw layer.error(in: file, "has no Flatten before it") }
    try requireActivation(before: layer)
    let found = try tensors(of: layer)
    guard found.kernel.shape.count == 2, found.kernel.shape[1] == layer["units"] as? Int else {
      throw layer.error(
        in: file,
        "has a kernel of shape \(found.kernel.shape), which its configuration does not state")
    }
    if parts.classifier.isEmpty, let headInputs, found.kernel.shape[0] != headInputs {
      throw layer.error(
        in: file,
        "takes \(found.kernel.shape[0]) values, where its configuration gives \(headInputs)")
    }
    let channels = parts.classifier.isEmpty ? lastFilters ?? 1 : 1
    let rows = found.kernel.rowsOfKeras(channels: channels)
    pending = (layer, .init(weight: rows, bias: found.bias), false)
    try activate(layer, layer["activation"] as Any?)
  }
}
