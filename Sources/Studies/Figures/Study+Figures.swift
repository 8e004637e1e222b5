// The paper's Figures 2 and 3 from a study's runs: lines of means, and bands from the lowest to the
// highest run.

import Measurements

extension Study {
  /// Figure 2: training and validation accuracy by epoch, %, and the training accuracy measured in the same way as the
  /// validation accuracy, if runs have it.
  package func accuracyCurves(on dataset: String, baseline: String?) -> Figure {
    figure(
      "figure-2-\(slug(dataset))", "Accuracy by epoch, \(dataset)", on: dataset, baseline,
      [
        Curve("Training accuracy", "accuracy, %") { 100 * $0.trainAccuracy },
        Curve("Validation accuracy", "accuracy, %") { 100 * $0.validationAccuracy },
        Curve("Training accuracy after the epoch, without dropout", "accuracy, %") {
          $0.trainAccuracyEvaluated.map { 100 * $0 }
        },
      ])
  }

  /// Figure 3: validation loss − training loss by epoch, in nats; first as the paper measures it,
  /// then with both losses evaluated in the same way, if runs have them.
  package func lossGapCurves(on dataset: String, baseline: String?) -> Figure {
    figure(
      "figure-3-\(slug(dataset))", "Validation loss − training loss, \(dataset)", on: dataset,
      baseline,
      [
        Curve("As in the paper: training loss with dropout", "gap, nats", 0, value: \.lossGap),
        Curve(
          "Both losses after the epoch, without dropout", "gap, nats", 0,
          value: \.lossGapEvaluated),
      ])
  }

  /// The figure of validation accuracy with a panel for each method, for studies with more methods than one panel can
  /// distinguish. The other methods are behind in grey; with more than 40 methods only the baseline is, or the figure
  /// would grow with the square of their number. Every method is shown, including those that failed.
  package func accuracyByMethod(on dataset: String, baseline: String?) -> Figure {
    let methods = methods(on: dataset)
    let palette = Palette(methods, baseline: baseline)
    let curve = Curve("", "") { 100 * $0.validationAccuracy }
    let step = epochsForOnePoint(on: dataset, most: 120)
    let areOthersShown = methods.count <= 40
    let points = methods.map { curve.points(runs(of: $0, on: dataset), every: step) }
    let panels = methods.indices.map { shown in
      let series = methods.indices.compactMap { index -> Series? in
        let isBaseline = methods[index] == baseline
        guard areOthersShown || isBaseline || index == shown else { return nil }
        var style = LineStyle(colour: Palette.faint, width: 1)
        if isBaseline { style = LineStyle(colour: Palette.ink, dash: [4, 3], width: 1.2) }
        if index == shown {
          style = LineStyle(colour: palette.style(methods[index]).colour, width: 2.5)
        }
        return Series(methods[index], points[index], style, isContext: index != shown)
      }
      let mean = points[shown].last.map { ", \(decimal($0.mean, 1)) %" } ?? ""
      return Panel(
        title: methods[shown] + mean, xLabel: "epoch", yLabel: "accuracy, %",
        series: series.filter { !$0.points.isEmpty })
    }
    let reference = baseline.map { "; dashes: \($0)" } ?? ""
    return Figure(
      name: "by-method-\(slug(dataset))", title: "Validation accuracy by method, \(dataset)",
      caption: "Mean over runs, band from the lowest to the highest\(reference); the number is "
        + "the mean after the last epoch.\(thinning(step))",
      panels: panels, columns: 4, sharesRange: true)
  }

  private func figure(
    _ name: String, _ title: String, on dataset: String, _ baseline: String?, _ curves: [Curve]
  ) -> Figure {
    let methods = methods(on: dataset)
    let palette = Palette(methods, baseline: baseline)
    let step = epochsForOnePoint(on: dataset)
    let lost = methods.filter { method in
      runs(of: method, on: dataset).allSatisfy { $0.diverged || $0.isAtChance }
    }
    let panels = curves.map { curve in
      let series = methods.filter { !lost.contains($0) }.map { method in
        Series(
          method, curve.points(runs(of: method, on: dataset), every: step), palette.style(method))
      }
      return Panel(
        title: curve.title, xLabel: "epoch", yLabel: curve.unit,
        series: series.filter { !$0.points.isEmpty }, reference: curve.reference)
    }.filter { !$0.series.isEmpty }
    let partly = methods.filter { !lost.contains($0) }.compactMap { method -> String? in
      let runs = runs(of: method, on: dataset)
      let diverged = runs.filter(\.diverged).count
      return diverged > 0 ? "\(method) (\(diverged) of \(runs.count) runs)" : nil
    }
    let remarks = [("Diverged or at chance, not shown", lost), ("Partly diverged", partly)]
      .filter { !$0.1.isEmpty }.map { " \($0.0): \($0.1.joined(separator: ", "))." }.joined()
    return Figure(
      name: name, title: title,
      caption: "Mean over runs, band from the lowest to the highest.\(thinning(step))\(remarks)",
      panels: panels, columns: 2)
  }

  /// The number of epochs that one point of a curve stands for, so that no curve has more than `most`
  /// points besides the last.
  private func epochsForOnePoint(on dataset: String, most: Int = 400) -> Int {
    let longest = runs.lazy.filter { $0.dataset == dataset }.map(\.epochs.count).max() ?? 0
    return max(1, (longest + most - 1) / most)
  }

  private func thinning(_ step: Int) -> String {
    step > 1 ? " Drawn are the first of every \(step) epochs, and the last." : ""
  }
}

/// A quantity by epoch, with the labels of its panel.
private struct Curve {
  let title: String
  let unit: String
  let reference: Double?
  let value: (EpochRecord) -> Double?

  init(
    _ title: String, _ unit: String, _ reference: Double? = nil,
    value: @escaping (EpochRecord) -> Double?
  ) {
    (self.title, self.unit, self.reference, self.value) = (title, unit, reference, value)
  }

  /// The points of runs: for the first of every `step` epochs that any run has, and for the last. A run counts as
  /// long as its values are numbers.
  func points(_ runs: [RunRecord], every step: Int) -> [CurvePoint] {
    let count = runs.map(\.epochs.count).max() ?? 0
    let drawn = (0..<count).filter { $0 % step == 0 || $0 == count - 1 }
    return drawn.compactMap { epoch in
      let values = runs.compactMap { run in
        run.epochs.indices.contains(epoch) ? finite(value(run.epochs[epoch])) : nil
      }
      return CurvePoint(x: Double(epoch + 1), of: values)
    }
  }
}
