/// The inputs as files: whether they are there, and their digests.

import Foundation
import ImageFormats
import Tooling

/// Throws unless there is a file or folder of that name that may be read.
func requireFile(_ path: String) throws {
  guard path != "-" else {
    throw ToolError(.usage, "images are read twice, so from files only, not from standard input")
  }
  var status = stat()
  if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
    throw ToolError(
      .data, "\(path): a pipe or device; images are read twice, so from files and folders only")
  }
  if !isFolder(path) { _ = try Input(path: path) }
}

/// SHA-256 of a file; of a folder, that of its list of files (`FolderWalk.list`).
func digest(_ path: String) throws -> String {
  guard isFolder(path) else { return try Input(path: path).sha256() }
  return sha256(of: try FolderWalk.list(of: path) { try Input(path: $0).sha256() })
}

/// The state of every file of the inputs. Names, digests and pixels are read one after the other: if
/// the state before all of them is the state after, all are of the same bytes.
struct SourceStates {
  private struct State: Equatable {
    let device: dev_t
    let inode: ino_t
    let size: off_t
    /// Seconds and nanoseconds at which the content and the state (a new name included) last changed.
    let times: [Int]

    init(_ path: String) throws {
      var status = stat()
      guard stat(path, &status) == 0 else { throw ToolError.system(.noInput, path) }
      (device, inode, size) = (status.st_dev, status.st_ino, status.st_size)
      #if canImport(Darwin)
        let (content, state) = (status.st_mtimespec, status.st_ctimespec)
      #else
        let (content, state) = (status.st_mtim, status.st_ctim)
      #endif
      times = [content.tv_sec, content.tv_nsec, state.tv_sec, state.tv_nsec]
    }
  }

  private let paths: [String]
  private let states: [[State]]

  init(_ paths: [String]) throws {
    self.paths = paths
    states = try paths.map(Self.states)
  }

  private static func states(_ path: String) throws -> [State] {
    guard isFolder(path) else { return [try State(path)] }
    return try FolderWalk.files(below: path).map { try State("\(path)/\($0)") }
  }

  /// Throws if a file has been replaced, changed, added or removed since.
  func requireUnchanged() throws {
    for (path, before) in zip(paths, states) where try Self.states(path) != before {
      throw ToolError(.data, "\(path): changed while it was being read")
    }
  }
}

private func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}
