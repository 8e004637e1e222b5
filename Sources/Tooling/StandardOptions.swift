/// The options that mean the same in every tool.

import ArgumentParser
import Foundation

/// `--quiet`, for tools that do no arithmetic.
package struct QuietOption: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  package var quiet = false

  package init() {}

  /// Parsing is where the log learns of it, so that no tool can forget to say so.
  package func validate() throws { if quiet { Log.beQuiet() } }
}

/// `--quiet` and `--threads`.
package struct StandardOptions: ParsableArguments {
  @OptionGroup var quietOption: QuietOption

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      Number of threads, \(mostThreads) at most; the result does not depend on it. [default: all cores, \
      or 1 under make -j]
      """,
      valueName: "n"))
  package var threads: Int?

  package init() {}

  package func validate() throws {
    guard (1...Self.mostThreads).contains(threads ?? 1) else {
      throw ValidationError("--threads is 1 to \(Self.mostThreads)")
    }
  }

  /// As many threads as OpenBLAS serves at once: it is built for 64, with two sets of memory for each.
  static let mostThreads = 128

  /// The number of threads to use.
  package var threadCount: Int { threads ?? Self.defaultThreadCount() }

  /// The cores that this process may use, or 1 when make already runs a job per core.
  /// - Parameter environment: the process's, for its `MAKEFLAGS`.
  package static func defaultThreadCount(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Int {
    let isUnderJobServer = environment["MAKEFLAGS"]?.contains("--jobserver") ?? false
    let cores = min(mostThreads, ProcessInfo.processInfo.activeProcessorCount)
    return isUnderJobServer ? 1 : max(1, cores)
  }
}
