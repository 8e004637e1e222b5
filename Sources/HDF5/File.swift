/// An HDF5 file: on disk, or in memory as the image that travels through a pipe.

import CHDF5
import Foundation

/// An open file. It is closed when the last reference goes, or by `close()`, which can report
/// that the last bytes did not reach the disk.
public final class File {
  /// The file's name for messages: the path, or what the caller calls a stream.
  public let name: String
  private(set) var id: hid_t

  private init(id: hid_t, name: String) {
    self.id = id
    self.name = name
  }

  deinit {
    if id >= 0 { Library.close(id, H5Fclose) }
  }

  /// Creates a file, or empties the one that is there.
  /// - Parameter name: what messages call it, the path when nil.
  public static func create(_ path: String, name: String? = nil) throws -> File {
    try Library.call {
      let access = try accessProperties(name: name ?? path)
      return try create(path, access: access, name: name ?? path)
    }
  }

  /// Creates a file that lives in memory only; `image()` gives its bytes.
  /// - Parameter name: what messages call it.
  public static func createInMemory(name: String) throws -> File {
    try Library.call {
      let access = try memoryProperties(name: name)
      return try create(unusedPath(), access: access, name: name)
    }
  }

  /// Opens a file for reading.
  public static func open(_ path: String) throws -> File {
    try Library.call {
      let access = try accessProperties(name: path)
      return try open(path, access: access, name: path) {
        let handle = FileHandle(forReadingAtPath: path)
        return (try? handle?.read(upToCount: signature.count)).map { Array($0) } ?? []
      }
    }
  }

  /// Opens the bytes of a file for reading. The library keeps a copy of them.
  /// - Parameter name: what messages call it.
  public static func open(image: [UInt8], name: String) throws -> File {
    try Library.call {
      guard !image.isEmpty else { throw HDF5Error(.invalid, file: name, "is empty") }
      let access = try memoryProperties(name: name)
      let status = image.withUnsafeBytes {
        // The library copies the image and does not write to it.
        H5Pset_file_image(access.id, UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
      }
      guard status >= 0 else {
        throw HDF5Error.fromLibrary(.invalid, file: name, "cannot be held in memory")
      }
      return try open(unusedPath(), access: access, name: name, image: image) {
        Array(image.prefix(signature.count))
      }
    }
  }

  /// The bytes of the file as they would stand on disk.
  public func image() throws -> [UInt8] {
    try Library.call {
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

  /// Writes what is pending and closes the file; its groups cannot be used afterwards.
  public func close() throws {
    try Library.call {
      guard id >= 0 else { return }
      let closing = id
      id = -1
      guard H5Fclose(closing) >= 0 else { throw failure(.writeFailed, "cannot be written") }
    }
  }

  /// How many bytes it takes, with what is still to be written.
  func size() throws -> hsize_t {
    var size: hsize_t = 0
    guard H5Fget_filesize(id, &size) >= 0 else {
      throw failure(.invalid, "its size cannot be read")
    }
    return size
  }

  /// The group that holds everything else.
  public var root: Group { Group(file: self, path: "/") }

  func failure(_ kind: HDF5Error.Kind, object: String? = nil, _ reason: String) -> HDF5Error {
    .fromLibrary(kind, file: name, object: object, reason)
  }

  private static func create(
    _ path: String, access: borrowing Handle, name: String
  ) throws -> File {
    let creation = try properties(hdf5_file_creation(), name: name)
    H5Pset_obj_track_times(creation.id, false)
    let id = try withPath(path, name) { H5Fcreate($0, hdf5_truncate(), creation.id, access.id) }
    guard id >= 0 else {
      throw HDF5Error.fromLibrary(.cannotCreate, file: name, "cannot be created")
    }
    return File(id: id, name: name)
  }

  /// What HDF5 files begin with.
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  /// - Parameter start: the first bytes, where the signature should be.
  private static func open(
    _ path: String, access: borrowing Handle, name: String, image: [UInt8]? = nil,
    start: () -> [UInt8]
  ) throws -> File {
    let outcome = try withPath(path, name) { path in
      image?.withUnsafeBytes { hdf5_probe(path, access.id, $0.baseAddress, $0.count) }
        ?? hdf5_probe(path, access.id, nil, 0)
    }
    switch outcome {
    case hdf5_probe_read: break
    case hdf5_probe_unopened:
      // Where the library gives up on a file that is HDF5, it frees what it never set.
      if start() == signature {
        throw HDF5Error(.invalid, file: name, "is damaged or cut off: HDF5 cannot open it")
      }
    case hdf5_probe_unlisted:
      throw HDF5Error(.invalid, file: name, "is damaged: not all that is in it can be listed")
    case hdf5_probe_false:
      throw HDF5Error(.invalid, file: name, "is damaged: an attribute is not of the size it claims")
    case hdf5_probe_foreign:
      throw HDF5Error(
        .invalid, file: name, "has addresses or sizes of other than 8 bytes, which is refused")
    default:
      throw HDF5Error(.invalid, file: name, "is damaged: reading it would crash the HDF5 library")
    }
    let id = try withPath(path, name) { H5Fopen($0, hdf5_read_only(), access.id) }
    guard id >= 0 else {
      throw openFailure(name)
    }
    return File(id: id, name: name)
  }

  /// A path where no file can be. The library takes memory files of one path for one file, and
  /// looks whether there is a file of that path on the disk, too.
  private static func unusedPath() -> String {
    Library.memoryFiles += 1
    return "/dev/null/\(Library.memoryFiles)"
  }

  /// Tells a file that is not there from one that is not HDF5.
  private static func openFailure(_ name: String) -> HDF5Error {
    if let cause = HDF5Error.systemCause() {
      return HDF5Error(.unreadable, file: name, cause)
    }
    let error = HDF5Error.fromLibrary(.invalid, file: name, "cannot be opened as HDF5")
    return error.reason.contains("signature")
      ? HDF5Error(.invalid, file: name, "is not an HDF5 file") : error
  }

  private static func withPath<Result>(
    _ path: String, _ name: String, _ body: (UnsafePointer<CChar>) -> Result
  ) throws -> Result {
    guard !path.utf8.contains(0) else {
      throw HDF5Error(.unreadable, file: name, "its name holds a zero byte")
    }
    return path.withCString(body)
  }

  static func properties(_ kind: hid_t, name: String) throws -> Handle {
    try Handle(
      H5Pcreate(kind), H5Pclose,
      orThrow: .fromLibrary(.invalid, file: name, "no memory for its properties"))
  }

  /// Closing the file closes what is open in it, so that `close()` means closed.
  private static func accessProperties(name: String) throws -> Handle {
    let access = try properties(hdf5_file_access(), name: name)
    H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG)
    _ = hdf5_set_no_locking(access.id)
    return access
  }

  private static func memoryProperties(name: String) throws -> Handle {
    let access = try accessProperties(name: name)
    let growth = 4 << 20
    guard H5Pset_fapl_core(access.id, growth, false) >= 0 else {
      throw HDF5Error.fromLibrary(.invalid, file: name, "cannot be held in memory")
    }
    return access
  }
}
