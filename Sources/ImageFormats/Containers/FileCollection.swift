// The interface that folders and archives share: files with names, read one after the other.

import Foundation

/// A collection of files in a fixed order.
protocol FileCollection: Sendable {
  /// The collection's path, for messages.
  var path: String { get }
  var source: ImageSet.Source { get }
  /// Calls `body` with every regular file; the file may be read only within the call.
  /// - Returns: the other entries, which are not read.
  func forEachFile(_ body: (MemberFile) throws -> Void) throws -> OtherEntries
}

/// A file of a collection, which is read forward.
struct MemberFile {
  /// The path `a/b/c` relative to the collection.
  let path: String
  /// The collection and the path, for messages.
  let file: String
  /// The claimed size in bytes.
  let size: Int
  /// Fills the buffer or a part of it, and returns the number of bytes; 0 at the end.
  let source: (UnsafeMutableRawBufferPointer) throws -> Int

  /// Reads the next `count` bytes, fewer only at the end.
  func read(_ count: Int) throws -> [UInt8] { try readFully(count, from: source) }

  /// Reads all bytes after `head`, in steps, so that memory is allocated only for bytes that exist.
  /// - Throws: `ImageFormatError` if the file is larger than the limit.
  func readAll(after head: [UInt8] = [], limit: Int) throws -> [UInt8] {
    guard let bytes = try readUpTo(limit, after: head) else { throw oversize(limit) }
    return bytes
  }

  /// Reads all bytes of a picture after `head`; a failure if the picture is too large.
  func readPicture(after head: [UInt8] = []) throws -> Result<[UInt8], ImageFormatError> {
    let bytes = try readUpTo(Picture.largestFile, after: head)
    return bytes.map { .success($0) } ?? .failure(oversize(Picture.largestFile))
  }

  private func oversize(_ limit: Int) -> ImageFormatError {
    ImageFormatError(file, "larger than \(limit >> 20) MiB: refused")
  }

  /// Reads all bytes after `head`; nil if there are more than `limit`.
  private func readUpTo(_ limit: Int, after head: [UInt8]) throws -> [UInt8]? {
    var bytes = head
    var step = min(max(size - head.count, 0), 1 << 20) + 1
    while true {
      let more = try read(step)
      bytes += more
      guard bytes.count <= limit else { return nil }
      if more.count < step { return bytes }
      step = min(bytes.count, 1 << 24)
    }
  }
}

/// The entries of a collection that are not regular files.
struct OtherEntries {
  /// The folders' paths `a/b` in the order of reading; for an archive, only the folders that it lists.
  var folders: [String] = []
  var links = 0
  /// Number of FIFOs and devices.
  var devices = 0
}

/// A folder with everything below it, in the order of the names, links followed.
struct Folder: FileCollection {
  let path: String
  let source: ImageSet.Source
  private let files: [FolderWalk.File]
  private let others: OtherEntries

  init(_ path: String) throws {
    var files: [FolderWalk.File] = []
    var others = OtherEntries()
    try FolderWalk.forEach(in: path) { entry in
      switch entry {
      case .folder(let path): others.folders.append(path)
      case .file(let file): files.append(file)
      }
    }
    (self.path, self.files, self.others) = (path, files, others)
    source = .init(folder: path, files)
  }

  func forEachFile(_ body: (MemberFile) throws -> Void) throws -> OtherEntries {
    for file in files { try open(file, body) }
    return others
  }

  private func open(_ file: FolderWalk.File, _ body: (MemberFile) throws -> Void) throws {
    let whole = file.source.path
    let stream = try file.source.openStream()
    defer { fclose(stream) }
    try body(
      MemberFile(path: file.path, file: whole, size: 0) { target in
        let count = fread(target.baseAddress, 1, target.count, stream)
        guard count > 0 || ferror(stream) == 0 else {
          throw ImageFormatError(whole, "cannot be read")
        }
        return count
      })
  }
}
