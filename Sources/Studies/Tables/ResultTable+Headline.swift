// Headlines: the result in one sentence with the method, the difference and the verdict.

extension ResultTable {
  /// The headlines, one for each data set.
  package var headlines: [String] { sections.compactMap(headline) }

  /// The headline of a section: the method with the highest mean test accuracy (validation accuracy if nothing was
  /// tested), compared with the baseline, and the verdict on it. Methods with a run that diverged or
  /// stayed at chance are not candidates; the headline says so if no other is left. Nil if no method has an accuracy.
  package func headline(_ section: Section) -> String? {
    let sound = section.rows.filter { $0.status.isEmpty && section.accuracy($0) != nil }
    func mean(_ row: ResultRow) -> Double { section.accuracy(row)?.summary.mean ?? 0 }
    let best = sound.max { (mean($0), $1.method) < (mean($1), $0.method) }
    guard let best else {
      guard section.rows.contains(where: { !$0.status.isEmpty }) else { return nil }
      return "On \(section.dataset), every method has runs that diverged or stayed at chance."
    }
    let known = section.accuracy(best)?.summary.n ?? best.runs
    let runs = known == 1 ? "1 run" : "\(known) runs"
    let (kind, proviso) =
      section.isTested ? ("test", "") : ("validation", ", maximum over epochs, nothing tested")
    let reach =
      "On \(section.dataset), \(best.method) reaches the highest \(kind) accuracy, "
      + "\(percent(mean(best))) % (\(runs)\(proviso))"
    if best.isBaseline {
      let others = sound.filter { $0.comparison?.baseline == best.method }
      guard !others.isEmpty || sound.allSatisfy(\.isBaseline) else {
        return "\(reach); it is compared with no other method, for the reasons in the notes."
      }
      let next = others.max { (mean($0), $1.method) < (mean($1), $0.method) }
      guard let next, let comparison = next.comparison else {
        return "\(reach): no method did better than this baseline."
      }
      return "\(reach): no method did better than this baseline; \(next.method), the next, is "
        + "\(distance(comparison)): \(certainty(comparison))."
    }
    guard let comparison = best.comparison else {
      guard let baseline, section.rows.contains(where: \.isBaseline) else { return "\(reach)." }
      return "\(reach); it is not compared with \(baseline), for the reason in the notes."
    }
    return "\(reach), \(distance(comparison)): \(certainty(comparison))."
  }

  private func distance(_ comparison: Comparison) -> String {
    let points = decimal(abs(100 * comparison.difference), 2)
    let side = comparison.difference < 0 ? "below" : "above"
    let interval = comparison.interval.map {
      ", interval \(percent($0.low)) to \(percent($0.high))"
    }
    return "\(points) points \(side) \(comparison.baseline)\(interval ?? "")"
  }

  private func certainty(_ comparison: Comparison) -> String {
    let n = comparison.overSeeds.summary.n
    let pairs = n == 1 ? "1 pair" : "\(n) pairs"
    switch comparison.verdict {
    case .better, .worse:
      let exact = comparison.overSeeds.permutation.isExact ? "exact " : ""
      return "\(comparison.verdict.rawValue), \(probabilityStatement(comparison.adjustedP)) by the "
        + "\(exact)sign-flip test\(within(comparison))"
    case .probablyBetter, .probablyWorse:
      let p = probabilityStatement(comparison.adjustedP)
      return
        "\(comparison.verdict.rawValue), \(p) by the t test\(within(comparison)); \(pairs) are "
        + "too few for the exact test"
    case .equivalent, .probablyEquivalent:
      let p = probabilityStatement(comparison.adjustedEquivalenceP ?? 1)
      let test =
        comparison.test == .signFlip
        ? "sign-flip tests" : "t tests; \(pairs) are too few for the exact test"
      return "\(comparison.verdict.rawValue)\(within(comparison)), \(p) by two one-sided \(test)"
    case .dependsOnSource: return "a gain that depends on the source network"
    case .undecided:
      let enough = comparison.pairsToDecide.map { needed in
        needed > n ? "; \(pairCount(needed)) pairs would decide" : ""
      }
      return "undecided with \(pairs)\(enough ?? "")"
    }
  }

  private func within(_ comparison: Comparison) -> String {
    guard comparison.isWithinMargin else { return "" }
    return " within ±\(points(margin)) points"
  }
}
