/// What a folder and an archive have in common: files with names, read one after the other.

import Foundation

/// Files in a fixed order.
protocol FileCollection: Sendable {
  /// For messages.
  var path: String { get }
  var source: ImageSet.Source { get }
  /// Calls `body` with every regular file; the file may be read only within the call.
  /// Returns what else there is, which is not read.
  func forEachFile(_ body: (MemberFile) throws -> Void) throws -> OtherEntries
}

/// One file of a collection, to be read forward.
struct MemberFile {
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
  /// - Throws: `ImageFormatError` if it is larger than the limit.
  func readAll(after head: [UInt8] = [], limit: Int) throws -> [UInt8] {
    guard let bytes = try readUpTo(limit, after: head) else { throw oversize(limit) }
    return bytes
  }

  /// All of a picture after `head`; a failure if it is too large to be read.
  func readPicture(after head: [UInt8] = []) throws -> Result<[UInt8], ImageFormatError> {
    let bytes = try readUpTo(Picture.largestFile, after: head)
    return bytes.map { .success($0) } ?? .failure(oversize(Picture.largestFile))
  }

  private func oversize(_ limit: Int) -> ImageFormatError {
    ImageFormatError(file, "larger than \(limit >> 20) MiB: refused")
  }

  /// Nil if there is more than `limit`.
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

/// What a collection holds besides files.
struct OtherEntries {
  /// `a/b`, in the order in which they were met; of an archive those that it lists.
  var folders: [String] = []
  var links = 0
  /// FIFOs and devices.
  var devices = 0
}

/// A folder with all that was below it, in the order of the names, links followed.
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
