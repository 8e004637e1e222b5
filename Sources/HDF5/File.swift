// An HDF5 file that is read or being written, on disk or in memory.

import CHDF5

/// An open HDF5 file. It is closed when the last reference goes, or by `close()`, which can report
/// that the last bytes did not reach the disk.
///
/// A file that is opened is read by the code in `Reading`; the HDF5 library never sees it. A file that
/// is created is written by the library.
package final class File {
  private enum State {
    case read(Catalogue)
    /// A file that the library writes; the path is nil for a file in memory.
    case written(hid_t, path: String?)
    case closed
  }

  /// The file's name in messages: the path, or the caller's name for a stream.
  package let name: String
  private var state: State
  /// The catalogue of a file that is being written; nil when it was not read since the last change.
  private var written: Catalogue?
  /// Names of the attributes that are stored as datasets, by the paths of their groups, in a file that is written.
  var longAttributes: [String: [String]] = [:]

  private init(_ state: State, name: String) {
    self.state = state
    self.name = name
  }

  deinit {
    if case .written(let id, _) = state { Library.close(id, H5Fclose) }
  }

  /// Creates a file, or empties the one that is there.
  /// - Parameter name: the file's name in messages; the path when nil.
  package static func create(_ path: String, name: String? = nil) throws -> File {
    try Library.call {
      let access = try accessProperties(name: name ?? path)
      let id = try create(path, access: access, name: name ?? path)
      return File(.written(id, path: path), name: name ?? path)
    }
  }

  /// Creates a file in memory only; `image()` returns its bytes.
  /// - Parameter name: the file's name in messages.
  package static func createInMemory(name: String) throws -> File {
    try Library.call {
      let access = try memoryProperties(name: name)
      let id = try create(unusedPath(), access: access, name: name)
      return File(.written(id, path: nil), name: name)
    }
  }

  /// Opens a file for reading.
  package static func open(_ path: String) throws -> File {
    guard !path.utf8.contains(0) else {
      throw HDF5Error(.unreadable, file: path, "its name holds a zero byte")
    }
    return File(.read(try catalogue(path) { try ByteSource(path: path) }), name: path)
  }

  /// Opens the bytes of a file for reading.
  /// - Parameter name: the file's name in messages.
  package static func open(image: [UInt8], name: String) throws -> File {
    guard !image.isEmpty else { throw HDF5Error(.invalid, file: name, "is empty") }
    return File(.read(try catalogue(name) { ByteSource(image: image) }), name: name)
  }

  /// The bytes that the file would have on disk.
  package func image() throws -> [UInt8] {
    try Library.call {
      let id = try writable()
      guard H5Fflush(id, H5F_SCOPE_LOCAL) >= 0 else {
        throw failure(.writeFailed, "cannot be written")
      }
      let size = H5Fget_file_image(id, nil, 0)
      guard size > 0 else { throw failure(.writeFailed, "has no image") }
      return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        guard H5Fget_file_image(id, buffer.baseAddress, size) == size else {
          throw failure(.writeFailed, "has no image")
        }
        count = size
      }
    }
  }

  /// Writes all pending data and closes the file. Its groups cannot be used afterwards.
  package func close() throws {
    try Library.call {
      defer { state = .closed }
      guard case .written(let id, _) = state else { return }
      state = .closed
      guard H5Fclose(id) >= 0 else { throw failure(.writeFailed, "cannot be written") }
    }
  }

  /// The root group, which contains all other objects.
  package var root: Group { Group(file: self, path: "/") }

  func failure(_ kind: HDF5Error.Kind, object: String? = nil, _ reason: String) -> HDF5Error {
    .fromLibrary(kind, file: name, object: object, reason)
  }

  /// The library's identifier of a file that may be changed.
  func writable() throws -> hid_t {
    guard case .written(let id, _) = state else {
      throw HDF5Error(.writeFailed, file: name, "is not open for writing")
    }
    written = nil
    return id
  }

  /// The file's catalogue. For a file that is being written, it covers what was written before the call.
  func catalogue() throws -> Catalogue {
    switch state {
    case .read(let catalogue): return catalogue
    case .closed: throw HDF5Error(.unreadable, file: name, "is closed")
    case .written(let id, let path):
      if let written { return written }
      let catalogue = try Library.call {
        guard let path else {
          let image = try image()
          return try Self.catalogue(name) { ByteSource(image: image) }
        }
        guard H5Fflush(id, H5F_SCOPE_LOCAL) >= 0 else {
          throw failure(.writeFailed, "cannot be written")
        }
        return try Self.catalogue(name) { try ByteSource(path: path) }
      }
      written = catalogue
      return catalogue
    }
  }
}
