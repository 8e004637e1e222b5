// Running gnuplot on a figure's script.

import ChildProcesses
import Foundation

/// The reason why a figure was not drawn.
package enum GnuplotError: Error, Equatable, CustomStringConvertible {
  /// gnuplot is not on the PATH.
  case absent
  /// gnuplot failed, with the last line that it wrote.
  case failed(figure: String, message: String)

  package var description: String {
    switch self {
    case .absent: "gnuplot is not installed: apt-get install gnuplot-nox"
    case .failed(let figure, let message): "gnuplot could not draw \(figure): \(message)"
    }
  }
}

/// The program gnuplot.
package struct Gnuplot: Sendable {
  private let program: URL

  /// Finds gnuplot in the folders of `path`.
  /// - Throws: `GnuplotError.absent`.
  package init(
    path: String = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  ) throws(GnuplotError) {
    let candidates = path.split(separator: ":").map { "\($0)/gnuplot" }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile) else {
      throw .absent
    }
    program = URL(fileURLWithPath: found)
  }

  /// Writes `NAME.gp` and `NAME.tsv` into `folder` and draws `NAME.png` beside them; the picture
  /// appears whole or not at all.
  /// - Returns: the picture's location.
  /// - Throws: `GnuplotError.failed`, or an error of the file system.
  @discardableResult
  package func draw(_ figure: GnuplotFigure, in folder: URL) throws -> URL {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (text, ending) in [(figure.script, "gp"), (figure.data, "tsv")] {
      try Data(text.utf8).write(
        to: folder.appendingPathComponent("\(figure.name).\(ending)"), options: .atomic)
    }
    let partial = ".\(figure.name).partial-\(ProcessInfo.processInfo.processIdentifier).png"
    let drawn = folder.appendingPathComponent(partial)
    defer { try? FileManager.default.removeItem(at: drawn) }

    // With -d gnuplot ignores the user's settings, so that figures look the same for all users.
    let said = try ProgramOutput(
      of: [program.path, "-d", "-e", "output='\(partial)'", "\(figure.name).gp"], in: folder.path)
    let size =
      try? FileManager.default.attributesOfItem(atPath: drawn.path)[.size] as? Int ?? 0
    guard said.status == 0, let size, size > 0 else {
      let last = said.text.split(whereSeparator: \.isNewline).last.map(String.init)
      throw GnuplotError.failed(
        figure: figure.name,
        message: last ?? "exit code \(said.status), no picture")
    }
    let picture = folder.appendingPathComponent("\(figure.name).png")
    guard rename(drawn.path, picture.path) == 0 else {
      throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: picture.path])
    }
    return picture
  }
}
