// A walk over a folder and everything below it. Links to files and folders are followed. Broken links, links
// to a folder above, and entries that are neither files nor folders are refused, because reading them
// could hang or never end. Such entries with hidden names, which no format reads, are skipped.

import Foundation

/// A walk over every file and folder below a folder, in the order of the names.
package struct FolderWalk {
  /// The largest number of linked folders, which can multiply a folder's content without limit.
  private static let mostLinkedFolders = 1 << 16

  /// A regular file.
  package struct File: Sendable, Equatable {
    /// The path `a/b/c` relative to the folder.
    package let path: String
    package let source: SourceFile
  }

  /// A file, or a folder by its path `a/b/c` in the folder.
  enum Entry {
    case file(File)
    case folder(path: String)
  }

  /// The device and inode, which identify a file or folder under all its names.
  private struct Identity: Equatable {
    let device: dev_t
    let inode: ino_t

    init(_ status: stat) { (device, inode) = (status.st_dev, status.st_ino) }
  }

  private var ancestors: [Identity] = []
  private var linkedFolders = 0

  /// All regular files below a folder, hidden ones included.
  package static func files(below folder: String) throws(ImageFormatError) -> [File] {
    var files: [File] = []
    do {
      try forEach(in: folder) { if case .file(let file) = $0 { files.append(file) } }
    } catch {
      throw error as? ImageFormatError ?? ImageFormatError(folder, "cannot be listed")
    }
    return files
  }

  /// The list of the files below a folder in the format of `sha256sum`: a line for each, in the order of the names,
  /// with its digest and its path in the folder. The digest of this list is the folder's.
  /// - Parameter digest: returns a file's SHA-256 in hexadecimal.
  package static func list(
    _ files: [File], digest: (SourceFile) throws -> String
  ) rethrows -> String {
    try files.sorted { $0.path < $1.path }
      .map { "\(try digest($0.source))  \($0.path)\n" }.joined()
  }

  /// Calls `body` with everything below the folder; each folder comes before what it holds.
  static func forEach(in folder: String, _ body: (Entry) throws -> Void) throws {
    var walk = FolderWalk()
    var status = stat()
    guard stat(folder, &status) == 0 else { throw ImageFormatError(folder, "cannot be opened") }
    walk.ancestors = [Identity(status)]
    try walk.visit(folder, below: "", body)
  }

  private mutating func visit(
    _ folder: String, below prefix: String, _ body: (Entry) throws -> Void
  ) throws {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw ImageFormatError(folder, "cannot be listed")
    }
    for name in names.sorted() {
      // A name that is not UTF-8 was repaired, and may now equal the name of another file.
      let isRepaired =
        name.contains("\u{fffd}") && names.count(where: { $0.utf8.elementsEqual(name.utf8) }) > 1
      guard !isRepaired else {
        throw ImageFormatError(folder + "/" + name, "a name that is not UTF-8: rename it")
      }
      let (path, whole) = (prefix + name, folder + "/" + name)
      var status = stat()
      do {
        status = try self.status(whole)
      } catch {
        if Inventory.isHidden(path) { continue }
        throw error
      }
      if status.st_mode & S_IFMT == S_IFREG {
        try body(.file(File(path: path, source: SourceFile(whole, status))))
      } else {
        try body(.folder(path: path))
        ancestors.append(Identity(status))
        try visit(whole, below: path + "/", body)
        ancestors.removeLast()
      }
    }
  }

  /// The status of a regular file, or of a folder to enter, links followed.
  private mutating func status(_ whole: String) throws(ImageFormatError) -> stat {
    var status = stat()
    var link = stat()
    guard lstat(whole, &link) == 0 else {
      throw ImageFormatError(whole, "cannot be opened, or its name is not UTF-8: rename it")
    }
    let isLink = link.st_mode & S_IFMT == S_IFLNK
    guard stat(whole, &status) == 0 else {
      throw ImageFormatError(whole, isLink ? "a link that leads nowhere" : "cannot be opened")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status
    case S_IFDIR:
      guard !ancestors.contains(Identity(status)) else {
        throw ImageFormatError(whole, "a link that leads back to a folder above it")
      }
      if isLink { linkedFolders += 1 }
      guard linkedFolders <= Self.mostLinkedFolders else {
        throw ImageFormatError(whole, "more than \(Self.mostLinkedFolders) linked folders: refused")
      }
      return status
    default:
      throw ImageFormatError(
        whole, (isLink ? "a link to " : "") + "a FIFO, socket or device, not a file: remove it")
    }
  }
}
