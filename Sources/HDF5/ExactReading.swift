/// Reading of integers without silent changes: the library rounds numbers and cuts them to the range of
/// the type that is asked for, unless a callback forbids it.

import CHDF5

extension Group {
  /// Reads a dataset, or the rows that `fileSpace` selects, into `target`.
  /// - Throws: `.mistyped` when a number is not of the kind or range of an integer `Element`.
  func readExactly<Element: Scalar>(
    _ dataset: borrowing StoredDataset, _ name: String, from fileSpace: hid_t = 0,
    to memorySpace: hid_t = 0, into target: UnsafeMutablePointer<Element>?
  ) throws {
    let wanted = Element.numberType
    var isOutOfRange = false
    let status: herr_t
    if let range = wanted.range {
      let stored = try Handle(
        H5Dget_type(dataset.handle.id), H5Tclose,
        orThrow: failure(.invalid, name, "its type cannot be read"))
      if case .floatingPoint = StoredType(stored.id) {
        throw mistyped(name, "holds floating-point numbers where integers are wanted")
      }
      let transfer = try File.properties(hdf5_dataset_transfer(), name: file.name)
      status = withUnsafeMutablePointer(to: &isOutOfRange) { found in
        guard
          H5Pset_type_conv_cb(
            transfer.id,
            { _, _, _, _, _, context in
              context?.assumingMemoryBound(to: Bool.self).pointee = true
              return H5T_CONV_ABORT
            }, found) >= 0
        else { return -1 }
        return H5Dread(
          dataset.handle.id, wanted.memoryType, memorySpace, fileSpace, transfer.id, target)
      }
      if isOutOfRange { throw mistyped(name, "holds integers outside \(range)") }
    } else {
      status = H5Dread(dataset.handle.id, wanted.memoryType, memorySpace, fileSpace, 0, target)
    }
    guard status >= 0 else { throw failure(.invalid, name, "cannot be read") }
  }

  private func mistyped(_ name: String, _ reason: String) -> HDF5Error {
    HDF5Error(.mistyped, file: file.name, object: path(of: name), reason)
  }
}
