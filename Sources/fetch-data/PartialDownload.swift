// Partial downloads, which are kept between runs so that they can be continued.

import Foundation
import Tooling

/// A partial download `FILE.part`, with the description of the whole file in `FILE.part.source`.
final class PartialDownload {
  /// A server's description of the whole file.
  struct Source: Equatable {
    var url: String
    var entityTag: String
    /// The size of the whole file in bytes; -1 when unknown.
    var total: Int
  }

  let path: String
  private(set) var source: Source?
  private(set) var count = 0
  private let descriptor: Int32
  private var sourcePath: String { path + ".source" }

  /// Opens the part, and waits while another process works on it.
  init(of file: String) throws {
    path = file + ".part"
    while true {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
      guard opened >= 0 else {
        // The target of a link is another file, not the beginning of this one.
        guard errno == ELOOP else { throw ToolError.system(.cannotCreate, path) }
        throw ToolError(.cannotCreate, "\(path): is a link; remove it")
      }
      if flock(opened, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        Log.say("\(path): waiting for another process that is fetching it")
        while flock(opened, LOCK_EX) != 0, errno == EINTR {}
      }
      // The other process may have renamed it while this one waited.
      var (here, there) = (stat(), stat())
      if fstat(opened, &here) == 0, stat(path, &there) == 0, here.st_ino == there.st_ino,
        here.st_dev == there.st_dev
      {
        guard here.st_mode & S_IFMT == S_IFREG else {
          close(opened)
          throw ToolError(.cannotCreate, "\(path): is not a regular file; remove it")
        }
        descriptor = opened
        count = Int(here.st_size)
        break
      }
      close(opened)
    }
    source = Self.readSource(path + ".source")
    if source == nil { try restart() }
  }

  deinit { close(descriptor) }

  /// Discards the bytes that are here.
  func restart() throws {
    guard ftruncate(descriptor, 0) == 0 else { throw ToolError.system(.io, path) }
    count = 0
    source = nil
    unlink(sourcePath)
  }

  /// Records the file that the following bytes are part of.
  func begin(_ source: Source) throws {
    guard source != self.source else { return }
    self.source = source
    let text = "\(source.url)\n\(source.entityTag)\n\(source.total)\n"
    // An existing file is not written into, since it may be a link.
    unlink(sourcePath)
    let note = open(sourcePath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard note >= 0 else { throw ToolError.system(.cannotCreate, sourcePath) }
    defer { close(note) }
    guard write(note, text, text.utf8.count) == text.utf8.count else {
      throw ToolError.system(.io, sourcePath)
    }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
      let written = pwrite(descriptor, start + done, bytes.count - done, off_t(count))
      if written < 0 {
        if errno == EINTR { continue }
        throw ToolError.system(.io, path)
      }
      done += written
      count += written
    }
  }

  /// Renames the part durably, to its final name or out of the way.
  func rename(to final: String) throws {
    guard fsync(descriptor) == 0, Foundation.rename(path, final) == 0 else {
      throw ToolError.system(.io, final)
    }
    unlink(sourcePath)
  }

  /// Removes an empty part.
  func removeIfEmpty() {
    guard count == 0 else { return }
    unlink(path)
    unlink(sourcePath)
  }

  private static func readSource(_ path: String) -> Source? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let size = read(descriptor, &bytes, bytes.count)
    guard size > 0, size < bytes.count else { return nil }
    let text = String(decoding: bytes.prefix(size), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 4, let total = Int(lines[2]), total >= -1 else { return nil }
    return Source(url: String(lines[0]), entityTag: String(lines[1]), total: total)
  }
}
