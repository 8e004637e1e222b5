// Inputs of tools: a file, or a pipe, which is read once and as a whole.

import Foundation
import HDF5

/// An input that exists and can be read. Its digest is that of the bytes that are used.
package final class Input {
  /// The input's name in messages: the path, or `standard input`.
  package let name: String
  private let path: String
  private let descriptor: Int32
  /// The file's state when it was opened; nil for a pipe.
  private let identity: FileIdentity?
  private var pipeBytes: [UInt8]?

  /// Whether the input is a file, which can be opened again by its path, rather than a pipe or standard input.
  package var isRegularFile: Bool { identity != nil }

  /// Opens a path, or standard input for `-`.
  package init(path: String) throws {
    self.path = path
    if path == "-" {
      name = "standard input"
      guard isatty(STDIN_FILENO) == 0 else {
        throw ToolError(.usage, "standard input is a terminal; give a file or a pipe")
      }
      descriptor = dup(STDIN_FILENO)
    } else {
      name = path
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw ToolError.system(.noInput, name) }
    guard let identity = FileIdentity(descriptor: descriptor) else {
      close(descriptor)
      throw ToolError.system(.noInput, name)
    }
    guard !identity.isFolder else {
      close(descriptor)
      throw ToolError.system(.noInput, name, code: EISDIR)
    }
    self.identity = path != "-" && identity.isRegular ? identity : nil
  }

  deinit { close(descriptor) }

  /// Opens the input as HDF5.
  package func openHDF5() throws -> File {
    guard identity != nil else {
      let image = try bytes()
      try HDF5Extent.requireOneFile(image, name: name)
      return try File.open(image: image, name: name)
    }
    let file = try File.open(path)
    try checkUnchanged()
    return file
  }

  /// The SHA-256 of the input in lowercase hexadecimal. If it is called after reading the input, it also
  /// notices that the file was changed meanwhile.
  package func sha256() throws -> String { try digest(.sha256) }

  /// The MD5 of the input in lowercase hexadecimal, for publishers who state no better digest.
  package func md5() throws -> String { try digest(.md5) }

  private func digest(_ function: DigestFunction) throws -> String {
    let digest = try function.digest { update in try forEachPiece(update) }
    if identity != nil { try checkUnchanged() }
    return digest
  }

  /// All bytes of the input. `limit` is needed because a sparse file may be larger than the memory.
  /// - Throws: `ToolError` if there are more than `limit` bytes, before more than that are in memory.
  package func bytes(atMost limit: Int = .max) throws -> [UInt8] {
    var bytes: [UInt8] = []
    if let pipeBytes { return pipeBytes }
    try readPieces { piece in
      guard bytes.count + piece.count <= limit else {
        throw ToolError(.data, "\(name): larger than \(limit >> 20) MB")
      }
      bytes.append(contentsOf: piece)
    }
    if identity == nil { pipeBytes = bytes } else { try checkUnchanged() }
    return bytes
  }

  /// The first bytes of the input, at most `count`, to recognise its kind.
  package func head(_ count: Int) throws -> [UInt8] {
    guard identity != nil else { return Array(try bytes().prefix(count)) }
    var head = [UInt8](repeating: 0, count: count)
    let read = pread(descriptor, &head, count, 0)
    guard read >= 0 else { throw ToolError.system(.io, name) }
    return Array(head.prefix(read))
  }

  /// Calls `body` with all bytes from the beginning, a megabyte at a time.
  package func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard identity == nil else { return try readPieces(body) }
    try bytes().withUnsafeBytes(body)
  }

  private func readPieces(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    if identity != nil, lseek(descriptor, 0, SEEK_SET) < 0 { throw ToolError.system(.io, name) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = try readAll(descriptor, into: buffer, name: name)
      if count > 0 { try body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
      if count < buffer.count { return }
    }
  }

  private func checkUnchanged() throws {
    guard identity == FileIdentity(descriptor: descriptor),
      try identity == FileIdentity(path: path) || isReplacedByItsLike()
    else {
      throw ToolError(.data, "\(name): changed while it was read; run the command again")
    }
  }

  /// Whether another file with the same bytes replaced this one. A second `make` that works on the same tree
  /// does that, and it is harmless.
  private func isReplacedByItsLike() throws -> Bool {
    guard let other = try? Input(path: path), other.identity != nil else { return false }
    let mine = try DigestFunction.sha256.digest { update in try readPieces(update) }
    return try mine == DigestFunction.sha256.digest { update in try other.readPieces(update) }
  }
}
