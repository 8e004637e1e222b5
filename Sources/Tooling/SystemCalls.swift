// Reading from and writing to descriptors until all bytes are transferred, with errors as values.

import Foundation

/// Writes all bytes, in as many calls as needed.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, name: String) throws {
  var rest = bytes
  while let start = rest.baseAddress, !rest.isEmpty {
    // One call moves at most 2 GiB on Linux, and fails for more on macOS.
    let count = write(descriptor, start, min(rest.count, 1 << 30))
    if count < 0 {
      if errno == EINTR { continue }
      if errno == EAGAIN {
        waitUntilReady(descriptor, Int16(POLLOUT))
        continue
      }
      if errno == EPIPE { throw BrokenPipe() }
      throw ToolError.system(.io, name)
    }
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
  }
}

/// Reads up to `buffer.count` bytes.
/// - Returns: the number of bytes; fewer than requested only at the end of the file.
func readAll(
  _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, name: String
) throws -> Int {
  var done = 0
  while done < buffer.count, let start = buffer.baseAddress {
    let count = read(descriptor, start + done, min(buffer.count - done, 1 << 30))
    if count < 0 {
      if errno == EINTR { continue }
      if errno == EAGAIN {
        waitUntilReady(descriptor, Int16(POLLIN))
        continue
      }
      throw ToolError.system(.io, name)
    }
    if count == 0 { break }
    done += count
  }
  return done
}

/// Waits until a descriptor is ready, since another program may have made a shared pipe non-blocking.
private func waitUntilReady(_ descriptor: Int32, _ events: Int16) {
  var entry = pollfd(fd: descriptor, events: events, revents: 0)
  _ = poll(&entry, 1, -1)
}

/// The identity and state of a file, to notice that it changed.
struct FileIdentity: Equatable {
  let device: UInt64
  let inode: UInt64
  let size: Int64
  let modifiedSeconds: Int
  let modifiedNanoseconds: Int
  let isRegular: Bool
  let isFolder: Bool

  /// - Returns: nil when the path leads nowhere; `errno` gives the reason.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    #if canImport(Darwin)
      modifiedSeconds = status.st_mtimespec.tv_sec
      modifiedNanoseconds = status.st_mtimespec.tv_nsec
    #else
      modifiedSeconds = status.st_mtim.tv_sec
      modifiedNanoseconds = status.st_mtim.tv_nsec
    #endif
    isRegular = status.st_mode & S_IFMT == S_IFREG
    isFolder = status.st_mode & S_IFMT == S_IFDIR
  }
}
