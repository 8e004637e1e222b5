// A named tensor whose numbers are read when they are asked for: a dictionary of 531 MB costs
// nothing to open, and memory holds one tensor at a time if the caller wishes.

package struct StoredTensor {
  package let name: String
  /// Axis lengths, outermost first; empty for a scalar.
  package let shape: [Int]
  /// The type in the file; `floats` gives Float32 whatever it is.
  package let elementType: ElementType
  private let read: () throws -> [Float]

  /// - Parameter floats: gives as many values as `shape` has elements, in row-major order.
  package init(
    name: String, shape: [Int], elementType: ElementType = .float32,
    floats: @escaping () throws -> [Float]
  ) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
    read = floats
  }

  /// All elements in row-major order. Reads the file anew at each call.
  /// - Throws: `StateDictionaryError` when the file ends early or its checksum disagrees.
  package func floats() throws -> [Float] { try read() }

  /// The same numbers under another name.
  package func named(_ name: String) -> StoredTensor {
    StoredTensor(name: name, shape: shape, elementType: elementType, floats: read)
  }

  /// The same numbers under another name; reading them throws `StateDictionaryError` if one is not finite.
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

  /// The same numbers under another name and shape of equal size.
  func named(_ name: String, shape: [Int]) -> StoredTensor {
    StoredTensor(name: name, shape: shape, elementType: elementType, floats: read)
  }
}

/// The product of axis lengths; nil when one is negative or any of them multiply to more than `Int`
/// holds, even beside an empty axis: no product of some of them then overflows elsewhere.
func elementCount(_ shape: [Int]) -> Int? {
  var count = 1
  for length in shape where length != 0 {
    let (product, overflow) = count.multipliedReportingOverflow(by: length)
    guard length > 0, !overflow else { return nil }
    count = product
  }
  return shape.contains(0) ? 0 : count
}
