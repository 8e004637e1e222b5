// The probability of improvement: how often a method is better than another under the same seed. A run that
// diverges counts once, however low its accuracy is.

/// The probability of improvement P(X > Y), in which an equal pair counts as half.
package struct Improvement: Sendable, Codable, Equatable {
  /// The probability, in [0, 1].
  package let probability: Double
  /// Clopper and Pearson's exact 95 % interval over independent pairs. If pairs share sources, the interval of the
  /// bootstrap over sources and seeds, which is nil when all pairs agree, since they show no spread.
  package let interval: Interval?

  /// Counts the differences of independent pairs, or, with `shared`, of cells that share sources and seeds. Nil
  /// when there is none or one is not finite.
  package init?(_ cells: [Cell], shared: Bool) {
    guard !cells.isEmpty, cells.allSatisfy({ $0.value.isFinite }) else { return nil }
    let wins = cells.map { cell in
      var win = cell
      win.value = abs(cell.value) <= Summary.rounding ? 0.5 : cell.value > 0 ? 1 : 0
      return win
    }
    let count = wins.reduce(0) { $0 + $1.value }
    probability = count / Double(wins.count)
    guard shared else {
      interval = clopperPearson(count, of: wins.count)
      return
    }
    let isUnanimous = Set(wins.map(\.value)).count == 1
    interval = isUnanimous ? nil : hierarchicalBootstrap(wins)
  }
}

/// The exact interval of a probability after `successes` in `trials` (Clopper and Pearson 1934), through
/// quantiles of the Beta distribution; half successes are allowed. Nil when the counts are impossible.
package func clopperPearson(
  _ successes: Double, of trials: Int, confidence: Double = 0.95
) -> Interval? {
  let failures = Double(trials) - successes
  guard trials > 0, successes >= 0, failures >= 0, confidence > 0, confidence < 1 else {
    return nil
  }
  let tail = (1 - confidence) / 2
  return Interval(
    low: successes > 0 ? betaQuantile(tail, successes, failures + 1) : 0,
    high: failures > 0 ? betaQuantile(1 - tail, successes + 1, failures) : 1,
    kind: .clopperPearson)
}

/// The x with I_x(a, b) = `share`, by bisection down to neighbouring numbers.
private func betaQuantile(_ share: Double, _ a: Double, _ b: Double) -> Double {
  var (low, high) = (0.0, 1.0)
  while true {
    let middle = low + (high - low) / 2
    guard middle > low, middle < high else { return middle }
    if incompleteBeta(middle, complement: 1 - middle, a, b) < share {
      low = middle
    } else {
      high = middle
    }
  }
}
