// A file read through zlib's gzread: gzip (its length and CRC-32 checked, members joined), or a file that
// is not gzip, unchanged.

import CPNG
import Foundation

/// A forward reader of a file that may be gzip. It is not thread-safe.
final class GzipReader {
  let file: String
  private let handle: gzFile
  /// Number of bytes returned so far.
  private(set) var position = 0

  init(_ source: SourceFile) throws {
    let descriptor = try source.open()
    guard let handle = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw ImageFormatError(source.path, "cannot be opened")
    }
    gzbuffer(handle, 1 << 18)
    self.handle = handle
    file = source.path
  }

  deinit { gzclose(handle) }

  /// Fills `target`, with fewer bytes only at the end, and returns their number; 0 at the end.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let base = target.baseAddress, !target.isEmpty else { return 0 }
    let count = gzread(handle, base, UInt32(min(target.count, 1 << 30)))
    var code: Int32 = 0
    let message = gzerror(handle, &code).map { String(cString: $0) } ?? ""
    // For a gzip that ends early, gzread returns all bytes that could be inflated, with this code.
    guard count >= 0, code == Z_OK || code == Z_STREAM_END else {
      let reason = code == Z_BUF_ERROR ? "the file ends too early" : Self.plain(message)
      throw ImageFormatError(file, "damaged gzip: \(reason)")
    }
    position += Int(count)
    return Int(count)
  }

  /// Reads the next `count` bytes, fewer only at the end.
  func readUpTo(_ count: Int) throws -> [UInt8] {
    try readFully(count) { try read(into: $0) }
  }

  /// Reads exactly `count` bytes, and throws if the file ends before.
  func read(_ count: Int, _ what: String) throws -> [UInt8] {
    let bytes = try readUpTo(count)
    guard bytes.count == count else { throw ImageFormatError(file, "ends within its \(what)") }
    return bytes
  }

  /// Throws unless the file ends here.
  func expectEnd() throws {
    var extra: UInt8 = 0
    let count = try withUnsafeMutableBytes(of: &extra) { try read(into: $0) }
    guard count == 0 else {
      throw ImageFormatError(file, "longer than its header says")
    }
  }

  /// The message without the path, which zlib puts before it.
  private static func plain(_ message: String) -> String {
    message.components(separatedBy: ": ").last ?? message
  }
}
