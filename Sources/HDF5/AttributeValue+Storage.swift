// Shapes, types and writing of attribute values.

import CHDF5

extension AttributeValue {
  /// The shape in the file: `[]` for one value, `[n]` for a list.
  var shape: [Int] {
    switch self {
    case .string, .double, .integer: []
    case .strings(let values): [values.count]
    case .doubles(let values): [values.count]
    case .integers(let values): [values.count]
    }
  }

  /// The type in the file.
  /// - Throws: for text that contains a zero byte, because the stored text would end there.
  func fileType(orThrow error: (String) -> HDF5Error) throws -> Handle {
    let original =
      switch self {
      case .string, .strings: hdf5_c_string()
      case .double, .doubles: hdf5_file_double()
      case .integer, .integers: hdf5_file_int64()
      }
    let type = try Handle(H5Tcopy(original), H5Tclose, orThrow: error("has no type"))
    guard let texts = strings else { return type }
    guard !texts.contains(where: { $0.utf8.contains(0) }) else {
      throw error("holds a zero byte")
    }
    guard H5Tset_size(type.id, hdf5_variable_length()) >= 0,
      H5Tset_cset(type.id, H5T_CSET_UTF8) >= 0
    else { throw error("has no type") }
    return type
  }

  /// Writes the value to an open attribute.
  /// - Returns: the library's status, negative when it failed.
  func write(to attribute: borrowing Handle, _ type: borrowing Handle) -> herr_t {
    if let texts = strings {
      // All texts are in one buffer, each with a zero at its end; the library follows pointers into it.
      var starts: [Int] = []
      var bytes: [CChar] = []
      for text in texts {
        starts.append(bytes.count)
        bytes.append(contentsOf: text.utf8CString)
      }
      return bytes.withUnsafeBufferPointer { buffer in
        let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
        return H5Awrite(attribute.id, type.id, pointers)
      }
    }
    if let numbers = integers {
      return H5Awrite(attribute.id, hdf5_native_int64(), numbers.map { Int64($0) })
    }
    return H5Awrite(attribute.id, hdf5_native_double(), doubles ?? [])
  }
}
