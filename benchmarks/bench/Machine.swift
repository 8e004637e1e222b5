import Foundation

/// What the figures were measured on, and what a process has taken of it.
enum Machine {
  /// The most memory this process has held, in bytes.
  static var peakMemory: Int {
    #if os(Linux)
      // Not getrusage: its maximum is inherited from whoever started the process.
      let words = value(of: "VmHWM", in: "/proc/self/status")?.split(separator: " ") ?? []
      return 1024 * (words.first.flatMap { Int($0) } ?? 0)
    #else
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #endif
  }

  static var description: String {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let model = value(of: "model name", in: "/proc/cpuinfo") ?? "processor"
    return "\(model), \(cores) cores, \(ProcessInfo.processInfo.operatingSystemVersionString)"
  }

  /// Of the first line `key : value`.
  private static func value(of key: String, in path: String) -> String? {
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    return lines.first { $0.hasPrefix(key) }?.split(separator: ":", maxSplits: 1).last
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
