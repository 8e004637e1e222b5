// The types of elements that datasets may have, in memory and in the file.

import CHDF5

/// A number that can be an element of a dataset. In the file it is little-endian and has the same
/// width.
package protocol Scalar: BitwiseCopyable, Sendable {
  static var numberType: NumberType { get }
}

/// The number types that files of this project use.
package enum NumberType: Sendable {
  case float32, float64, uint8, uint16, int32, int64, uint64

  var memoryType: hid_t {
    switch self {
    case .float32: hdf5_native_float()
    case .float64: hdf5_native_double()
    case .uint8: hdf5_native_uint8()
    case .uint16: hdf5_native_uint16()
    case .int32: hdf5_native_int32()
    case .int64: hdf5_native_int64()
    case .uint64: hdf5_native_uint64()
    }
  }

  /// The range of an integer type, in words; nil for floating point.
  var range: String? {
    switch self {
    case .float32, .float64: nil
    case .uint8: "0...255"
    case .uint16: "0...65535"
    case .int32: "-2147483648...2147483647"
    case .int64: "\(Int64.min)...\(Int64.max)"
    case .uint64: "0...\(UInt64.max)"
    }
  }

  var fileType: hid_t {
    switch self {
    case .float32: hdf5_file_float()
    case .float64: hdf5_file_double()
    case .uint8: hdf5_file_uint8()
    case .uint16: hdf5_file_uint16()
    case .int32: hdf5_file_int32()
    case .int64: hdf5_file_int64()
    case .uint64: hdf5_file_uint64()
    }
  }
}

extension Float: Scalar { package static var numberType: NumberType { .float32 } }
extension Double: Scalar { package static var numberType: NumberType { .float64 } }
extension UInt8: Scalar { package static var numberType: NumberType { .uint8 } }
extension UInt16: Scalar { package static var numberType: NumberType { .uint16 } }
extension Int32: Scalar { package static var numberType: NumberType { .int32 } }
extension Int64: Scalar { package static var numberType: NumberType { .int64 } }
extension UInt64: Scalar { package static var numberType: NumberType { .uint64 } }
