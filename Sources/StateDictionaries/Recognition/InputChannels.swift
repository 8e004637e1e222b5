// The input channels of a first layer, made those of RGB.

/// What the first layer's input channels are in a file.
package enum InputOrder: String, Sendable, CaseIterable {
  case rgb, bgr

  /// - Throws: `StateDictionaryError` for an order of a network that takes one channel.
  func refuseForOneChannel(_ file: String) throws {
    guard self == .rgb else {
      throw StateDictionaryError(
        file: file, problem: "takes images of one channel, which has no order \(self)")
    }
  }
}

extension StoredTensor {
  /// [out, 1, …] to [out, 3, …]: on three equal channels the thirds add up to what one had.
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

  /// Blue, green, red to red, green, blue, or back, of [out, channels, …].
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
