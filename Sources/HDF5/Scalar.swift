/// The element types that datasets may hold, in memory and in the file.

import CHDF5

/// A number that can be an element of a dataset. In the file it is little-endian, of the same
/// width.
public protocol Scalar: BitwiseCopyable, Sendable {
  static var numberType: NumberType { get }
}

/// The number types that files of this project use.
public enum NumberType: Sendable {
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

  /// The integers that it holds; nil for floating point.
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

extension Float: Scalar { public static var numberType: NumberType { .float32 } }
extension Double: Scalar { public static var numberType: NumberType { .float64 } }
extension UInt8: Scalar { public static var numberType: NumberType { .uint8 } }
extension UInt16: Scalar { public static var numberType: NumberType { .uint16 } }
extension Int32: Scalar { public static var numberType: NumberType { .int32 } }
extension Int64: Scalar { public static var numberType: NumberType { .int64 } }
extension UInt64: Scalar { public static var numberType: NumberType { .uint64 } }

/// What a stored type turns out to be, as far as this project reads it.
enum StoredType {
  case integer
  case floatingPoint
  case text

  /// - Returns: nil for compounds, references, and numbers that no machine computes with: the
  ///   library's conversions of those are where damaged files do harm.
  init?(_ type: hid_t) {
    switch H5Tget_class(type) {
    case H5T_INTEGER where Self.isPlainInteger(type): self = .integer
    case H5T_FLOAT where Self.isPlainFloat(type): self = .floatingPoint
    case H5T_ENUM:
      // Python's booleans are enumerations of Int8.
      let base = H5Tget_super(type)
      guard base >= 0 else { return nil }
      defer { H5Tclose(base) }
      guard H5Tget_class(base) == H5T_INTEGER, Self.isPlainInteger(base),
        H5Tget_size(base) == H5Tget_size(type)
      else { return nil }
      self = .integer
    case H5T_STRING: self = .text
    default: return nil
    }
  }

  private static func isPlainInteger(_ type: hid_t) -> Bool {
    let size = H5Tget_size(type)
    return [1, 2, 4, 8].contains(size) && H5Tget_precision(type) == size * 8
      && H5Tget_offset(type) == 0 && isOrdered(type)
  }

  /// IEEE 754 of 16, 32 or 64 bits.
  private static func isPlainFloat(_ type: hid_t) -> Bool {
    var (sign, exponent, exponentBits, mantissa, mantissaBits) = (0, 0, 0, 0, 0)
    guard
      H5Tget_fields(type, &sign, &exponent, &exponentBits, &mantissa, &mantissaBits) >= 0,
      let expected = [2: 5, 4: 8, 8: 11][H5Tget_size(type)]
    else { return false }
    let bits = H5Tget_size(type) * 8
    return H5Tget_precision(type) == bits && H5Tget_offset(type) == 0
      && exponentBits == expected && mantissa == 0 && mantissaBits == bits - 1 - expected
      && exponent == mantissaBits && sign == bits - 1
      && H5Tget_ebias(type) == (1 << (expected - 1)) - 1 && isOrdered(type)
  }

  private static func isOrdered(_ type: hid_t) -> Bool {
    [H5T_ORDER_LE, H5T_ORDER_BE].contains(H5Tget_order(type))
      || (H5Tget_size(type) == 1 && H5Tget_order(type) == H5T_ORDER_NONE)
  }
}
