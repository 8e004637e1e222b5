// Tensors that are read on request. Opening a dictionary of 531 MB takes no time, and the caller can hold one tensor at a
// time in memory.

/// A named tensor whose values are read on request.
package struct StoredTensor {
  package let name: String
  /// The lengths of the axes, outermost first; empty for a scalar.
  package let shape: [Int]
  /// The type of elements in the file. `floats` always returns Float32.
  package let elementType: ElementType
  private let read: () throws -> [Float]

  /// Makes a tensor.
  /// - Parameter floats: Returns as many values as `shape` has elements, in row-major order.
  package init(
    name: String, shape: [Int], elementType: ElementType = .float32,
    floats: @escaping () throws -> [Float]
  ) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
    read = floats
  }

  /// All elements in row-major order. Each call reads the file.
  /// - Throws: `StateDictionaryError` if the file ends early or its checksum is wrong.
  package func floats() throws -> [Float] { try read() }

  /// The tensor under another name.
  package func named(_ name: String) -> StoredTensor {
    StoredTensor(name: name, shape: shape, elementType: elementType, floats: read)
  }

  /// The tensor under another name. Reading it throws `StateDictionaryError` if a value is not finite.
  func finite(named name: String, in file: String) -> StoredTensor {
    StoredTensor(name: name, shape: shape, elementType: elementType) {
      let values = try floats()
      guard values.allSatisfy(\.isFinite) else {
        throw StateDictionaryError(
          file: file, problem: "\(printable(self.name)) holds values that are not finite")
      }
      return values
    }
  }

  /// The tensor under another name, with another shape of equal size.
  func named(_ name: String, shape: [Int]) -> StoredTensor {
    StoredTensor(name: name, shape: shape, elementType: elementType, floats: read)
  }
}

/// The product of the lengths of axes. nil if a length is negative, or if the product of all positive lengths overflows
/// `Int`, even if another length is 0. So no product of some of them can overflow elsewhere.
func elementCount(_ shape: [Int]) -> Int? {
  var count = 1
  for length in shape where length != 0 {
    let (product, overflow) = count.multipliedReportingOverflow(by: length)
    guard length > 0, !overflow else { return nil }
    count = product
  }
  return shape.contains(0) ? 0 : count
}
