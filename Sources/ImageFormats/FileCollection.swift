/// What a folder and an archive have in common: files with names, read one after the other.

import Foundation

/// Files in a fixed order.
protocol FileCollection: Sendable {
  /// For messages.
  var path: String { get }
  var source: ImageSet.Source { get }
  /// Calls `body` with every regular file; the file may be read only within the call.
  /// Returns how many links were left out.
  func forEachFile(_ body: (MemberFile) throws -> Void) throws -> Int
}

/// One file of a collection, to be read forward.
struct MemberFile {
  /// Of the largest picture file that is read.
  static let largestPicture = 64 << 20

  /// `a/b/c`, relative to the collection.
  let path: String
  /// For messages: the collection and the path.
  let file: String
  /// As claimed.
  let size: Int
  /// Fills as much of the buffer as there is, or part of it; 0 at the end.
  let source: (UnsafeMutableRawBufferPointer) throws -> Int

  /// The next `count` bytes, fewer only at the end.
  func read(_ count: Int) throws -> [UInt8] { try readFully(count, from: source) }

  /// All of it after `head`, in steps, so that only what is there is allocated.
  func readAll(after head: [UInt8] = [], limit: Int = largestPicture) throws -> [UInt8] {
    var bytes = head
    var step = min(max(size - head.count, 0), 1 << 20) + 1
    while true {
      let more = try read(step)
      bytes += more
      if more.count < step { return bytes }
      guard bytes.count <= limit else {
        throw ImageFormatError(file, "larger than \(limit >> 20) MiB: refused")
      }
      step = min(bytes.count, 1 << 24)
    }
  }
}

/// A folder with all below it, in the order of the names; links to files are followed, links to
/// folders are not.
struct Folder: FileCollection {
  let path: String
  var source: ImageSet.Source { .init(role: "folder", path: path) }

  func forEachFile(_ body: (MemberFile) throws -> Void) throws -> Int {
    var links = 0
    try visit(path, below: "", links: &links, body)
    return links
  }

  private func visit(
    _ folder: String, below prefix: String, links: inout Int, _ body: (MemberFile) throws -> Void
  ) throws {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw ImageFormatError(folder, "cannot be listed")
    }
    for name in names.sorted() {
      let whole = folder + "/" + name
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: whole) else {
        throw ImageFormatError(whole, "cannot be opened, or its name is not UTF-8")
      }
      switch attributes[.type] as? FileAttributeType {
      case .typeDirectory:
        try visit(whole, below: prefix + name + "/", links: &links, body)
      case .typeRegular:
        try open(whole, prefix + name, body)
      case .typeSymbolicLink:
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: whole, isDirectory: &isFolder),
          !isFolder.boolValue
        {
          try open(whole, prefix + name, body)
        } else {
          links += 1
        }
      default:
        continue
      }
    }
  }

  private func open(
    _ whole: String, _ path: String, _ body: (MemberFile) throws -> Void
  ) throws {
    guard let file = fopen(whole, "rb") else { throw ImageFormatError(whole, "cannot be opened") }
    defer { fclose(file) }
    try body(
      MemberFile(path: path, file: whole, size: 0) { target in
        let count = fread(target.baseAddress, 1, target.count, file)
        guard count > 0 || ferror(file) == 0 else {
          throw ImageFormatError(whole, "cannot be read")
        }
        return count
      })
  }
}
