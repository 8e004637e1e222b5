// The results of a study by method and data set: the value from which every format of the table is made.

/// The results of a study.
package struct ResultTable: Sendable, Codable {
  /// The rows of one data set, and what they have in common.
  package struct Section: Sendable, Codable {
    package let dataset: String
    /// The rows in the order of the study's methods.
    package let rows: [ResultRow]
    /// The validation accuracy that `epochsToReach` counts to, in [0, 1].
    package let target: Double?
    /// The (evaluated) training loss at which loss gaps are compared.
    package let equalTrainingLoss: Double?
    /// Sentences on the options behind the numbers.
    package let options: [String]
    /// The names of the options in which rows differ; each has a column.
    package let varyingOptions: [String]
    /// A sentence for each row that is not compared, with the reason.
    package let incomparable: [String]
    /// Sentences about the runs that a reader must know.
    package let warnings: [String]

    /// Whether any run was tested; otherwise accuracies are the best validation accuracies.
    var isTested: Bool { rows.contains { $0.testAccuracyAtBest != nil } }

    /// The accuracy by which the section's methods are compared.
    func accuracy(_ row: ResultRow) -> Estimate? {
      isTested ? row.testAccuracyAtBest : row.bestValidationAccuracy
    }
  }

  package let sections: [Section]
  /// The method or row that the others are compared with; nil when it has no run.
  package let baseline: String?
  /// The margin, in [0, 1], within which accuracies count as equivalent.
  package let margin: Double

  /// Tabulates a study. `baseline` is the method to compare with. `target` is the validation accuracy
  /// in [0, 1] for the number of epochs to reach it, by default nine tenths of the baseline's best (or of
  /// the best method's, without a baseline), in whole percent. Accuracies within ±`margin` of each
  /// other count as equivalent.
  package init(
    _ study: Study, baseline: String = "kaiming-normal", target: Double? = nil,
    margin: Double = defaultMargin
  ) {
    self.margin = margin
    let names = study.methods + study.runs.map(\.methodName)
    let present = names.first { canonical($0) == canonical(baseline) }
    self.baseline = present
    sections = study.datasets.map { dataset in
      let methods = study.methods(on: dataset)
      let best = methods.reduce(into: [String: Double]()) { means, method in
        let runs = study.runs(of: method, on: dataset)
        means[method] = Summary(runs.compactMap(\.bestValidationAccuracy))?.mean
      }
      let partners = Partners(study, baseline: present, on: dataset)
      let reference = partners.baselines.compactMap { best[$0] }.max() ?? best.values.max()
      let target = target ?? reference.map { (90 * $0).rounded(.down) / 100 }
      let loss = commonTrainingLoss(study.runs.filter { $0.dataset == dataset })
      let isTested = study.runs.contains {
        $0.dataset == dataset && finite(Metric.testAccuracyAtBest.value($0)) != nil
      }
      let metric: Metric = isTested ? .testAccuracyAtBest : .bestValidationAccuracy
      let comparisons = Dictionary(
        uniqueKeysWithValues: (present.map {
          study.comparisons(to: $0, on: dataset, metric: metric, margin: margin)
        } ?? []).map { ($0.method, $0) })
      return Section(
        dataset: dataset,
        rows: methods.map { method in
          ResultRow(
            study.runs(of: method, on: dataset), dataset: dataset, method: method, target: target,
            equalTrainingLoss: loss, comparison: comparisons[method],
            isBaseline: partners.baselines.contains(method))
        },
        target: target, equalTrainingLoss: loss, options: study.options(on: dataset),
        varyingOptions: partners.varyingOptions, incomparable: partners.incomparable,
        warnings: study.warnings(on: dataset))
    }
  }
}
