/// Random access to the bytes of one file, on disk or in memory.
///
/// `pread`, not `mmap`: a file that shrinks while it is read then gives an error, where a mapping
/// would end the process with SIGBUS; and the bytes of a 400 MB tensor are in memory once.

import Foundation

final class ByteSource: Sendable {
  let name: String
  let count: Int
  private let backing: Backing

  private enum Backing {
    case descriptor(Int32)
    case bytes([UInt8])
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
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw StateDictionaryError(file: path, problem: "not a regular file")
    }
    count = Int(status.st_size)
    backing = .descriptor(descriptor)
  }

  deinit {
    if case .descriptor(let descriptor) = backing { close(descriptor) }
  }

  func error(_ problem: String) -> StateDictionaryError {
    StateDictionaryError(file: name, problem: problem)
  }

  /// Whether `length` bytes at `offset` are inside the file; either may be any number.
  func contains(offset: Int, length: Int) -> Bool {
    offset >= 0 && length >= 0 && offset <= count && length <= count - offset
  }

  /// Fills `buffer` with the bytes at `offset`.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard contains(offset: offset, length: buffer.count) else {
      throw error("ends early: \(buffer.count) bytes at \(offset) are wanted of \(count)")
    }
    switch backing {
    case .bytes(let bytes):
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[offset...].prefix(buffer.count)))
      }
    case .descriptor(let descriptor):
      var done = 0
      while done < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else {
          throw error(got == 0 ? "shrank while it was read" : String(cString: strerror(errno)))
        }
        done += got
      }
    }
  }

  /// The `length` bytes at `offset`; allocates no more than the file holds.
  func bytes(at offset: Int, count length: Int) throws -> [UInt8] {
    guard contains(offset: offset, length: length) else {
      throw error("ends early: \(length) bytes at \(offset) are wanted of \(count)")
    }
    return try [UInt8](unsafeUninitializedCapacity: length) { buffer, initialised in
      try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
      initialised = length
    }
  }
}
