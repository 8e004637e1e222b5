// A zlib stream within a file, unpacked piece by piece.

import CPNG
import Foundation

/// A file of known size, which is read forward.
final class InputFile {
  let path: String
  let size: Int
  private(set) var position = 0
  private let handle: UnsafeMutablePointer<FILE>

  init(_ file: SourceFile) throws {
    handle = try file.openStream()
    (path, size) = (file.path, file.size)
  }

  deinit { fclose(handle) }

  /// Reads the next `count` bytes, fewer only at the end.
  func read(_ count: Int) throws -> [UInt8] {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
      initialized = fread(target.baseAddress, 1, count, handle)
    }
    guard bytes.count == count || ferror(handle) == 0 else {
      throw ImageFormatError(path, "cannot be read")
    }
    position += bytes.count
    return bytes
  }

  func seek(_ target: Int) throws {
    guard fseek(handle, target, SEEK_SET) == 0 else {
      throw ImageFormatError(path, "cannot be read")
    }
    position = target
  }
}

/// Unpacks the zlib stream from the file's position to `end`.
final class Inflater {
  private let file: InputFile
  private let end: Int
  /// zlib's state, at a fixed address, since zlib keeps a pointer to it.
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private var isFinished = false

  init(_ file: InputFile, end: Int) throws {
    self.file = file
    self.end = end
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(capacity: 1 << 16)
    guard inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw ImageFormatError(file.path, "no memory for zlib")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  /// Unpacks the next `count` bytes, fewer only at the end of the stream.
  func read(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
      while initialized < count && !isFinished {
        let wanted = min(count - initialized, 1 << 30)
        stream.pointee.next_out = target.baseAddress?.advanced(by: initialized)
        stream.pointee.avail_out = UInt32(wanted)
        try step()
        initialized += wanted - Int(stream.pointee.avail_out)
      }
    }
  }

  /// Reads to the end of the stream, where zlib checks its checksum.
  func finish() throws {
    while !isFinished { _ = try read(1 << 16) }
  }

  private func step() throws {
    if stream.pointee.avail_in == 0 {
      let bytes = try file.read(min(input.count, end - file.position))
      guard !bytes.isEmpty else {
        throw ImageFormatError(file.path, "damaged: a compressed part ends too early")
      }
      _ = input.update(fromContentsOf: bytes)
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(bytes.count)
    }
    switch inflate(stream, Z_NO_FLUSH) {
    case Z_OK, Z_BUF_ERROR: return
    case Z_STREAM_END: isFinished = true
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "not a zlib stream"
      throw ImageFormatError(file.path, "damaged: \(reason)")
    }
  }
}
