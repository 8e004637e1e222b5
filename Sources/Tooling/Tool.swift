// The behaviour that all eight tools share, from the command line to the exit status.

import ArgumentParser
import Foundation
import HDF5

/// A command-line tool. Conforming types are marked `@main`; state the `version` of this module in
/// the configuration, and throw a `ToolError` from `run()`.
package protocol Tool: ParsableCommand {}

extension Tool {
  /// Parses, runs, and turns every error into one line on standard error and an exit status.
  /// `--help` and `--version` go to standard output.
  package static func main() { main(nil) }

  /// Parses and runs the given words of a command line, as `main()` does; nil takes the process's own.
  package static func main(_ arguments: [String]?) {
    Signals.fillStandardDescriptors()
    Log.begin(tool: toolName)
    do {
      try Resources.check()
      try Signals.install()
      if arguments == nil { try checkWords() }
      var command = try parseAsRoot(arguments)
      try command.run()
      endProcess(0)
    } catch {
      endProcess(report(error, arguments ?? Array(CommandLine.arguments.dropFirst())))
    }
  }

  /// Checks that all words are UTF-8. Otherwise they would name other files, and two names of outputs may become one.
  private static func checkWords() throws {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let word = CommandLine.unsafeArgv[index] else { continue }
      guard String(validatingCString: word) == nil else { continue }
      throw ToolError(
        .usage,
        "word \(index) of the command line, '\(String(cString: word))', is not UTF-8: rename the file"
      )
    }
  }

  /// The name that the user types to run the tool.
  static var toolName: String {
    configuration.commandName
      ?? URL(fileURLWithPath: CommandLine.arguments.first ?? "tool").lastPathComponent
  }

  /// Reports an error in one line.
  /// - Returns: the exit status.
  private static func report(_ error: any Error, _ arguments: [String] = []) -> Int32 {
    switch error {
    case is BrokenPipe:
      return BrokenPipe.exitCode
    case let code as ExitCode:
      return code.rawValue
    case is ToolError, is HDF5Error:
      let error = ToolError(describing: error)
      Log.fail(error.message)
      return error.status.rawValue
    default:
      return reportParser(error, arguments)
    }
  }

  /// Reports errors of the argument parser, which include requests for help, and all unforeseen errors.
  private static func reportParser(_ error: any Error, _ arguments: [String]) -> Int32 {
    let text = message(for: error)
    let status = exitCode(for: error)
    switch status {
    case .success:
      let isVersion = text == configuration.version
      let revision = sourceRevision.map { ", from \($0)" } ?? ""
      return printed(isVersion ? "\(toolName) \(text) (built for \(buildTarget)\(revision))" : text)
    case .validationFailure:
      let command = command(of: arguments)
      let problem =
        unknownOption(arguments, of: command.type) ?? valueReadAsOption(text, arguments) ?? text
      Log.fail("\(problem) (see \(command.name) --help)")
      return ExitStatus.usage.rawValue
    default:
      let error = ToolError(describing: error)
      Log.fail(error.message)
      return error.status.rawValue
    }
  }

  /// The command that the words are for, and its name as the user types it: the tool, or its subcommand.
  private static func command(
    of arguments: [String]
  ) -> (type: any ParsableCommand.Type, name: String) {
    let named = configuration.subcommands.first {
      $0.configuration.commandName == arguments.first
    }
    guard let type = named ?? configuration.defaultSubcommand else { return (Self.self, toolName) }
    return (type, "\(toolName) \(type.configuration.commandName ?? "")")
  }

  /// A message about the first option that the command does not have. The parser reports it only when nothing
  /// else is wrong, since the value of a misspelt option looks like an argument.
  private static func unknownOption(
    _ arguments: [String], of command: any ParsableCommand.Type
  ) -> String? {
    let help = helpMessage(for: command, includeHidden: true, columns: 1000)
    let known =
      help.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init)
      .filter { $0.hasPrefix("-") } + ["--generate-completion-script", "--help-hidden"]
    for word in arguments.prefix(while: { $0 != "--" }) where word.hasPrefix("--") {
      let name = String(word.prefix { $0 != "=" })
      guard !known.contains(name) else { continue }
      let hint = nearestOption(to: name, among: known).map { ". Did you mean '\($0)'?" } ?? ""
      return "Unknown option '\(name)'\(hint)"
    }
    return nil
  }

  /// A message about a negative number behind an option, which the parser takes for another option.
  private static func valueReadAsOption(_ text: String, _ arguments: [String]) -> String? {
    guard text.hasPrefix("Missing value for") else { return nil }
    for (option, value) in zip(arguments, arguments.dropFirst())
    where text.contains("'\(option) ") && value.hasPrefix("-") && Double(value) != nil {
      return "'\(option)' takes no negative number, as \(value) is"
    }
    return nil
  }

  private static func printed(_ text: String) -> Int32 {
    var line = text.hasSuffix("\n") ? text : text + "\n"
    do {
      try line.withUTF8 {
        try writeAll(UnsafeRawBufferPointer($0), to: STDOUT_FILENO, name: "standard output")
      }
      return 0
    } catch {
      return report(error)
    }
  }
}

/// Ends the process without the handlers of C's `exit`, in which OpenBLAS waits for its threads: one
/// that gets no memory never ends.
private func endProcess(_ status: Int32) -> Never {
  fflush(nil)
  _exit(status)
}
