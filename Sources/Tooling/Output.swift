// Outputs of tools: a file that appears whole or not at all, or a pipe.

import Foundation
import HDF5

/// An output, which is checked before the work begins.
package struct Output {
  private enum Destination {
    case standardOutput
    /// A device or named pipe, which is written to directly.
    case stream(String)
    /// A file, by its final path.
    case file(String)
  }

  /// The output's name in messages: the path, or `standard output`.
  package let name: String
  private let destination: Destination

  /// Prepares to write to a path, or to standard output for `-`.
  /// - Parameter isText: whether the output is text, which may go to a terminal; other data is refused there.
  package init(path: String, isText: Bool = false) throws {
    name = path == "-" ? "standard output" : path
    guard path != "-" else {
      guard isText || isatty(STDOUT_FILENO) == 0 else {
        throw ToolError(
          .usage, "the output is binary and standard output is a terminal; use -o FILE or a pipe")
      }
      destination = .standardOutput
      return
    }
    guard let identity = FileIdentity(path: path) else {
      guard errno == ENOENT, !path.isEmpty else { throw ToolError.system(.cannotCreate, path) }
      // A link is kept: the file that it points to is created.
      let target = try KernelPath.target(of: path)
      try Self.checkFolder(of: target)
      destination = .file(target)
      return
    }
    guard !identity.isFolder else {
      throw ToolError.system(.cannotCreate, path, code: EISDIR)
    }
    guard access(path, W_OK) == 0 else { throw ToolError.system(.cannotCreate, path) }
    guard identity.isRegular else {
      destination = .stream(path)
      return
    }
    // A link is kept: the file that it points to is replaced.
    let target = try KernelPath.target(of: path)
    try Self.checkFolder(of: target)
    destination = .file(target)
  }

  /// The path of the file that will be written; nil for standard output, devices and named pipes.
  package var file: String? {
    if case .file(let path) = destination { path } else { nil }
  }

  /// Writes an HDF5 file, with the same bytes to every kind of output.
  /// - Parameter streaming: write the content to the disk as it is made, if the output is a file,
  ///   instead of holding it in memory; for gigabytes of content.
  package func writeHDF5(streaming: Bool = false, _ body: (File) throws -> Void) throws {
    if streaming, case .file(let path) = destination {
      let partial = try PartialFile(beside: path)
      let file = try File.create(partial.path, name: name)
      try body(file)
      try file.close()
      try partial.commit()
      return
    }
    let file = try File.createInMemory(name: name)
    try body(file)
    let image = try file.image()
    try file.close()
    try image.withUnsafeBytes { bytes in try writePieces { try $0(bytes) } }
  }

  /// Writes bytes.
  package func write(_ data: Data) throws {
    try data.withUnsafeBytes { bytes in try writePieces { try $0(bytes) } }
  }

  /// Writes text as UTF-8.
  package func write(_ text: String) throws { try write(Data(text.utf8)) }

  /// Writes piece by piece: `body` is given a function that writes the next one.
  package func writePieces(
    _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    switch destination {
    case .standardOutput:
      try body { try writeAll($0, to: STDOUT_FILENO, name: name) }
    case .stream(let path):
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw ToolError.system(.cannotCreate, name) }
      defer { close(descriptor) }
      try body { try writeAll($0, to: descriptor, name: name) }
    case .file(let path):
      let partial = try PartialFile(beside: path)
      try body { try writeAll($0, to: partial.descriptor, name: name) }
      try partial.commit()
    }
  }

  /// Removes the written file, and partial files of it that killed processes have left.
  package func remove() {
    guard case .file(let path) = destination else { return }
    unlink(path)
    PartialFiles.removeLeftovers(of: path)
  }

  private static func checkFolder(of path: String) throws {
    guard access(KernelPath.folder(of: path), W_OK | X_OK) == 0 else {
      throw ToolError.system(.cannotCreate, path)
    }
  }
}
