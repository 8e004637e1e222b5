/// Zip and tar(.gz) archives as a stream of their files, through libarchive. Nothing is written to disk.
/// Refused: absolute names and names with `..`, encrypted members, and archives that unpack to far
/// more than any set of images does. Links are left out.

import CArchive

/// One archive, which may be read from the beginning any number of times.
struct Archive: FileCollection {
  /// Images hardly compress, so what unpacks to more than this many times its size is a bomb.
  static let largestExpansion = 50

  let path: String
  let kind: FileKind
  var source: ImageSet.Source { .init(role: "archive", path: path) }

  static func bomb(_ path: String) -> ImageFormatError {
    ImageFormatError(path, "unpacks to more than \(largestExpansion) times its size: refused")
  }

  func forEachFile(_ body: (MemberFile) throws -> Void) throws -> OtherEntries {
    try withNamesInUTF8 {
      let reader = try ArchiveReader(path, zip: kind == .zip)
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
  private let source: TarSource?
  private let budget: Int
  private var unpacked = 0

  init(_ path: String, zip: Bool) throws {
    guard let handle = archive_read_new() else {
      throw ImageFormatError(path, "no memory for libarchive")
    }
    self.path = path
    self.handle = handle
    budget = try fileSize(path) * Archive.largestExpansion + 64 << 20
    if zip {
      source = nil
      archive_read_support_format_zip_seekable(handle)
      try check(archive_read_open_filename(handle, path, 1 << 16))
    } else {
      let source = try TarSource(path, budget: budget)
      self.source = source
      archive_read_support_format_tar(handle)
      let client = Unmanaged.passUnretained(source).toOpaque()
      try check(archive_read_open(handle, client, nil, readTar, nil))
    }
  }

  deinit { archive_read_free(handle) }

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
      // AE_IFREG, AE_IFDIR, and 0 where a zip says nothing.
      let type = archive_entry_filetype(entry)
      if type == 0o040000 || name.hasSuffix("/") {
        return .folder(name.split(separator: "/").joined(separator: "/"))
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

  /// The member's name as `a/b/c`.
  private func sanitised(_ entry: OpaquePointer) throws -> String {
    guard let bytes = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) else {
      throw ImageFormatError(path, "a member's name cannot be read")
    }
    let name = String(cString: bytes)
    guard name.utf8.count <= 1024 else {
      throw ImageFormatError(path, "a member's name is \(name.utf8.count) bytes long")
    }
    let parts = name.split(separator: "/").filter { $0 != "." }
    guard !name.hasPrefix("/"), !parts.contains("..") else {
      throw ImageFormatError(path, "a member's name leads out of the archive: \(name)")
    }
    return parts.joined(separator: "/") + (name.hasSuffix("/") ? "/" : "")
  }

  private func check(_ status: Int32) throws {
    guard status == ARCHIVE_OK || status == ARCHIVE_WARN else { throw failure() }
  }

  private func failure() -> ImageFormatError {
    if let error = source?.error { return error }
    let message = archive_error_string(handle).map { String(cString: $0) } ?? "no reason given"
    return ImageFormatError(path, "damaged archive: \(message)")
  }
}
