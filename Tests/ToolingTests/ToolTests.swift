// The behaviour of a whole tool, seen from outside: each test runs one in a separate process.

import ArgumentParser
import Foundation
import HDF5
import Testing
import Tooling

/// A tool that does what its arguments say.
private struct Sample: Tool {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Does as it is told.", version: version)

  enum Action: String, ExpressibleByArgument, CaseIterable {
    case succeed, refuse, hdf5, odd, wait, pipe, say
  }

  @Argument var action: Action
  @Option var output = "-"
  @Option var number: Int32 = 0

  @OptionGroup var standard: StandardOptions

  func run() throws {
    switch action {
    case .succeed: return
    case .refuse: throw ToolError(.data, "in.h5: bad\nto the \u{1B}[31mcore")
    case .hdf5: _ = try File.open("/nowhere.h5")
    case .odd: throw CocoaError(.fileNoSuchFile)
    case .say:
      Log.say("a line")
      Log.warn("beware")
    case .wait:
      try Output(path: output).writePieces { append in
        try Array("half".utf8).withUnsafeBytes(append)
        kill(getpid(), number)
        sleep(60)
      }
    case .pipe:
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { return }
      close(ends[0])
      dup2(ends[1], STDOUT_FILENO)
      try Output(path: "-").write("this is not read")
    }
  }
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Test func helpAndVersionGoToStandardOutput() async throws {
  let help = try await #require(
    processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
  ) { Sample.main(["--help"]) }
  #expect(text(help.standardOutputContent).hasPrefix("OVERVIEW: Does as it is told."))
  let versionText = try await #require(
    processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
  ) { Sample.main(["--version"]) }
  #expect(
    text(versionText.standardOutputContent)
      .hasPrefix("sample \(version) (built for \(buildTarget)"))
}

@Test func usageErrorsAreOneLine() async throws {
  let result = try await #require(
    processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
  ) { Sample.main(["succeed", "--thraeds", "3"]) }
  let line = "sample: Unknown option '--thraeds'. Did you mean '--threads'? (see sample --help)\n"
  #expect(text(result.standardErrorContent) == line)
  let threads = try await #require(
    processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
  ) { Sample.main(["succeed", "--threads", "0"]) }
  #expect(
    text(threads.standardErrorContent)
      == "sample: --threads is 1 to 128 (see sample --help)\n")
}

@Test func errorsAreOneLineWithoutControlCharacters() async throws {
  let refused = try await #require(
    processExitsWith: .exitCode(65), observing: [\.standardErrorContent]
  ) { Sample.main(["refuse"]) }
  #expect(text(refused.standardErrorContent) == "sample: in.h5: bad to the ?[31mcore\n")
  let absent = try await #require(
    processExitsWith: .exitCode(66), observing: [\.standardErrorContent]
  ) { Sample.main(["hdf5"]) }
  #expect(
    text(absent.standardErrorContent) == "sample: /nowhere.h5: No such file or directory\n")
  let odd = try await #require(
    processExitsWith: .exitCode(74), observing: [\.standardErrorContent]
  ) { Sample.main(["odd"]) }
  #expect(text(odd.standardErrorContent).split(separator: "\n").count == 1)
}

@Test func quietKeepsWarnings() async throws {
  let usual = try await #require(
    processExitsWith: .exitCode(0), observing: [\.standardErrorContent]
  ) {
    Sample.main(["say"])
    exit(0)
  }
  #expect(text(usual.standardErrorContent) == "sample: a line\nsample: warning: beware\n")
  let quiet = try await #require(
    processExitsWith: .exitCode(0), observing: [\.standardErrorContent]
  ) {
    Sample.main(["say", "--quiet"])
    exit(0)
  }
  #expect(text(quiet.standardErrorContent) == "sample: warning: beware\n")
}

/// A shell ends its loop only when the program that it waits for is ended by the signal itself.
@Test(arguments: [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGXCPU])
func anInterruptionRemovesThePartialFileAndEndsTheToolByTheSignal(number: Int32) async throws {
  let folder = try ScratchFolder()
  let path = folder.file("out")
  let result = try await #require(
    processExitsWith: .signal(number), observing: [\.standardErrorContent]
  ) { [path = path as String, number = number as Int32] in
    Sample.main(["wait", "--output", path, "--number", "\(number)"])
  }
  #expect(text(result.standardErrorContent) == "sample: interrupted\n")
  #expect(try folder.names() == [])
}

@Test func aClosedPipeEndsTheToolQuietly() async throws {
  let result = try await #require(
    processExitsWith: .exitCode(128 + SIGPIPE), observing: [\.standardErrorContent]
  ) { Sample.main(["pipe"]) }
  #expect(!text(result.standardErrorContent).contains("sample"))
}

@Test func defaultThreadCountFollowsMake() {
  #expect(StandardOptions.defaultThreadCount(environment: [:]) >= 1)
  let jobs = ["MAKEFLAGS": " -j8 --jobserver-auth=3,4 -- PIPELINE=demo"]
  #expect(StandardOptions.defaultThreadCount(environment: jobs) == 1)
}

@Test func amountsAndDurationsAreFormatted() {
  #expect(Format.amount(12, "images") == "12 images")
  #expect(Format.amount(999, "bytes") == "999 B")
  #expect(Format.amount(170_052_171, "bytes") == "170.1 MB")
  #expect(Format.duration(0.84) == "0.8 s")
  #expect(Format.duration(125) == "2 min 5 s")
  #expect(Format.duration(7_500) == "2 h 5 min")
}

/// Without the tool's own check, the parser reports the value of a misspelt option, or the option whose letters are
/// nearest.
@Test(arguments: [
  (["say", "--quite"], "Unknown option '--quite'. Did you mean '--quiet'?"),
  (["say", "more", "--numbr", "3"], "Unknown option '--numbr'. Did you mean '--number'?"),
  (["say", "--workers", "3"], "Unknown option '--workers'. Did you mean '--threads'?"),
  (["say", "--number", "-1"], "'--number' takes no negative number, as -1 is"),
])
func mistypedOptionsAreNamed(words: [String], problem: String) async throws {
  let result = try await #require(
    processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
  ) { [words = words as [String]] in Sample.main(words) }
  #expect(text(result.standardErrorContent) == "sample: \(problem) (see sample --help)\n")
}
