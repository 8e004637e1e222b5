// Conversion of weights from Keras's layouts to this package's.

extension StoredTensor {
  /// The filters [out, in, 3, 3] of a convolution's kernel [3, 3, in, out].
  var filtersOfKeras: StoredTensor {
    let (inputs, outputs) = (shape[2], shape[3])
    return StoredTensor(name: name, shape: [outputs, inputs, 3, 3]) {
      let values = try self.floats()
      return [Float](unsafeUninitializedCapacity: values.count) { result, count in
        for tap in 0..<9 {
          for input in 0..<inputs {
            let row = (tap * inputs + input) * outputs
            for output in 0..<outputs {
              result[(output * inputs + input) * 9 + tap] = values[row + output]
            }
          }
        }
        count = values.count
      }
    }
  }

  /// The weights [out, in] of a linear layer's kernel [in, out]. Maps are flattened with their channels last in
  /// Keras and first in PyTorch, so input (position, channel) becomes (channel, position).
  func rowsOfKeras(channels: Int) -> StoredTensor {
    let (inputs, outputs) = (shape[0], shape[1])
    return StoredTensor(name: name, shape: [outputs, inputs]) {
      let values = try self.floats()
      let area = max(inputs / max(channels, 1), 1)
      let isMap = area * channels == inputs
      // Outputs are processed in blocks, so that reads and writes both stay in the caches.
      return [Float](unsafeUninitializedCapacity: values.count) { result, count in
        for first in stride(from: 0, to: outputs, by: 32) {
          for input in 0..<inputs {
            let place = isMap ? input % channels * area + input / channels : input
            for output in first..<min(first + 32, outputs) {
              result[output * inputs + place] = values[input * outputs + output]
            }
          }
        }
        count = values.count
      }
    }
  }

  /// A tensor of `count` equal numbers, for a layer that does not store them.
  static func constant(_ value: Float, name: String, count: Int) -> StoredTensor {
    StoredTensor(name: name, shape: [count]) { [Float](repeating: value, count: count) }
  }
}
