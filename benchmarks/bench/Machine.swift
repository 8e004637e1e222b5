// What the figures were measured on.

import Foundation

enum Machine {
  static var description: String {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let model = value(of: "model name", in: "/proc/cpuinfo") ?? "processor"
    return "\(model), \(cores) cores, \(ProcessInfo.processInfo.operatingSystemVersionString)"
  }

  /// The value of the first line `key : value`.
  private static func value(of key: String, in path: String) -> String? {
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    return lines.first { $0.hasPrefix(key) }?.split(separator: ":", maxSplits: 1).last
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
