// Progress of a long step: a bar on a terminal, or a line for every tenth in a log.
// (Not named Progress, which is Foundation's.)

import Foundation
import Synchronization

/// The progress of one step, which any thread may report.
package final class ProgressBar: Sendable {
  private struct State {
    var done = 0
    var isFinished = false
    private var lastBar: ContinuousClock.Instant?
    private var lastTenth = 0

    /// Whether to draw the bar, at most ten times a second.
    mutating func isBarDue() -> Bool {
      let now = ContinuousClock.now
      if let lastBar, now - lastBar < .milliseconds(100) { return false }
      lastBar = now
      return true
    }

    /// Whether to print a line, at most once for each tenth, and never in short steps.
    mutating func isLineDue(
      _ done: Int, _ total: Int?, _ start: ContinuousClock.Instant
    ) -> Bool {
      guard let total, total > 0, ContinuousClock.now - start >= .seconds(5) else { return false }
      let tenth = Int(10 * Double(done) / Double(total))
      guard tenth > lastTenth, tenth < 10 else { return false }
      lastTenth = tenth
      return true
    }
  }

  private let label: String
  private let total: Int?
  private let unit: String
  private let first: Int
  private let isTerminal: Bool
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  /// - Parameters:
  ///   - label: the name of the step.
  ///   - total: the number of units in the whole step; nil when unknown.
  ///   - unit: the unit in the plural; `bytes` are shown as kB, MB, GB.
  ///   - first: the number that was done before this step, which does not count for its speed.
  package init(label: String, total: Int?, unit: String, first: Int = 0) {
    self.label = label
    self.total = total
    self.unit = unit
    self.first = first
    let environment = ProcessInfo.processInfo.environment
    isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
  }

  /// Reports the number done so far.
  package func advance(to done: Int) {
    let isDue = state.withLock { state in
      state.done = done
      return !state.isFinished
        && (isTerminal ? state.isBarDue() : state.isLineDue(done, total, start))
    }
    guard isDue else { return }
    if isTerminal {
      Log.showBar(bar(done))
    } else {
      Log.say("\(label): \(Format.amount(done, unit)), \(measures(done))")
    }
  }

  /// Ends the step with a line that gives number, duration and rate.
  package func finish() {
    let done = state.withLock { state in
      state.isFinished = true
      return max(first, state.done)
    }
    if isTerminal { Log.showBar(nil) }
    let duration = Format.duration(seconds)
    Log.say("\(label): \(Format.amount(done - first, unit)) in \(duration) (\(rate(done)))")
  }

  private func bar(_ done: Int) -> String {
    let amount = Format.amount(done, unit)
    let figures = total.map { "\(amount) of \(Format.amount($0, unit))" } ?? amount
    let tail = "\(figures), \(measures(done))"
    let width = Terminal.width(of: STDERR_FILENO) ?? 80
    let room = width - label.count - tail.count - 3
    guard let total, total > 0, room >= 10 else {
      return String("\(label) \(tail)".prefix(width - 1))
    }
    let filled = Int(Double(room) * min(1, Double(done) / Double(total)))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: room - filled)
    return "\(label) \(bar) \(tail)"
  }

  private var seconds: Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
  }

  private func rate(_ done: Int) -> String {
    "\(Format.amount(Int(Double(done - first) / max(seconds, 1e-3)), unit))/s"
  }

  private func measures(_ done: Int) -> String {
    guard let total, done > first, done < total else { return rate(done) }
    let left = seconds / Double(done - first) * Double(total - done)
    return "\(rate(done)), \(Format.duration(left)) left"
  }
}
