/// The table for people: Markdown and the terminal, accuracies in percent.

extension ResultTable {
  /// The Markdown document: the matrix of the paper's form when there are several data sets, then
  /// each data set in full, with what its numbers mean.
  public var markdown: String {
    var parts: [String] = []
    if sections.count > 1 {
      parts.append("\(matrixCaption).\n\n" + matrix.markdown)
    }
    for section in sections {
      let notes = notes(section).map { "- \($0)\n" }.joined()
      parts.append("### \(section.dataset)\n\n\(text(section).markdown)\n\(notes)")
    }
    return parts.joined(separator: "\n")
  }

  /// The same for a terminal of `width` characters, with a sparkline of the validation accuracy.
  public func terminal(width: Int = 100) -> String {
    sections.map { section in
      let notes = notes(section).map { note in
        wrapped(note, width: width - 2).map { "  \($0)\n" }.joined()
      }.joined()
      return "\(section.dataset)\n\n"
        + text(section, sparklines: true).terminal(width: width) + "\n\(notes)"
    }.joined(separator: "\n")
  }

  /// Methods × data sets in the paper's form: ours, and the paper's figure where it has one.
  public var matrix: TextTable {
    let methods = sections.flatMap { $0.rows.map(\.method) }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return TextTable(
      [.init("method", isNumeric: false)] + sections.map { .init($0.dataset) },
      rows: methods.map { method in
        [method]
          + sections.map { section in
            guard let row = section.rows.first(where: { $0.method == method }) else { return "" }
            let paper = row.paper.map { " (paper \(percent($0)))" } ?? ""
            return accuracy(row.testAccuracyAtBest ?? row.bestValidationAccuracy) + paper
          }
      })
  }

  /// What the matrix shows.
  var matrixCaption: String {
    sections.contains(where: \.isTested)
      ? "Test accuracy at the best validation epoch, %" : "Best validation accuracy, %"
  }

  /// One data set's rows in words.
  public func text(_ section: Section, sparklines: Bool = false) -> TextTable {
    let curves = section.rows.flatMap(\.validationCurve)
    let (low, high) = (curves.min() ?? 0, curves.max() ?? 1)
    let target = section.target.map { "epochs to \(decimal(100 * $0, 0)) %" } ?? ""
    let columns: [TextTable.Column] = [
      .init("method", isNumeric: false),
      .init("test accuracy, %"),
      .init("best validation, %", priority: 1),
      .init("paper, %", priority: 4),
      .init("n"),
      .init("difference, points", priority: 2),
      .init("p", priority: 6),
      .init("verdict", isNumeric: false, priority: 3),
      .init(target, priority: 7),
      .init("validation", isNumeric: false, priority: 5),
      .init("scale", isNumeric: false, priority: 8),
      .init("z at the start", priority: 9),
      .init("least rank", priority: 10),
      .init("dead, %", priority: 11),
      .init("note", isNumeric: false),
    ]
    return TextTable(
      columns,
      rows: section.rows.map { row in
        let isBaseline = row.method == baseline
        return [
          row.method, accuracy(row.testAccuracyAtBest), accuracy(row.bestValidationAccuracy),
          row.paper.map(percent) ?? "",
          row.sources > 1 ? "\(row.sources) × \(row.seeds)" : "\(row.runs)",
          isBaseline ? "baseline" : row.comparison.map(difference) ?? "",
          row.comparison.map { probability($0.adjustedP) + ($0.test == .t ? " (t)" : "") } ?? "",
          row.comparison?.verdict.rawValue ?? "", reached(row),
          sparklines ? sparkline(row.validationCurve, low: low, high: high) : "",
          row.scale ?? "", row.start?.deviations ?? "",
          row.start.map { decimal($0.leastRank, 1) } ?? "",
          row.start.map { decimal(100 * $0.largestDeadShare, 0) } ?? "", row.status,
        ]
      }
    ).withoutEmptyColumns
  }

  /// What the columns mean and how far they may be believed, a sentence each.
  public func notes(_ section: Section) -> [String] {
    let isReplicated = section.rows.contains { $0.runs > 1 }
    let crossed =
      "; [low, high]: bootstrap over sources × seeds, which over few sources is too narrow "
      + "(of 3 × 5 runs it holds the truth in some 80 % of studies, not 95)"
    var notes = [
      (section.isTested
        ? "Test accuracy is at the epoch with the best validation accuracy. "
        : "Nothing was tested: accuracies and differences are those by which epochs are chosen. ")
        + (isReplicated
          ? "Mean ± half of a 95 % t interval over runs" : "One run each: there is no interval")
        + (section.rows.contains { $0.sources > 1 } ? crossed : "") + "."
    ]
    let comparisons = section.rows.compactMap(\.comparison)
    if let baseline, let first = comparisons.first {
      let own = comparisons.contains { $0.baseline != baseline }
      notes.append(
        "Difference to \(baseline), \(own ? "of variants to their own method, " : "")"
          + "paired by seed; p and verdict: "
          + tests(comparisons)
          + (first.family > 1 ? ", Holm's correction over \(first.family) methods." : "."))
    }
    notes += Set(
      comparisons.filter { $0.verdict == .tooFewToTell || $0.verdict.rawValue.hasPrefix("prob") }
        .map { $0.reason.prefix(1).uppercased() + $0.reason.dropFirst() + "." }
    ).sorted()
    let generality = section.rows.compactMap { row in
      row.comparison?.generality(sources: row.sources)
    }
    notes += Set(generality).sorted().map { "Methods drawn from \($0)." }
    if section.rows.contains(where: { $0.paper != nil }) {
      notes.append(
        "Paper: best validation accuracy, the maximum over epochs and over three runs of one seed.")
    }
    if section.rows.contains(where: { $0.start != nil }) {
      notes.append(
        "Before the first step, on a batch of training images: z, deviation of the pre-activations "
          + "from the first to the last convolution; the least effective rank and the largest share "
          + "of filters that never fire of any convolution (rank: but the first).")
    }
    return notes + section.options + section.warnings
  }

  /// What the comparisons' p and verdicts are from.
  private func tests(_ comparisons: [Comparison]) -> String {
    let exact = comparisons.filter { $0.test == .signFlip }
    let isSampled = exact.contains { !$0.overSeeds.permutation.isExact }
    let names = [
      exact.isEmpty
        ? nil : isSampled ? "sign-flip test (sampled above 20 pairs)" : "exact sign-flip test",
      exact.count < comparisons.count
        ? "paired t test (t), which takes normal differences on trust" : nil,
    ]
    return names.compactMap(\.self).joined(separator: "; ")
  }

  private func accuracy(_ estimate: Estimate?) -> String {
    guard let estimate else { return "" }
    let mean = percent(estimate.summary.mean)
    guard let interval = estimate.interval else { return mean }
    return interval.kind == .t
      ? "\(mean) ± \(percent(interval.halfWidth))"
      : "\(mean) [\(percent(interval.low)), \(percent(interval.high))]"
  }

  private func difference(_ comparison: Comparison) -> String {
    let sign = comparison.difference > 0 ? "+" : ""
    let mean = sign + percent(comparison.difference)
    guard let interval = comparison.interval else { return mean }
    return "\(mean) [\(percent(interval.low)), \(percent(interval.high))]"
  }

  private func reached(_ row: ResultRow) -> String {
    guard let median = row.epochsToReach else { return "never" }
    let share = row.runsThatReached < row.runs ? " (\(row.runsThatReached) of \(row.runs))" : ""
    return decimal(median, median == median.rounded() ? 0 : 1) + share
  }
}
