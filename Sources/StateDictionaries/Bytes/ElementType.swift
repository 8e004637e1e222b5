// The element types of stored tensors, by their names in PyTorch and safetensors.

/// The stored type of a tensor's elements; all are little-endian and read as Float32.
package enum ElementType: String, Sendable, CaseIterable {
  case float16, bfloat16, float32, float64
  case bool, uint8, int8, int16, int32, int64

  /// The number of bytes of an element.
  package var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .float16, .bfloat16, .int16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// The type of a storage class of module `torch`, such as `FloatStorage`.
  init?(torchStorage name: String) {
    switch name {
    case "HalfStorage": self = .float16
    case "BFloat16Storage": self = .bfloat16
    case "FloatStorage": self = .float32
    case "DoubleStorage": self = .float64
    case "BoolStorage": self = .bool
    case "ByteStorage": self = .uint8
    case "CharStorage": self = .int8
    case "ShortStorage": self = .int16
    case "IntStorage": self = .int32
    case "LongStorage": self = .int64
    default: return nil
    }
  }

  /// The type of a safetensors `dtype`, such as `F32`.
  init?(safetensors name: String) {
    switch name {
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    case "F32": self = .float32
    case "F64": self = .float64
    case "BOOL": self = .bool
    case "U8": self = .uint8
    case "I8": self = .int8
    case "I16": self = .int16
    case "I32": self = .int32
    case "I64": self = .int64
    default: return nil
    }
  }
}
