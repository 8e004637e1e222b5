/// Attribute values as files hold them: ours, Python's, and Keras's fixed-length texts.

import CHDF5

extension AttributeValue {
  /// Reads an open attribute of a file of so many bytes.
  /// - Throws: `error` with the reason, when it is neither text nor numbers or is damaged.
  init(
    stored attribute: borrowing Handle, in fileSize: hsize_t, orThrow error: (String) -> HDF5Error
  ) throws {
    let unreadable = error("cannot be read")
    let type = try Handle(H5Aget_type(attribute.id), H5Tclose, orThrow: unreadable)
    let space = try Handle(H5Aget_space(attribute.id), H5Sclose, orThrow: unreadable)
    guard let kind = StoredType(type.id) else { throw error("is neither text nor numbers") }
    guard let shape = DataSpace.shape(of: space), let count = DataSpace.count(shape) else {
      throw error("is void or of absurd shape")
    }
    // Attributes lie in the file uncompressed; what the library calls stored is what the shape claims.
    let claimed = count.multipliedReportingOverflow(by: H5Tget_size(type.id))
    guard !claimed.overflow, claimed.partialValue <= Self.largestBytes,
      hsize_t(claimed.partialValue) <= min(H5Aget_storage_size(attribute.id), fileSize)
    else { throw error("claims more than the file of \(fileSize) bytes can hold") }
    let isSingle = shape.isEmpty

    switch kind {
    case .integer:
      var values = [Int64](repeating: 0, count: count)
      guard count == 0 || H5Aread(attribute.id, hdf5_native_int64(), &values) >= 0 else {
        throw unreadable
      }
      // The library cuts what is above the largest Int64.
      let isUnsigned = H5Tget_size(type.id) == 8 && H5Tget_sign(type.id) == H5T_SGN_NONE
      guard !isUnsigned || !values.contains(.max) else { throw error("holds too large an integer") }
      let integers = values.map { Int($0) }
      self = isSingle ? .integer(integers.first ?? 0) : .integers(integers)
    case .floatingPoint:
      var values = [Double](repeating: 0, count: count)
      guard count == 0 || H5Aread(attribute.id, hdf5_native_double(), &values) >= 0 else {
        throw unreadable
      }
      self = isSingle ? .double(values.first ?? 0) : .doubles(values)
    case .text:
      let texts =
        H5Tis_variable_str(type.id) > 0
        ? try Self.variableLengthTexts(attribute, type, space, count, orThrow: unreadable)
        : try Self.fixedLengthTexts(attribute, type, count, orThrow: unreadable)
      self = isSingle ? .string(texts.first ?? "") : .strings(texts)
    }
  }

  /// Far above any attribute of a network; a list of this size belongs in a dataset.
  private static let largestBytes = 1 << 26

  private static func variableLengthTexts(
    _ attribute: borrowing Handle, _ type: borrowing Handle, _ space: borrowing Handle,
    _ count: Int,
    orThrow error: HDF5Error
  ) throws -> [String] {
    guard count > 0 else { return [] }
    let memory = try Handle(H5Tcopy(hdf5_c_string()), H5Tclose, orThrow: error)
    // The library does not convert between its two character sets; UTF-8 holds both.
    guard H5Tset_size(memory.id, hdf5_variable_length()) >= 0,
      H5Tset_cset(memory.id, H5Tget_cset(type.id)) >= 0
    else { throw error }
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    guard H5Aread(attribute.id, memory.id, &pointers) >= 0 else { throw error }
    let texts = pointers.map { $0.map { String(cString: $0) } ?? "" }
    H5Dvlen_reclaim(memory.id, space.id, 0, &pointers)
    return texts
  }

  private static func fixedLengthTexts(
    _ attribute: borrowing Handle, _ type: borrowing Handle, _ count: Int, orThrow error: HDF5Error
  ) throws -> [String] {
    let length = H5Tget_size(type.id)
    guard count > 0, length > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count * length)
    guard H5Aread(attribute.id, type.id, &bytes) >= 0 else { throw error }
    let isSpacePadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
    return texts(bytes, length: length, isSpacePadded: isSpacePadded)
  }

  /// Texts of one length, which zeros or blanks fill up.
  static func texts(_ bytes: [UInt8], length: Int, isSpacePadded: Bool) -> [String] {
    stride(from: 0, to: bytes.count, by: length).map { start in
      var text = bytes[start..<start + length].prefix { $0 != 0 }
      while isSpacePadded, text.last == UInt8(ascii: " ") { text.removeLast() }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
