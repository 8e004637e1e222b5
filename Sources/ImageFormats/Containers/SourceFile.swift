// The files that a set is read from. Names, digest and pixels are read in separate passes, each of which opens
// the files again. All passes must find the files that the first one found.

import Foundation

/// A regular file as it was first found; a file that replaces it is not read.
package struct SourceFile: Sendable, Equatable {
  /// The path by which it is opened.
  package let path: String
  private let state: State

  /// The file's length in bytes.
  var size: Int { state.size }

  /// The file's identity, and the values that change with its content.
  private struct State: Equatable {
    let device: dev_t
    let inode: ino_t
    let size: Int
    let contentChanged: Time
    /// The time of the last change of content, name or owner.
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

  /// - Parameter status: the status of the regular file at `path`.
  init(_ path: String, _ status: stat) {
    self.path = path
    state = State(status)
  }

  /// Finds the file that is at a path now.
  init(_ path: String) throws(ImageFormatError) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ImageFormatError(path, "cannot be opened")
    }
    self.init(path, status)
  }

  /// Opens the file from its beginning; the caller closes the descriptor.
  /// - Throws: `ImageFormatError` if it was replaced or changed. The call does not wait for a FIFO in its place.
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

  /// Opens the file as a stream of the C library, with the same checks.
  func openStream() throws(ImageFormatError) -> UnsafeMutablePointer<FILE> {
    let descriptor = try open()
    guard let stream = fdopen(descriptor, "rb") else {
      close(descriptor)
      throw ImageFormatError(path, "cannot be opened")
    }
    return stream
  }

  /// Calls `body` with all bytes, a megabyte at a time.
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
  /// The error about a file or folder that changed after it was first read.
  static func changed(_ path: String) -> Self { Self(path, "changed while it was being read") }
}
