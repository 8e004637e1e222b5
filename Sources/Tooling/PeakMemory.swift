/// What a process has taken of the machine.

import Foundation

/// The most memory that this process has held, in bytes; nil where the system does not say.
package func peakMemory() -> Int? {
  #if os(Linux)
    // Not getrusage: its maximum is inherited from whoever started the process.
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first
      .flatMap { Int($0) }.map { 1024 * $0 }
  #else
    var usage = rusage()
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : nil
  #endif
}
