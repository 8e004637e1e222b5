// Checks of the input files, and their digests.

import Foundation
import ImageFormats
import Tooling

/// Throws unless the path leads to a readable file or folder.
func requireFile(_ path: String) throws {
  guard path != "-" else {
    throw ToolError(.usage, "images are read twice, so from files only, not from standard input")
  }
  var status = stat()
  guard stat(path, &status) == 0, access(path, R_OK) == 0 else {
    throw ToolError.system(.noInput, path)
  }
  guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else {
    throw ToolError(
      .data, "\(path): a pipe or device; images are read twice, so from files and folders only")
  }
}

/// The SHA-256 of a file; for a folder, that of its list of files (`FolderWalk.list`).
func digest(_ source: ImageSet.Source) throws -> String {
  switch source.content {
  case .file(let file): try digest(file)
  case .folder(let files):
    try DigestFunction.sha256.digest(of: FolderWalk.list(files, digest: digest))
  }
}

private func digest(_ file: SourceFile) throws -> String {
  try DigestFunction.sha256.digest { update in try file.forEachPiece(update) }
}
