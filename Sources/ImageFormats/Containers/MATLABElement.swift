// The elements that MATLAB 5 files consist of: a type, a number of bytes, and the bytes, which may be
// zlib-compressed as a whole. (Compressed elements are not padded to 8 bytes; all others are.)

/// An element of a MATLAB file, unpacked if it is compressed.
final class MATLABElement {
  private static let compressed: UInt32 = 15

  private(set) var type: UInt32 = 0
  /// The position in the file at which the next element begins.
  let end: Int
  /// The largest number of bytes that the element can hold: deflate expands a byte to at most 1,032.
  let mostBytes: Int
  private let file: InputFile
  private let inflater: Inflater?
  /// Bytes that were stored within their tag and are read before any others.
  private var inline: ArraySlice<UInt8> = []

  init(_ file: InputFile) throws {
    self.file = file
    let (type, count) = try Self.words(try file.read(8), file)
    guard count <= file.size - file.position else {
      throw ImageFormatError(file.path, "the file ends within an array")
    }
    end = file.position + count
    guard type == Self.compressed else {
      self.type = type
      mostBytes = count
      inflater = nil
      return
    }
    mostBytes = count.multipliedReportingOverflow(by: 1032).partialValue
    inflater = try Inflater(file, end: end)
    self.type = try tag().type
  }

  private static func words(_ bytes: [UInt8], _ file: InputFile) throws -> (UInt32, Int) {
    guard bytes.count == 8 else {
      throw ImageFormatError(file.path, "the file ends within an array")
    }
    let word = MATLABArray.Storage.uint32
    return (UInt32(word.value(bytes[0..<4])), Int(word.value(bytes[4..<8])))
  }

  func read(_ count: Int) throws -> [UInt8] {
    if !inline.isEmpty {
      guard inline.count >= count else { throw damaged("it ends within an array") }
      defer { inline = inline.dropFirst(count) }
      return [UInt8](inline.prefix(count))
    }
    let bytes: [UInt8]
    if let inflater {
      bytes = try inflater.read(count)
    } else {
      bytes = try file.read(min(count, end - file.position))
    }
    guard bytes.count == count else { throw damaged("it ends within an array") }
    return bytes
  }

  /// Reads a tag, whose bytes are read next; up to four of them are stored within it.
  func tag() throws -> (type: UInt32, bytes: Int) {
    let head = try read(8)
    let (type, count) = try Self.words(head, file)
    guard type >> 16 != 0 else { return (type, count) }
    inline = head[4..<4 + min(Int(type >> 16), 4)]
    return (type & 0xFFFF, inline.count)
  }

  /// Reads a small part of the array's header, padded to 8 bytes unless it is stored within its tag.
  func part(limit: Int) throws -> ArraySlice<UInt8> {
    let count = try tag().bytes
    guard count <= limit else { throw damaged("the header of an array is \(count) bytes long") }
    let padded = inline.isEmpty ? (count + 7) / 8 * 8 : count
    return try read(padded)[..<count]
  }

  func finish() throws { try inflater?.finish() }

  func damaged(_ what: String) -> ImageFormatError {
    ImageFormatError(file.path, "damaged MATLAB file: \(what)")
  }
}
