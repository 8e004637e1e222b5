// The peak memory of a process.

import Foundation

/// The peak memory of this process in bytes; nil if the system does not report it.
package func peakMemory() -> Int? {
  #if os(Linux)
    // The maximum of getrusage is not used, since it is inherited from the parent process.
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first
      .flatMap { Int($0) }.map { 1024 * $0 }
  #else
    var usage = rusage()
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : nil
  #endif
}
