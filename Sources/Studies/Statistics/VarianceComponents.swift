// Sources of the spread of a method's runs: a component of variance for each factor that the
// design can separate.

/// The contribution of one factor to the variance of single runs.
package struct VarianceComponent: Sendable, Codable, Equatable {
  /// The factor's name, such as `source`.
  package let factor: String
  /// The number of the factor's levels.
  package let levels: Int
  /// The standard deviation of runs due to this factor only, in the unit of the values. It is 0 if the
  /// estimate of its variance is negative, as about half of the estimates are when a factor has no effect.
  package let deviation: Double
}

/// The components of variance of a crossed design, in which every source is combined with every seed once, by
/// analysis of variance: y = μ + source + seed + rest, all random. A factor's mean square exceeds the rest's by its
/// variance times the number of runs at each of its levels (Searle, Casella and McCulloch 1992,
/// chapter 4). The rest includes the interaction of the factors, since no cell is repeated.
package struct VarianceComponents: Sendable, Codable, Equatable {
  /// The factors in the order of the design, then the rest.
  package let components: [VarianceComponent]

  /// Computes the components of `values`, each at one level of every factor. Nil unless there are two factors of two
  /// levels or more, every combination of levels occurs once, and all values are finite.
  package init?(_ factors: [String], _ values: [(levels: [Int], value: Double)]) {
    let counts = factors.indices.map { factor in
      Set(values.compactMap { $0.levels.indices.contains(factor) ? $0.levels[factor] : nil }).count
    }
    let cells = counts.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard factors.count > 1, counts.allSatisfy({ $0 > 1 }), cells == values.count,
      Set(values.map { $0.levels }).count == cells, values.allSatisfy({ $0.value.isFinite }),
      values.allSatisfy({ $0.levels.count == factors.count })
    else { return nil }
    let mean = values.reduce(0) { $0 + $1.value } / Double(cells)
    let all = values.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
    var left = all
    var freedom = cells - 1
    let squares = factors.indices.map { factor in
      let size = Double(cells / counts[factor])
      let groups = Dictionary(grouping: values) { $0.levels[factor] }.sorted { $0.key < $1.key }
      let sum = groups.reduce(0.0) { sum, group in
        let level = group.value.reduce(0) { $0 + $1.value } / size - mean
        return sum + size * level * level
      }
      left -= sum
      freedom -= counts[factor] - 1
      return (meanSquare: sum / Double(counts[factor] - 1), size: size)
    }
    // A remainder of the size of rounding counts as 0.
    let rest = (left > Summary.rounding * all ? left : 0) / Double(max(freedom, 1))
    components =
      factors.indices.map { factor in
        VarianceComponent(
          factor: factors[factor], levels: counts[factor],
          deviation: (max(0, squares[factor].meanSquare - rest) / squares[factor].size).squareRoot()
        )
      } + [VarianceComponent(factor: "rest", levels: cells, deviation: rest.squareRoot())]
  }
}

extension VarianceComponents {
  /// Computes the components of a metric over runs of every source under every seed. A seed decides both a network's
  /// draw and the order of its images, so these two are one factor. Nil if each run has its own source, since the
  /// factors cannot be separated then.
  init?(_ runs: [RunRecord], _ metric: Metric) {
    let values = runs.compactMap { run -> (levels: [Int], value: Double)? in
      guard let source = run.sourceSeed, let value = metric.value(run) else { return nil }
      return ([source, run.seed], value)
    }
    guard values.count == runs.count else { return nil }
    self.init(["source", "draw and order"], values)
  }
}
