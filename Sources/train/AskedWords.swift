// The options of a run as its checkpoint stores them, and the differences between two runs.

import Networks

/// All names and values that decide a run's result.
struct AskedWords {
  private let words: [(name: String, value: String)]

  init(_ words: [(name: String, value: String)]) { self.words = words }

  /// Reads lines `name value`.
  init(_ lines: [String]) {
    words = lines.map { line in
      let parts = line.split(separator: " ", maxSplits: 1)
      return (String(parts.first ?? ""), parts.count > 1 ? String(parts[1]) : "")
    }
  }

  var lines: [String] { words.map { "\($0.name) \($0.value)" } }

  /// The differences of another run, with both values; empty if this run can continue from it.
  /// The number of epochs has no effect on earlier epochs, unless the schedule depends on it.
  /// - Parameter epochs: those that the other run has completed.
  func differences(from other: AskedWords, after epochs: Int) -> [String] {
    var names = words.map(\.name)
    names += other.words.map(\.name).filter { !names.contains($0) }
    return names.compactMap { name in
      let (mine, theirs) = (value(name), other.value(name))
      guard mine != theirs else { return nil }
      if name == Self.epochs, !dependsOnEpochs {
        return self.epochs >= epochs
          ? nil : "\(epochs) epochs done, more than \(name) \(self.epochs)"
      }
      return "\(name) \(shown(theirs)), not \(shown(mine))"
    }
  }

  /// A value as messages show it: only the beginning of a digest.
  private func shown(_ value: String?) -> String {
    guard let value else { return "unset" }
    return value.hasPrefix("sha256:") ? "\(value.prefix(19))…" : value
  }

  /// The number of epochs.
  var epochs: Int { value(Self.epochs).flatMap { Int($0) } ?? 0 }

  private static let epochs = "--epochs"

  private var dependsOnEpochs: Bool {
    value("--schedule").flatMap { LearningRateSchedule($0) }?.dependsOnTotal ?? true
  }

  private func value(_ name: String) -> String? { words.first { $0.name == name }?.value }
}
