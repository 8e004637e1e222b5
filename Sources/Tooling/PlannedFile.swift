// The check of a command's files before any work: no command destroys a file that it was not asked to write.

import Foundation

/// A file that a command is about to write.
package struct PlannedFile: Sendable {
  /// The option that names it, for messages.
  let option: String
  let path: String
  let kind: OutputKind

  /// Plans to write to a path.
  /// - Parameter path: the path; `-` is standard output.
  package init(_ path: String, _ kind: OutputKind, option: String = "-o") {
    self.option = option
    self.path = path
    self.kind = kind
  }

  private var name: String { path == "-" ? "standard output" : "\(option) \(path)" }

  /// Checks that the files to write are not inputs of the same command and differ from each other, even through
  /// links and redirections; that each replaces only a file of its kind; and that its
  /// name does not claim another format.
  /// - Parameters:
  ///   - files: the files to write; nil for options that are not given.
  ///   - inputs: the paths of inputs; `-` is standard input.
  /// - Throws: `ToolError` that names the option and a remedy.
  package static func check(_ files: [PlannedFile?], reading inputs: [String?]) throws {
    let files = files.compactMap(\.self)
    for file in files { try file.checkEnding() }
    var taken: [FilePlace: String] = [:]
    for input in inputs.compactMap(\.self) {
      guard let place = FilePlace(path: input, standard: STDIN_FILENO) else { continue }
      taken[place] = input == "-" ? "standard input" : "the input \(input)"
    }
    for file in files {
      guard let place = FilePlace(path: file.path, standard: STDOUT_FILENO) else { continue }
      if let other = taken[place] {
        throw ToolError(.usage, "\(file.name): is \(other) of the same command; name another file")
      }
      taken[place] = "the file of \(file.name)"
    }
    for file in files {
      try file.checkFolders(inputs.compactMap(\.self))
      try file.checkReplaced()
    }
  }

  /// Checks that the file is not below an input folder: everything there is read, so writing would change the input.
  private func checkFolders(_ inputs: [String]) throws {
    guard path != "-", let target = try? KernelPath.target(of: path),
      let folder = KernelPath.real(KernelPath.folder(of: target))
    else { return }
    for input in inputs where FileIdentity(path: input)?.isFolder == true {
      guard let above = KernelPath.real(input),
        "\(folder)/".hasPrefix(above == "/" ? above : "\(above)/")
      else { continue }
      throw ToolError(
        .usage,
        "\(name): lies in the input folder \(input), all of which is read; name another place")
    }
  }

  private func checkEnding() throws {
    guard let ending = OutputKind.ending(of: path), !kind.endings.isEmpty,
      !kind.endings.contains(ending)
    else { return }
    throw ToolError(
      .usage,
      "\(name): \(kind.noun) is \(kind.format), whose name ends in .\(kind.endings[0]), not in .\(ending)"
    )
  }

  private func checkReplaced() throws {
    guard path != "-", let there = FileIdentity(path: path), there.isRegular, there.size > 0 else {
      return
    }
    if let found = try kind.otherKind(Input(path: path)) {
      throw ToolError(
        .usage, "\(name): holds \(found), not \(kind.noun); remove it, or name another file")
    }
  }
}
