/// The first layer's input channels, made those of RGB.

extension VGGWeights.Layer {
  /// [out, 1, 3, 3] to [out, 3, 3, 3]: on three equal channels the thirds add up to what one had.
  func spreadingOneChannel() -> VGGWeights.Layer {
    let weight = weight
    let shape = [weight.shape[0], 3] + weight.shape.dropFirst(2)
    let spread = StoredTensor(name: weight.name, shape: shape, elementType: weight.elementType) {
      let values = try weight.floats()
      let area = values.count / max(weight.shape[0], 1)
      return (0..<weight.shape[0]).flatMap { filter in
        let third = values[(filter * area)..<((filter + 1) * area)].map { $0 / 3 }
        return third + third + third
      }
    }
    return VGGWeights.Layer(weight: spread, bias: bias)
  }

  /// Blue, green, red to red, green, blue, or back.
  func reversingInputChannels() -> VGGWeights.Layer {
    let weight = weight
    let flipped = StoredTensor(
      name: weight.name, shape: weight.shape, elementType: weight.elementType
    ) {
      let (filters, inputs) = (weight.shape[0], weight.shape[1])
      let values = try weight.floats()
      let area = values.count / (filters * inputs)
      var result: [Float] = []
      result.reserveCapacity(values.count)
      for filter in 0..<filters {
        for channel in (0..<inputs).reversed() {
          let first = (filter * inputs + channel) * area
          result += values[first..<(first + area)]
        }
      }
      return result
    }
    return VGGWeights.Layer(weight: flipped, bias: bias)
  }
}
