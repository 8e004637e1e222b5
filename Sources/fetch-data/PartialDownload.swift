/// The part of a download that is here already, kept between runs so that it can be continued.

import Foundation
import Tooling

/// `FILE.part`, and beside it in `FILE.part.source` what it is the beginning of.
final class PartialDownload {
  /// What a server said of the whole file.
  struct Source: Equatable {
    var url: String
    var entityTag: String
    /// -1 when unknown.
    var total: Int
  }

  let path: String
  private(set) var source: Source?
  private(set) var count = 0
  private let descriptor: Int32
  private var sourcePath: String { path + ".source" }

  /// Opens the part, and waits while another process is at work on it.
  init(of file: String) throws {
    path = file + ".part"
    while true {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard opened >= 0 else { throw ToolError.system(.cannotCreate, path) }
      if flock(opened, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        Log.say("\(path): waiting for another process that is fetching it")
        while flock(opened, LOCK_EX) != 0, errno == EINTR {}
      }
      // The other process may have renamed it while this one waited.
      var (here, there) = (stat(), stat())
      if fstat(opened, &here) == 0, stat(path, &there) == 0, here.st_ino == there.st_ino,
        here.st_dev == there.st_dev
      {
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

  /// Forgets what is here.
  func restart() throws {
    guard ftruncate(descriptor, 0) == 0 else { throw ToolError.system(.io, path) }
    count = 0
    source = nil
    unlink(sourcePath)
  }

  /// Notes what the bytes to come are part of.
  func begin(_ source: Source) throws {
    guard source != self.source else { return }
    self.source = source
    let text = "\(source.url)\n\(source.entityTag)\n\(source.total)\n"
    guard FileManager.default.createFile(atPath: sourcePath, contents: Data(text.utf8)) else {
      throw ToolError(.io, "\(sourcePath): cannot be written")
    }
  }

  func append(_ data: Data) throws {
    try data.withUnsafeBytes { bytes in
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
  }

  /// Gives the part another name, durably; it is whole then, or put aside.
  func rename(to final: String) throws {
    guard fsync(descriptor) == 0, Foundation.rename(path, final) == 0 else {
      throw ToolError.system(.io, final)
    }
    unlink(sourcePath)
  }

  /// Removes a part that holds nothing.
  func removeIfEmpty() {
    guard count == 0 else { return }
    unlink(path)
    unlink(sourcePath)
  }

  private static func readSource(_ path: String) -> Source? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 4, let total = Int(lines[2]) else { return nil }
    return Source(url: String(lines[0]), entityTag: String(lines[1]), total: total)
  }
}
