// Runs the tools as a user does: the built binaries, in a scratch folder.

import ChildProcesses
import Foundation
import Testing

/// The outcome of running a tool.
struct ToolResult {
  /// The exit status, or 128 + the signal that ended it.
  let status: Int32
  let output: Data
  /// The text on standard error.
  let errors: String

  var text: String { String(decoding: output, as: UTF8.self) }
}

/// Ends the test unless the tool succeeded.
func succeed(_ outcome: ToolResult, _ location: SourceLocation = #_sourceLocation) throws {
  try #require(outcome.status == 0, "\(outcome.errors)", sourceLocation: location)
}

/// A new empty folder for one test, removed with the last reference to it.
final class Scratch: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("tool-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ data: Data, to name: String) throws {
    let url = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: file(name)))
  }

  /// The names in the folder, or in a folder of it, sorted.
  func names(in folder: String = ".") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file(folder))) ?? []).sorted()
  }
}

/// The folder of the built tools, beside the tests.
let toolFolder = Bundle.module.bundleURL.deletingLastPathComponent().path

/// Runs a tool until it ends.
/// - Parameters:
///   - tool: The tool's name, or the path of any other program.
///   - input: The standard input; nil means empty.
///   - environment: The variables to add to the environment of the test.
///   - folder: The folder in which the tool runs.
func run(
  _ tool: String, _ arguments: [String], input: Data? = nil, environment: [String: String] = [:],
  in folder: Scratch
) throws -> ToolResult {
  let running = try RunningTool(
    tool, arguments, input: input, environment: environment, in: folder)
  return try running.wait()
}

/// A running tool, which can be interrupted or waited for.
final class RunningTool {
  private let process: ChildProcess
  private let tool: String
  private let streams: Scratch

  init(
    _ tool: String, _ arguments: [String], input: Data? = nil,
    environment: [String: String] = [:], in folder: Scratch
  ) throws {
    self.tool = tool
    // With files in place of pipes nothing can block, even if a tool never ends.
    streams = try Scratch()
    try streams.write(input ?? Data(), to: "input")
    for name in ["output", "errors"] { try streams.write(Data(), to: name) }
    let path = tool.contains("/") ? tool : "\(toolFolder)/\(tool)"
    process = try ChildProcess(
      [path] + arguments,
      environment: ProcessInfo.processInfo.environment
        .filter { !["MAKEFLAGS", "COLUMNS"].contains($0.key) }
        .merging(environment) { $1 },
      in: folder.path, input: .file(streams.file("input")), output: .file(streams.file("output")),
      errors: .file(streams.file("errors")))
  }

  var isRunning: Bool { process.isRunning }

  /// Sends it a signal.
  func kill(_ signal: Int32) { process.kill(signal) }

  /// The text on standard error so far.
  var errors: String {
    (try? streams.read("errors")).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Waits until the tool ends. A tool that takes more than two minutes is ended and counts as failed.
  func wait() throws -> ToolResult {
    if process.wait(atMost: 120) == nil {
      Issue.record("\(tool) does not end")
      process.kill(SIGKILL)
    }
    return ToolResult(
      status: try #require(process.wait()), output: try streams.read("output"), errors: errors)
  }
}
