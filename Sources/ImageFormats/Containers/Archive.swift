// Zip and tar(.gz) archives as a stream of their files, through libarchive. Nothing is written to disk.
// Refused: absolute names and names with `..`, encrypted members, and archives that unpack to far
// more than any set of images does. Links are skipped.

import CArchive
import Foundation

/// An archive, which may be read from the beginning any number of times.
struct Archive: FileCollection {
  /// The largest ratio of unpacked to packed size. Images hardly compress, so an archive beyond it is a bomb.
  static let largestExpansion = 50

  let file: SourceFile
  let kind: FileKind
  /// The encoding of names that are not marked as UTF-8, by its name in iconv; nil for UTF-8.
  let encoding: String?
  var path: String { file.path }
  var source: ImageSet.Source { .init(role: "archive", file) }

  static func bomb(_ path: String) -> ImageFormatError {
    ImageFormatError(path, "unpacks to more than \(largestExpansion) times its size: refused")
  }

  func forEachFile(_ body: (MemberFile) throws -> Void) throws -> OtherEntries {
    try withNamesInUTF8 {
      let reader = try ArchiveReader(file, zip: kind == .zip, encoding: encoding)
      var others = OtherEntries()
      while let member = try reader.next() {
        switch member {
        case .file(let file): try body(file)
        case .folder(let path): others.folders.append(path)
        case .link: others.links += 1
        case .device: others.devices += 1
        }
      }
      return others
    }
  }
}

/// One pass over an archive.
private final class ArchiveReader {
  enum Member {
    case file(MemberFile)
    case folder(String)
    case link
    case device
  }

  private let path: String
  private let handle: OpaquePointer
  /// The descriptor of a zip, which libarchive reads itself; -1 for other archives.
  private let descriptor: Int32
  private let source: TarSource?
  private let budget: Int
  private let isZip: Bool
  private let encoding: String?
  private var unpacked = 0

  init(_ file: SourceFile, zip: Bool, encoding: String?) throws {
    path = file.path
    guard let handle = archive_read_new() else {
      throw ImageFormatError(path, "no memory for libarchive")
    }
    self.handle = handle
    self.encoding = encoding
    isZip = zip
    // The size of a sparse file could overflow the product.
    budget = min(file.size, 1 << 50) * Archive.largestExpansion + 64 << 20
    if zip {
      source = nil
      descriptor = try file.open()
      archive_read_support_format_zip_seekable(handle)
      try setEncoding()
      try check(archive_read_open_fd(handle, descriptor, 1 << 16))
    } else {
      let source = try TarSource(file, budget: budget)
      self.source = source
      descriptor = -1
      archive_read_support_format_tar(handle)
      try setEncoding()
      let client = Unmanaged.passUnretained(source).toOpaque()
      try check(archive_read_open(handle, client, nil, readTar, nil))
    }
  }

  deinit {
    archive_read_free(handle)
    if descriptor >= 0 { close(descriptor) }
  }

  /// The next member; nil at the end.
  func next() throws -> Member? {
    while true {
      var entry: OpaquePointer?
      let status = archive_read_next_header(handle, &entry)
      if status == ARCHIVE_EOF {
        try source?.finish()
        return nil
      }
      try check(status)
      guard let entry else { throw ImageFormatError(path, "damaged archive: no header") }
      let name = try sanitised(entry)
      if archive_entry_hardlink(entry) != nil || archive_entry_symlink(entry) != nil {
        return .link
      }
      // AE_IFREG, AE_IFDIR, and 0 where a zip states no type.
      let type = archive_entry_filetype(entry)
      if type == 0o040000 || name.hasSuffix("/") {
        return .folder(components(name).joined(separator: "/"))
      }
      guard type == 0o100000 || type == 0 else { return .device }
      guard !name.isEmpty else { continue }
      guard archive_entry_is_encrypted(entry) == 0 else {
        throw ImageFormatError("\(path): \(name)", "is encrypted")
      }
      let size = archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : 0
      return .file(
        MemberFile(path: name, file: "\(path): \(name)", size: max(size, 0)) { try self.read($0) })
    }
  }

  private func read(_ target: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = archive_read_data(handle, target.baseAddress, target.count)
    guard count >= 0 else { throw failure() }
    unpacked += count
    guard unpacked <= budget else { throw Archive.bomb(path) }
    return count
  }

  private func setEncoding() throws {
    guard let encoding else { return }
    let isKnown = archive_read_set_options(handle, "hdrcharset=\(encoding)") == ARCHIVE_OK
    guard isKnown else {
      throw ImageFormatError("--name-encoding \(encoding)", "iconv knows no such encoding")
    }
  }

  /// The member's name as `a/b/c`. Archivers on Windows separate folders by `\\` in zip files.
  private func sanitised(_ entry: OpaquePointer) throws -> String {
    guard let bytes = archive_entry_pathname(entry) else {
      throw ImageFormatError(path, "a member's name cannot be read")
    }
    guard var name = String(validatingCString: bytes) else {
      throw ImageFormatError(
        path,
        "the name \(Self.printable(bytes)) is not UTF-8; --name-encoding CP850 (Windows' and "
          + "DOS' archivers), ISO-8859-1 or another of iconv's decodes it")
    }
    if isZip {
      let backslash = UInt8(ascii: "\\")
      name = String(
        decoding: name.utf8.map { $0 == backslash ? UInt8(ascii: "/") : $0 }, as: UTF8.self)
    }
    guard name.utf8.count <= 1024 else {
      throw ImageFormatError(path, "a member's name is \(name.utf8.count) bytes long")
    }
    let slash = UInt8(ascii: "/")
    let parts = components(name).filter { $0 != "." }
    guard name.utf8.first != slash, !parts.contains("..") else {
      throw ImageFormatError(path, "a member's name leads out of the archive: \(name)")
    }
    return parts.joined(separator: "/") + (name.utf8.last == slash ? "/" : "")
  }

  /// The name with bytes outside ASCII as `\\x84`.
  private static func printable(_ bytes: UnsafePointer<CChar>) -> String {
    let digits = Array("0123456789abcdef")
    var text = ""
    for character in UnsafeBufferPointer(start: bytes, count: strlen(bytes)) {
      let byte = UInt8(bitPattern: character)
      text +=
        (0x20..<0x7f).contains(byte)
        ? String(UnicodeScalar(byte))
        : "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
    return text
  }

  private func check(_ status: Int32) throws {
    if status == ARCHIVE_WARN, let encoding,
      let message = archive_error_string(handle).map({ String(cString: $0) }),
      message.contains("can't be converted") || message.contains("cannot be converted")
    {
      throw ImageFormatError(path, "a member's name is not \(encoding): \(message)")
    }
    guard status == ARCHIVE_OK || status == ARCHIVE_WARN else { throw failure() }
  }

  private func failure() -> ImageFormatError {
    if let error = source?.error { return error }
    let message = archive_error_string(handle).map { String(cString: $0) } ?? "no reason given"
    return ImageFormatError(path, "damaged archive: \(message)")
  }
}
