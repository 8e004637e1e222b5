/// Feeds libarchive a tar(.gz) that zlib unpacks: its gzip checksum is checked, and what it unpacks to is
/// counted.

import CArchive

/// The file, behind libarchive's callback.
final class TarSource {
  private let reader: GzipReader
  private let budget: Int
  let buffer: UnsafeMutableRawBufferPointer
  /// What went wrong in here, which libarchive cannot carry.
  private(set) var error: ImageFormatError?

  init(_ file: SourceFile, budget: Int) throws {
    reader = try GzipReader(file)
    self.budget = budget
    buffer = .allocate(byteCount: 1 << 18, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// The next bytes into the buffer: their number, 0 at the end, below 0 on an error.
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

  /// Reads what follows the archive's end, so that the checksum behind it is met.
  func finish() throws {
    while true {
      let count = fill()
      if let error { throw error }
      if count <= 0 { return }
    }
  }
}

/// libarchive's callback.
func readTar(
  _ archive: OpaquePointer?, _ client: UnsafeMutableRawPointer?,
  _ target: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> Int {
  guard let client else { return -1 }
  let source = Unmanaged<TarSource>.fromOpaque(client).takeUnretainedValue()
  target?.pointee = UnsafeRawPointer(source.buffer.baseAddress)
  return source.fill()
}
