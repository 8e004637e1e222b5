// The convolutional layers of a Keras network.

extension KerasNetwork {
  func side(_ shape: [Any], of layer: KerasLayer) throws -> Int? {
    guard shape.count == 4 else { throw layer.error(in: file, "does not take images") }
    let (height, width) = (shape[1] as? Int, shape[2] as? Int)
    guard height == width, (1...4096).contains(height ?? 1) else {
      throw layer.error(
        in: file,
        "takes images of \(height ?? 0)×\(width ?? 0), where a square of 1 to 4096 is read")
    }
    return height
  }

  mutating func rescale(_ layer: KerasLayer) throws {
    guard let scale = layer.number("scale"), let offset = layer.number("offset"), scale > 0,
      scale.isFinite, offset.isFinite, isBeginning, parts.scaling == nil
    else {
      throw layer.error(
        in: file, "is not one positive scale and one offset before the first convolution")
    }
    parts.scaling = (scale: scale, offset: offset)
  }

  mutating func pad(_ layer: KerasLayer) throws {
    let padding = layer["padding"]
    let isOne =
      padding as? Int == 1 || padding as? [Int] == [1, 1]
      || padding as? [[Int]] == [[1, 1], [1, 1]]
    guard isOne, pending == nil, !isHead, !isPadded else {
      throw layer.error(in: file, "is not the padding of 1 before a convolution")
    }
    isPadded = true
  }

  mutating func convolve(_ layer: KerasLayer) throws {
    let padding = layer.text("padding")
    let wanted: [(name: String, isMet: Bool)] = [
      ("kernel_size 3×3", layer.pair("kernel_size") == [3, 3]),
      ("strides 1", layer.pair("strides") == [1, 1]),
      ("dilation_rate 1", layer.pair("dilation_rate") ?? [1, 1] == [1, 1]),
      ("groups 1", layer["groups"] as? Int ?? 1 == 1),
      ("padding same (valid behind a padding)", padding == (isPadded ? "valid" : "same")),
      ("channels_last", layer.text("data_format") ?? "channels_last" == "channels_last"),
    ]
    if let fault = wanted.first(where: { !$0.isMet }) {
      throw layer.error(in: file, "does not have \(fault.name), as a VGG's convolutions do")
    }
    guard !isHead else { throw layer.error(in: file, "follows the head's beginning") }
    try requireActivation(before: layer)
    isPadded = false
    let found = try tensors(of: layer)
    guard found.kernel.shape.count == 4, found.kernel.shape.prefix(2) == [3, 3],
      found.kernel.shape[3] == layer["filters"] as? Int
    else {
      throw layer.error(
        in: file,
        "has a kernel of shape \(found.kernel.shape), which its configuration does not state")
    }
    pending = (layer, .init(weight: found.kernel.filtersOfKeras, bias: found.bias), false)
    try activate(layer, layer["activation"] as Any?)
  }

  mutating func pool(_ layer: KerasLayer) throws {
    try requireActivation(before: layer)
    guard layer.pair("pool_size") == [2, 2], layer.pair("strides") ?? [2, 2] == [2, 2],
      layer.text("padding") == "valid",
      layer.text("data_format") ?? "channels_last" == "channels_last"
    else {
      throw layer.error(in: file, "is not 2×2 of strides 2 and padding valid, as a VGG's pools are")
    }
    guard !block.isEmpty, !isHead, !isPadded else {
      throw layer.error(in: file, "does not follow a convolution, as a VGG's pools do")
    }
    parts.blocks.append(block)
    block = []
  }
}
