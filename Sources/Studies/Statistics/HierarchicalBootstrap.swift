// The interval of a mean over runs that share source networks and seeds, and are therefore not
// independent observations.
//
// Sources and seeds are crossed (every source is combined with every seed), so each resample draws sources
// with replacement and seeds with replacement, independently, and averages the cells of the drawn
// pairs (Owen 2007, "the pigeonhole bootstrap"). Its variance is at least that of the two-way
// random-effects model. Cells that were never run are left out of the average.
// Caveat: percentiles over few sources are too narrow with any method. If sources matter, the
// nominal 95 % contained the truth in 79–87 % of simulated studies of 3 sources × 5 seeds, 85–89 % of
// 5 × 5, 91 % of 10 × 5. The t interval of 15 runs treated as independent did so in 57–72 %, and the t interval
// over the sources' means in 92–96 %. Tables for programs have both.

/// The value of a run, with the source and seed that it shares with other runs.
package struct Cell: Sendable, Equatable {
  /// The seed of the source network; nil for methods without a source.
  package var source: Int?
  package var seed: Int
  package var value: Double

  package init(source: Int?, seed: Int, value: Double) {
    self.source = source
    self.seed = seed
    self.value = value
  }
}

/// The percentile interval of the mean of `cells` over `resamples` draws from `seed`. It does not depend on the order
/// of the cells. Nil if there is only one source and only one seed (nothing to resample), or when a value is not
/// finite.
package func hierarchicalBootstrap(
  _ cells: [Cell], confidence: Double = 0.95, resamples: Int = 10_000, seed: UInt64 = 0
) -> Interval? {
  let sources = Set(cells.map(\.source)).sorted { ($0 ?? .min) < ($1 ?? .min) }
  let seeds = Set(cells.map(\.seed)).sorted()
  guard sources.count > 1 || seeds.count > 1, resamples > 1, confidence > 0, confidence < 1,
    cells.allSatisfy({ $0.value.isFinite })
  else { return nil }
  let rows = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1, $0) })
  let columns = Dictionary(uniqueKeysWithValues: seeds.enumerated().map { ($1, $0) })
  let placed = cells.compactMap { cell -> (row: Int, column: Int, value: Double)? in
    guard let row = rows[cell.source], let column = columns[cell.seed] else { return nil }
    return (row, column, cell.value)
  }.sorted { ($0.row, $0.column, $0.value) < ($1.row, $1.column, $1.value) }

  let random = CounterRandom(seed: seed)
  var means: [Double] = []
  means.reserveCapacity(resamples)
  for resample in 0..<resamples {
    let stream = UInt64(resample)
    var rowCounts = [Double](repeating: 0, count: sources.count)
    var columnCounts = [Double](repeating: 0, count: seeds.count)
    for draw in sources.indices {
      rowCounts[random.choice(of: sources.count, stream, UInt64(draw))] += 1
    }
    for draw in seeds.indices {
      let index = UInt64(sources.count + draw)
      columnCounts[random.choice(of: seeds.count, stream, index)] += 1
    }
    var sum = 0.0
    var weights = 0.0
    for cell in placed {
      let weight = rowCounts[cell.row] * columnCounts[cell.column]
      sum += weight * cell.value
      weights += weight
    }
    // With missing cells a draw may contain none of the existing runs; it is left out.
    if weights > 0 { means.append(sum / weights) }
  }
  means.sort()
  let tail = (1 - confidence) / 2
  guard let low = quantile(means, tail), let high = quantile(means, 1 - tail) else { return nil }
  return Interval(low: low, high: high, kind: .bootstrap)
}

/// The quantile of sorted values by linear interpolation (Hyndman and Fan's type 7, NumPy's
/// default); nil for no values.
func quantile(_ sorted: [Double], _ share: Double) -> Double? {
  guard let last = sorted.last else { return nil }
  let position = share * Double(sorted.count - 1)
  let index = Int(position)
  guard index >= 0, index + 1 < sorted.count else { return last }
  return sorted[index] + (position - Double(index)) * (sorted[index + 1] - sorted[index])
}
