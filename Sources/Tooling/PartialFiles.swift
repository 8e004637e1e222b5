// Partial files, which are written under another name, and their removal when a tool is interrupted.

import Foundation
import Synchronization

/// A file that is being written beside its final name. `commit` gives the whole file that name; otherwise it is removed.
final class PartialFile {
  let path: String
  let finalPath: String
  private(set) var descriptor: Int32
  private var isCommitted = false

  /// Creates `NAME.partial-PID` beside `finalPath`.
  init(beside finalPath: String) throws {
    self.finalPath = finalPath
    let base = "\(finalPath)\(PartialFiles.suffix)\(getpid())"
    // A process on another machine with the same file system may have the same number.
    for attempt in 0..<100 {
      let path = attempt == 0 ? base : "\(base)-\(attempt)"
      PartialFiles.add(path)
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        self.path = path
        self.descriptor = descriptor
        return
      }
      let code = errno
      PartialFiles.forget(path)
      guard code == EEXIST else { throw ToolError.system(.cannotCreate, finalPath, code: code) }
    }
    throw ToolError(.cannotCreate, "\(finalPath): too many \(base)-… are left over; remove them")
  }

  /// Makes the file durable and gives it its final name, with the permissions of the file that it replaces.
  func commit() throws {
    var replaced = stat()
    if stat(finalPath, &replaced) == 0, replaced.st_mode & S_IFMT == S_IFREG {
      guard fchmod(descriptor, replaced.st_mode & 0o777) == 0 || errno == EPERM else {
        throw ToolError.system(.io, finalPath)
      }
    }
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
      throw ToolError.system(.io, finalPath)
    }
    let closing = descriptor
    descriptor = -1
    // Network file systems report a full disk only when the file is closed.
    guard close(closing) == 0 else { throw ToolError.system(.io, finalPath) }
    guard rename(path, finalPath) == 0 else { throw ToolError.system(.cannotCreate, finalPath) }
    isCommitted = true
    PartialFiles.forget(path)
    Self.synchronizeFolder(of: finalPath)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    guard !isCommitted else { return }
    unlink(path)
    PartialFiles.forget(path)
  }

  /// Makes the new name durable too. On some file systems that is impossible, and not an error.
  static func synchronizeFolder(of path: String) {
    let descriptor = open(KernelPath.folder(of: path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }
}

/// The partial files of this process.
enum PartialFiles {
  static let suffix = ".partial-"
  private static let paths = Mutex<Set<String>>([])

  static func add(_ path: String) { paths.withLock { _ = $0.insert(path) } }
  static func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }

  /// Removes the partial files of `path` that any process wrote.
  static func removeLeftovers(of path: String) {
    let folder = KernelPath.folder(of: path)
    let start = KernelPath.name(of: path) + suffix
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(start) { unlink("\(folder)/\(name)") }
  }

  static func removeAll() { paths.withLock { for path in $0 { unlink(path) } } }
}
