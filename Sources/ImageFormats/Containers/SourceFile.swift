// A set's names, digest and pixels are read in passes of their own, each of which opens the files anew.
// All passes must find the files that the first one found.

import Foundation

/// A regular file as it was found: what stands in its place later is not read.
package struct SourceFile: Sendable, Equatable {
  /// The path by which it is opened.
  package let path: String
  private let state: State

  /// Its length in bytes.
  var size: Int { state.size }

  /// What the system calls a file, and what changes with its content.
  private struct State: Equatable {
    let device: dev_t
    let inode: ino_t
    let size: Int
    let contentChanged: Time
    /// A new name or owner included.
    let stateChanged: Time

    struct Time: Equatable {
      let seconds: Int
      let nanoseconds: Int

      init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }
    }

    init(_ status: stat) {
      (device, inode, size) = (status.st_dev, status.st_ino, Int(status.st_size))
      #if canImport(Darwin)
        contentChanged = Time(status.st_mtimespec)
        stateChanged = Time(status.st_ctimespec)
      #else
        contentChanged = Time(status.st_mtim)
        stateChanged = Time(status.st_ctim)
      #endif
    }
  }

  /// - Parameter status: that of the regular file at `path`.
  init(_ path: String, _ status: stat) {
    self.path = path
    state = State(status)
  }

  /// The file that is at a path now.
  init(_ path: String) throws(ImageFormatError) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ImageFormatError(path, "cannot be opened")
    }
    self.init(path, status)
  }

  /// Opens the file from its beginning; the caller closes the descriptor.
  /// - Throws: `ImageFormatError` if it has been replaced or changed. A FIFO in its place is not waited for.
  func open() throws(ImageFormatError) -> Int32 {
    let descriptor = Foundation.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw ImageFormatError(path, "cannot be opened") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, State(status) == state else {
      close(descriptor)
      throw .changed(path)
    }
    return descriptor
  }

  /// The same as a stream of the C library.
  func openStream() throws(ImageFormatError) -> UnsafeMutablePointer<FILE> {
    let descriptor = try open()
    guard let stream = fdopen(descriptor, "rb") else {
      close(descriptor)
      throw ImageFormatError(path, "cannot be opened")
    }
    return stream
  }

  /// Calls `body` with all bytes in turn, a megabyte at a time.
  /// - Throws: `ImageFormatError` if the file has been replaced or changed, or cannot be read; whatever `body` throws.
  package func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let stream = try openStream()
    defer { fclose(stream) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = fread(buffer.baseAddress, 1, buffer.count, stream)
      guard ferror(stream) == 0 else { throw ImageFormatError(path, "cannot be read") }
      if count == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

extension ImageFormatError {
  /// A file or folder that is no longer what it was when it was first read.
  static func changed(_ path: String) -> Self { Self(path, "changed while it was being read") }
}
