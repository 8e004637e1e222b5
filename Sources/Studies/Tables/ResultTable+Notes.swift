// The sentences below a table.

extension ResultTable {
  /// Sentences on the meaning of the columns, and on the limits of what they show.
  package func notes(_ section: Section) -> [String] {
    let isReplicated = section.rows.contains { $0.runs > 1 }
    let crossed =
      "; over shared sources × seeds by the bootstrap, which over few sources is too narrow "
      + "(of 3 × 5 runs it holds the truth in some 80 % of studies, not 95)"
    var notes = [
      (section.isTested
        ? "Test accuracy is at the epoch with the best validation accuracy. "
        : "Nothing was tested: accuracies and differences are those by which epochs are chosen. ")
        + (isReplicated
          ? "Mean [low, high]: 95 % interval over runs by Student's t on the logit scale, which stays "
            + "within 0 and 100 %" : "One run each: there is no interval")
        + (section.rows.contains { $0.sources > 1 && !$0.hasOwnSources } ? crossed : "") + "."
    ]
    let hasEqualRuns = section.rows.contains { row in
      row.runs > 1 && section.accuracy(row).map { $0.interval == nil && $0.summary.n > 1 } ?? false
    }
    if isInterquartileMeanShown(section) {
      notes.append(
        "IQM: mean of the middle half of the runs, without the lowest and the highest quarter.")
    }
    let isPartlyKnown = section.rows.contains { row in
      [row.testAccuracyAtBest, row.bestValidationAccuracy].contains {
        $0.map { $0.summary.n < row.runs } ?? false
      }
    }
    if isPartlyKnown {
      notes.append(
        "(k of n): only k of the row's n runs have that accuracy, and the mean is theirs.")
    }
    if hasEqualRuns {
      notes.append("Runs of equal accuracy have no interval: they show no spread to make it from.")
    }
    let comparisons = section.rows.compactMap(\.comparison)
    if let baseline, let first = comparisons.first {
      let own = comparisons.contains { $0.baseline != baseline }
      notes.append(
        "Difference to \(baseline), \(own ? "of variants to their own method, " : "")"
          + "paired by seed; p and verdict: "
          + tests(comparisons)
          + (first.family > 1 ? ", Holm's correction over \(first.family) methods." : "."))
      if comparisons.contains(where: { $0.interval?.kind == .t }) {
        notes.append(
          "A difference's [low, high]: 95 % interval by the paired t test, cut at ±100 points.")
      }
    }
    notes += Set(comparisons.compactMap(\.reason)).sorted().map { $0 + "." }
    notes += verdicts(section) + owners(section)
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
          + "from the first to the last convolution, of a transformer the last map of its last block; "
          + "the least effective rank of any of them but the first, and the largest share of filters "
          + "that never fire; transformers have no such filters.")
    }
    return notes + section.incomparable + section.options + section.warnings
  }

  /// The tests that the p-values and verdicts of the comparisons are from.
  private func tests(_ comparisons: [Comparison]) -> String {
    let exact = comparisons.filter { $0.test == .signFlip }
    let isSampled = exact.contains { !$0.overSeeds.permutation.isExact }
    let names = [
      exact.isEmpty
        ? nil : isSampled ? "sign-flip test (sampled above 20 pairs)" : "exact sign-flip test",
      exact.count < comparisons.count
        ? "paired t test (t), which assumes normally distributed differences" : nil,
    ]
    return names.compactMap(\.self).joined(separator: "; ")
  }
}
