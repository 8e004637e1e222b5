// Opening and creating files.

import CHDF5

extension File {
  /// Reads the catalogue of a file.
  static func catalogue(_ name: String, _ source: () throws -> ByteSource) throws -> Catalogue {
    do {
      guard let catalogue = try Catalogue(source()) else {
        throw HDF5Error(.invalid, file: name, "is not an HDF5 file")
      }
      return catalogue
    } catch FormatError.unreadable(let cause) {
      throw HDF5Error(.unreadable, file: name, cause)
    } catch let error as FormatError {
      throw HDF5Error(.invalid, file: name, error.reason)
    }
  }

  /// Creates a file with the HDF5 library.
  static func create(_ path: String, access: borrowing Handle, name: String) throws -> hid_t {
    let creation = try properties(hdf5_file_creation(), name: name)
    H5Pset_obj_track_times(creation.id, false)
    guard !path.utf8.contains(0) else {
      throw HDF5Error(.cannotCreate, file: name, "its name holds a zero byte")
    }
    let id = H5Fcreate(path, hdf5_truncate(), creation.id, access.id)
    guard id >= 0 else {
      throw HDF5Error.fromLibrary(.cannotCreate, file: name, "cannot be created")
    }
    return id
  }

  /// A path where no file can exist. The library treats memory files of the same path as one file, and
  /// also checks whether a file of that path is on the disk.
  static func unusedPath() -> String {
    Library.memoryFiles += 1
    return "/dev/null/\(Library.memoryFiles)"
  }

  static func properties(_ kind: hid_t, name: String) throws -> Handle {
    try Handle(
      H5Pcreate(kind), H5Pclose,
      orThrow: .fromLibrary(.invalid, file: name, "no memory for its properties"))
  }

  /// Properties with which closing the file also closes everything that is open in it.
  static func accessProperties(name: String) throws -> Handle {
    let access = try properties(hdf5_file_access(), name: name)
    H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG)
    _ = hdf5_set_no_locking(access.id)
    return access
  }

  static func memoryProperties(name: String) throws -> Handle {
    let access = try accessProperties(name: name)
    let growth = 4 << 20
    guard H5Pset_fapl_core(access.id, growth, false) >= 0 else {
      throw HDF5Error.fromLibrary(.invalid, file: name, "cannot be held in memory")
    }
    return access
  }
}
