// The options that have the same meaning in every tool.

import ArgumentParser
import Foundation

/// The option `--quiet`, for tools that do no arithmetic.
package struct QuietOption: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  package var quiet = false

  package init() {}

  /// Sets the log to quiet during parsing, so that no tool can forget it.
  package func validate() throws { if quiet { Log.beQuiet() } }
}

/// The options `--quiet` and `--threads`.
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

  /// The largest number of threads that OpenBLAS serves at once: it is built for 64, with two memory buffers for each.
  static let mostThreads = 128

  /// The number of threads to use.
  package var threadCount: Int { threads ?? Self.defaultThreadCount() }

  /// The number of cores that this process may use, or 1 when make already runs a job on each core.
  /// - Parameter environment: the environment of the process, for its `MAKEFLAGS`.
  package static func defaultThreadCount(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Int {
    let isUnderJobServer = environment["MAKEFLAGS"]?.contains("--jobserver") ?? false
    let cores = min(mostThreads, ProcessInfo.processInfo.activeProcessorCount)
    return isUnderJobServer ? 1 : max(1, cores)
  }
}
