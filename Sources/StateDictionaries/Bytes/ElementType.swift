/// The element types of stored tensors, under the names that PyTorch and safetensors give them.

/// How a tensor's elements are stored; all are little-endian and read as Float32.
package enum ElementType: String, Sendable, CaseIterable {
  case float16, bfloat16, float32, float64
  case bool, uint8, int8, int16, int32, int64

  /// Bytes an element takes.
  package var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .float16, .bfloat16, .int16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// From a class of module `torch`: `FloatStorage` and its like.
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

  /// From a safetensors `dtype`: `F32` and its like.
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
