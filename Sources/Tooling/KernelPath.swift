// Paths as the kernel resolves them. Foundation resolves `link/../x` as text, to `x`; the kernel follows
// the link, and `..` leads to the folder above its target.

import Foundation

/// Functions on paths, which split them only at the last `/`.
package enum KernelPath {
  /// The folder that contains the last component: `.` for a bare name.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: separator) else { return "." }
    return slash == path.utf8.startIndex
      ? "/" : String(decoding: path.utf8[..<slash], as: UTF8.self)
  }

  /// The last component of a path; empty if the path ends in `/`.
  package static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: separator) else { return path }
    return String(decoding: path.utf8[path.utf8.index(after: slash)...], as: UTF8.self)
  }

  /// The path without links, `.` and `..`; nil if nothing is there.
  package static func real(_ path: String) -> String? {
    guard let letters = realpath(path, nil) else { return nil }
    defer { free(letters) }
    return String(cString: letters)
  }

  /// The path at the end of a chain of links, whether or not a file is there; the path itself if it is not a
  /// link.
  /// - Throws: `ToolError` for links that lead back to themselves.
  static func target(of path: String) throws -> String {
    var path = path
    for _ in 0..<mostLinks {
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
      var letters = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path, &letters, letters.count)
      guard count > 0 else { throw ToolError.system(.cannotCreate, path) }
      let link = String(
        decoding: letters.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = link.utf8.first == separator ? link : "\(folder(of: path))/\(link)"
    }
    throw ToolError.system(.cannotCreate, path, code: ELOOP)
  }

  private static let separator = UInt8(ascii: "/")
  /// The largest number of links in a chain, as in Linux.
  private static let mostLinks = 40
}

/// The place of a regular file, which is the same for all paths that lead to it: the file itself if it exists,
/// else its folder and name.
struct FilePlace: Hashable {
  private let device: UInt64
  private let inode: UInt64
  /// The name of a file that does not exist yet.
  private let name: String?

  /// - Parameter path: the path; `-` is the stream of `descriptor`.
  /// - Returns: nil for pipes, devices, folders, and paths that lead nowhere.
  init?(path: String, standard descriptor: Int32) {
    if let there = path == "-" ? FileIdentity(descriptor: descriptor) : FileIdentity(path: path) {
      guard there.isRegular else { return nil }
      (device, inode, name) = (there.device, there.inode, nil)
      return
    }
    guard path != "-", let target = try? KernelPath.target(of: path),
      let folder = FileIdentity(path: KernelPath.folder(of: target))
    else { return nil }
    (device, inode, name) = (folder.device, folder.inode, KernelPath.name(of: target))
  }
}
