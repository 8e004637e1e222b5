// A tar(.gz) that zlib unpacks for libarchive: its gzip checksum is compared, and the unpacked bytes are
// counted.

import CArchive

/// The source of libarchive's read callback.
final class TarSource {
  private let reader: GzipReader
  private let budget: Int
  let buffer: UnsafeMutableRawBufferPointer
  /// The error that occurred here, which libarchive cannot pass on.
  private(set) var error: ImageFormatError?

  init(_ file: SourceFile, budget: Int) throws {
    reader = try GzipReader(file)
    self.budget = budget
    buffer = .allocate(byteCount: 1 << 18, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// Reads the next bytes into the buffer and returns their number, 0 at the end, a negative number on an error.
  func fill() -> Int {
    do {
      let count = try reader.read(into: buffer)
      guard reader.position <= budget else { throw Archive.bomb(reader.file) }
      return count
    } catch {
      self.error = error as? ImageFormatError
      return -1
    }
  }

  /// Reads to the end of the file, so that the checksum behind the archive is compared.
  func finish() throws {
    while true {
      let count = fill()
      if let error { throw error }
      if count <= 0 { return }
    }
  }
}

/// The read callback that libarchive calls.
func readTar(
  _ archive: OpaquePointer?, _ client: UnsafeMutableRawPointer?,
  _ target: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> Int {
  guard let client else { return -1 }
  let source = Unmanaged<TarSource>.fromOpaque(client).takeUnretainedValue()
  target?.pointee = UnsafeRawPointer(source.buffer.baseAddress)
  return source.fill()
}
