import Foundation

/// What a program that has ended left behind.
package struct ProgramOutput {
  /// The exit status, or 128 + the signal that ended the program.
  package let status: Int32
  /// What it wrote to standard output, and to standard error where both were collected.
  package let text: String

  /// Runs a program to its end and collects what it writes.
  /// - Parameters:
  ///   - words: the program's path, or its name in a folder of PATH, and its arguments.
  ///   - folder: where it runs; nil for this process's own folder.
  ///   - collectsErrors: whether standard error is collected with standard output, else it is dropped.
  ///   - seconds: after this time the program is killed.
  /// - Throws: `ChildProcessError`, or an error of the file system.
  package init(
    of words: [String], in folder: String? = nil, collectsErrors: Bool = true,
    atMost seconds: Double = 600
  ) throws {
    // A file, not a pipe: a full pipe stops its writer, and a pipe ends only when all its writers have ended.
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("output-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    let stream = ChildProcess.Stream.descriptor(handle.fileDescriptor)
    let child = try ChildProcess(
      words, in: folder, output: stream, errors: collectsErrors ? stream : .nothing)
    if child.wait(atMost: seconds) == nil { child.kill(SIGKILL) }
    status = child.wait() ?? 128
    text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
}
