// Random access to the bytes of one file, on disk or in memory.
//
// Bytes are read by `pread`, not by `mmap`. A file that shrinks while it is read then gives an error, where a
// mapping would end the process with SIGBUS; and the bytes of a 400 MB tensor are in memory only once.

import Foundation

final class ByteSource: Sendable {
  let name: String
  let count: Int
  private let backing: Backing

  private enum Backing {
    case descriptor(Int32, version: Version)
    case bytes([UInt8])
  }

  /// The values that change when a file is written to.
  private struct Version: Equatable {
    let size, seconds, nanoseconds: Int

    init?(_ descriptor: Int32) {
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      size = Int(status.st_size)
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      (seconds, nanoseconds) = (Int(time.tv_sec), Int(time.tv_nsec))
    }
  }

  init(bytes: [UInt8], name: String) {
    self.name = name
    self.count = bytes.count
    self.backing = .bytes(bytes)
  }

  init(path: String) throws {
    name = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw StateDictionaryError(file: path, problem: String(cString: strerror(errno)))
    }
    guard let version = Version(descriptor) else {
      close(descriptor)
      throw StateDictionaryError(file: path, problem: "not a regular file")
    }
    count = version.size
    backing = .descriptor(descriptor, version: version)
  }

  deinit {
    if case .descriptor(let descriptor, _) = backing { close(descriptor) }
  }

  func error(_ problem: String) -> StateDictionaryError {
    StateDictionaryError(file: name, problem: problem)
  }

  /// Whether `length` bytes at `offset` are inside the file, for any two numbers.
  func contains(offset: Int, length: Int) -> Bool {
    offset >= 0 && length >= 0 && offset <= count && length <= count - offset
  }

  /// Fills `buffer` with the bytes at `offset`.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard contains(offset: offset, length: buffer.count) else {
      throw error("ends early: \(buffer.count) bytes at \(offset) are needed of \(count)")
    }
    switch backing {
    case .bytes(let bytes):
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[offset...].prefix(buffer.count)))
      }
    case .descriptor(let descriptor, let version):
      var done = 0
      while done < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else { throw error(String(cString: strerror(errno))) }
        if got == 0 { break }
        done += got
      }
      guard done == buffer.count, Version(descriptor) == version else {
        throw error("changed while it was read")
      }
    }
  }

  /// Reads `length` bytes at `offset`, without allocating more than the file's size.
  func bytes(at offset: Int, count length: Int) throws -> [UInt8] {
    guard contains(offset: offset, length: length) else {
      throw error("ends early: \(length) bytes at \(offset) are needed of \(count)")
    }
    return try [UInt8](unsafeUninitializedCapacity: length) { buffer, initialised in
      try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
      initialised = length
    }
  }
}
