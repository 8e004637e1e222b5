// The bytes of a file to read, on disk or in memory.

import Foundation

/// A file's bytes by address. Every request is compared with the file's size before memory is allocated for it.
final class ByteSource {
  private enum Storage {
    case descriptor(Int32)
    case image([UInt8])
  }

  private let storage: Storage
  /// Number of bytes in the file.
  let size: Int
  /// The position of address 0 in the file. It is not 0 when another program put a block before the HDF5 content.
  var base = 0
  /// Number of bytes of structures that may still be read. A structure is read once, so an intact file
  /// needs less than twice its size; structures that overlap or are shared by many others need more. This
  /// limits time and memory in proportion to the size of the file.
  private var allowance: Int

  init(image: [UInt8]) {
    storage = .image(image)
    size = image.count
    allowance = Self.allowance(size)
  }

  /// Opens a file.
  /// - Throws: `FormatError.unreadable` with the operating system's message.
  init(path: String) throws {
    // Opening a named pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.systemError() }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    let error = Self.systemError()
    let kind = status.st_mode & S_IFMT
    guard isKnown, kind == S_IFREG, let size = Int(exactly: status.st_size) else {
      close(descriptor)
      throw isKnown
        ? FormatError.unreadable(kind == S_IFDIR ? "Is a directory" : "not a regular file") : error
    }
    storage = .descriptor(descriptor)
    self.size = size
    allowance = Self.allowance(size)
  }

  deinit {
    if case .descriptor(let descriptor) = storage { close(descriptor) }
  }

  private static func allowance(_ size: Int) -> Int { 2 * min(size, 1 << 29) + (1 << 20) }

  private static func systemError() -> FormatError { .unreadable(String(cString: strerror(errno))) }

  /// The position in the file of `count` bytes at an address.
  /// - Throws: `FormatError.damaged` when some of them lie outside the file.
  func place(of address: UInt64, count: Int) throws -> Int {
    guard let address = Int(exactly: address), count >= 0, address <= size - base,
      count <= size - base - address
    else { throw FormatError.damaged("\(count) bytes at address \(address) are beyond its end") }
    return base + address
  }

  /// The bytes of a structure.
  func structure(at address: UInt64, count: Int) throws -> ArraySlice<UInt8> {
    let place = try place(of: address, count: count)
    guard count <= allowance else {
      throw FormatError.damaged(
        "its structures overlap, or are larger than those of any intact file")
    }
    allowance -= count
    if case .image(let image) = storage { return image[place..<place + count] }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
      try read(at: place, into: UnsafeMutableRawBufferPointer(buffer))
      initialised = count
    }[...]
  }

  /// Fills a buffer with the bytes at a position that `place(of:count:)` has checked.
  func read(at place: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    switch storage {
    case .image(let image):
      guard place >= 0, buffer.count <= image.count - place else {
        throw FormatError.damaged("it ends early")
      }
      image.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[place..<place + buffer.count]))
      }
    case .descriptor(let descriptor):
      var done = 0
      while done < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let count = pread(
          descriptor, rest.baseAddress, min(rest.count, 1 << 30), off_t(place + done))
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw Self.systemError() }
        guard count > 0 else { throw FormatError.damaged("it became shorter while it was read") }
        done += count
      }
    }
  }
}
