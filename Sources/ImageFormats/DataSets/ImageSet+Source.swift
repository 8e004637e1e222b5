// The files and folders that a set is read from.

import Foundation

extension ImageSet {
  /// A file or folder that a set is read from.
  package struct Source: Sendable {
    /// The content of a source: a file, or all regular files below a folder.
    package enum Content: Sendable, Equatable {
      case file(SourceFile)
      case folder([FolderWalk.File])
    }

    /// The source's role in the set: `train-images`, `archive` …
    package let role: String
    package let path: String
    /// The content as it was found before reading.
    package let content: Content

    init(role: String, _ file: SourceFile) {
      (self.role, path, content) = (role, file.path, .file(file))
    }

    init(folder: String, _ files: [FolderWalk.File]) {
      (role, path, content) = ("folder", folder, .folder(files))
    }

    /// Throws `ImageFormatError` if a file was replaced, changed, added or removed since.
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
