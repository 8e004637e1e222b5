// Tables for people: Markdown and the terminal, with accuracies in percent.

extension ResultTable {
  /// The Markdown document: the matrix in the paper's form if there are several data sets, then
  /// each data set in full, with notes on its numbers.
  package var markdown: String {
    var parts: [String] = []
    if sections.count > 1 {
      parts.append("\(matrixCaption).\n\n" + matrix.markdown)
    }
    for section in sections {
      let notes = notes(section).map { "- \(markdownEscaped($0))\n" }.joined()
      let others = details(section).map { "\n\($0.title):\n\n\($0.table.markdown)" }.joined()
      parts.append(
        "### \(markdownEscaped(section.dataset))\n\n\(text(section).markdown)\n\(notes)\(others)")
    }
    return parts.joined(separator: "\n")
  }

  /// The tables for a terminal of `width` characters, with a sparkline of the validation accuracy.
  package func terminal(width: Int = 100) -> String {
    sections.map { section in
      let notes = notes(section).map { note in
        wrapped(note, width: width - 2).map { "  \($0)\n" }.joined()
      }.joined()
      let others = details(section).map { detail in
        "\n" + wrapped(detail.title, width: width).map { "\($0)\n" }.joined()
          + "\n\(detail.table.terminal(width: width))"
      }.joined()
      return "\(section.dataset.visible)\n\n"
        + text(section, sparklines: true).terminal(width: width) + "\n\(notes)\(others)"
    }.joined(separator: "\n")
  }

  /// The matrix of methods × data sets in the paper's form, with the paper's figure where it has one.
  package var matrix: TextTable {
    let methods = sections.flatMap { $0.rows.map(\.method) }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return TextTable(
      [.init("method", isNumeric: false)]
        + sections.map { .init($0.dataset + ($0.isTested == isTested ? "" : ", validation")) },
      rows: methods.map { method in
        [method]
          + sections.map { section in
            guard let row = section.rows.first(where: { $0.method == method }) else { return "" }
            let paper = row.paper.map { " (paper \(percent($0)))" } ?? ""
            return accuracy(section.accuracy(row), of: row) + paper
          }
      })
  }

  private var isTested: Bool { sections.contains(where: \.isTested) }

  /// The caption of the matrix.
  var matrixCaption: String {
    let isInPaper = sections.contains { $0.rows.contains { $0.paper != nil } }
    return
      (isTested ? "Test accuracy at the best validation epoch, %" : "Best validation accuracy, %")
      + (isInPaper ? ", beside the paper's best validation accuracy" : "")
  }

  /// The rows of one data set as a table of text.
  package func text(_ section: Section, sparklines: Bool = false) -> TextTable {
    let curves = section.rows.flatMap(\.validationCurve)
    let (low, high) = (curves.min() ?? 0, curves.max() ?? 1)
    let target = section.target.map { "epochs to \(decimal(100 * $0, 0)) %" } ?? ""
    let varying = section.varyingOptions.map { name in
      let values = section.rows.map { $0.value(of: name) }
      return TextTable.Column(
        name.replacing("_", with: " "),
        isNumeric: values.allSatisfy { Double($0) != nil || $0 == unset || $0.isEmpty },
        namesRows: true)
    }
    let isMiddleShown = isInterquartileMeanShown(section)
    let columns: [TextTable.Column] =
      [.init("method", isNumeric: false)] + varying + [
        .init("test accuracy, %"),
        .init("IQM, %", priority: 5),
        .init("best validation, %", priority: section.isTested ? 6 : 0),
        .init("paper, %", priority: 7),
        .init("n", priority: 4),
        .init("difference, points", priority: 1),
        .init("p", priority: 2),
        .init("verdict", isNumeric: false, priority: 3),
        .init(target, priority: 8),
        .init("validation", isNumeric: false, priority: 9),
        .init("scale", isNumeric: false, priority: 10),
        .init("z at the start", priority: 11),
        .init("least rank", priority: 12),
        .init("dead, %", priority: 13),
        .init("note", isNumeric: false, priority: 5),
      ]
    return TextTable(
      columns,
      rows: section.rows.map { row in
        let options = section.varyingOptions.map { row.value(of: $0) }
        return [row.name] + options + [
          accuracy(row.testAccuracyAtBest, of: row),
          isMiddleShown
            ? section.accuracy(row).map { percent($0.summary.interquartileMean) } ?? "" : "",
          accuracy(row.bestValidationAccuracy, of: row),
          row.paper.map(percent) ?? "",
          row.sources > 1 && !row.hasOwnSources
            ? "\(row.sources) × \(row.seeds)" : "\(row.runs)",
          row.isBaseline ? "baseline" : row.comparison.map(difference) ?? "",
          row.comparison.map { probability($0.adjustedP) + ($0.test == .t ? " (t)" : "") } ?? "",
          row.comparison.map { verdict($0, needed: row.pairsToDecide) } ?? "", reached(row),
          sparklines ? sparkline(row.validationCurve, low: low, high: high) : "",
          row.scale ?? "", row.start?.deviations ?? "",
          row.start?.leastRank.map { decimal($0, 1) } ?? "",
          row.start?.largestDeadShare.map { decimal(100 * $0, 0) } ?? "", row.status,
        ]
      }
    ).withoutEmptyColumns
  }

  private func accuracy(_ estimate: Estimate?, of row: ResultRow) -> String {
    guard let estimate else { return "" }
    let known = estimate.summary.n
    let mean =
      percent(estimate.summary.mean) + (known < row.runs ? " (\(known) of \(row.runs))" : "")
    guard let interval = estimate.interval else { return mean }
    return "\(mean) [\(percent(interval.low)), \(percent(interval.high))]"
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
