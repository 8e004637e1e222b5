/// What a set is read from.

import Foundation

extension ImageSet {
  /// One of the files that a set is read from, or its folder.
  package struct Source: Sendable {
    /// A file, or all regular files below a folder.
    package enum Content: Sendable, Equatable {
      case file(SourceFile)
      case folder([FolderWalk.File])
    }

    /// The part that it plays: `train-images`, `archive` …
    package let role: String
    package let path: String
    /// As it was before anything of it was read.
    package let content: Content

    init(role: String, _ file: SourceFile) {
      (self.role, path, content) = (role, file.path, .file(file))
    }

    init(folder: String, _ files: [FolderWalk.File]) {
      (role, path, content) = ("folder", folder, .folder(files))
    }

    /// Throws `ImageFormatError` if a file has been replaced, changed, added or removed since.
    func requireUnchanged() throws {
      let now: Content =
        switch content {
        case .file: .file(try SourceFile(path))
        case .folder: .folder(try FolderWalk.files(below: path))
        }
      guard now == content else { throw ImageFormatError.changed(path) }
    }
  }
}
