// Conversion of the input channels of a first layer to RGB.

/// The order of the first layer's input channels in a file.
package enum InputOrder: String, Sendable, CaseIterable {
  case rgb, bgr

  /// Refuses an order of channels for a network with one input channel.
  /// - Throws: `StateDictionaryError` in every case except the default order.
  func refuseForOneChannel(_ file: String) throws {
    guard self == .rgb else {
      throw StateDictionaryError(
        file: file, problem: "takes images of one channel, which has no order \(self)")
    }
  }
}

extension StoredTensor {
  /// The weight [out, 3, …] for three input channels, made from [out, 1, …]. Each channel has a third of the weight, so
  /// three equal channels give the same result as one.
  func spreadingOneChannel() -> StoredTensor {
    let shape = [shape[0], 3] + shape.dropFirst(2)
    return StoredTensor(name: name, shape: shape, elementType: elementType) {
      let values = try floats()
      let area = values.count / max(shape[0], 1)
      return (0..<shape[0]).flatMap { filter in
        let third = values[(filter * area)..<((filter + 1) * area)].map { $0 / 3 }
        return third + third + third
      }
    }
  }

  /// The weight [out, channels, …] with the order of input channels reversed, from BGR to RGB or from RGB to BGR.
  func reversingInputChannels() -> StoredTensor {
    StoredTensor(name: name, shape: shape, elementType: elementType) {
      let (filters, inputs) = (shape[0], shape[1])
      let values = try floats()
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
  }
}
