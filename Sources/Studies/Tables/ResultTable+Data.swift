// Tables for programs: CSV and JSON, with accuracies in [0, 1], and empty or absent if undefined.

import Foundation

extension ResultTable {
  /// The table as CSV: one line for each method on each data set (RFC 4180, line feeds), columns by name.
  package var csv: String {
    let lines = sections.flatMap { section in
      section.rows.map { row in fields(row, in: section) }
    }
    let header = lines.first?.map(\.0) ?? []
    return ([header] + lines.map { $0.map(\.1) }).map(csvLine).joined()
  }

  /// The whole table as JSON with sorted keys; a number that is not finite is the text nan, inf or -inf.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    // A network that explodes has no finite deviation at the start.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return jsonText(try encoder.encode(self)) + "\n"
  }

  private func fields(_ row: ResultRow, in section: Section) -> [(String, String)] {
    let varying = Set(sections.flatMap(\.varyingOptions)).sorted().map { ($0, row.value(of: $0)) }
    var fields =
      [("dataset", row.dataset), ("method", row.name)] + varying + [
        ("runs", "\(row.runs)"), ("sources", "\(row.sources)"), ("seeds", "\(row.seeds)"),
      ]
    func add(_ name: String, _ estimate: Estimate?) {
      fields += [
        (name, exact(estimate?.summary.mean)), ("\(name)_median", exact(estimate?.summary.median)),
        ("\(name)_interquartile_mean", exact(estimate?.summary.interquartileMean)),
        ("\(name)_deviation", exact(estimate?.summary.deviation)),
        ("\(name)_low", exact(estimate?.interval?.low)),
        ("\(name)_high", exact(estimate?.interval?.high)),
        ("\(name)_interval", estimate?.interval?.kind.rawValue ?? ""),
      ]
    }
    add(Metric.testAccuracyAtBest.name, row.testAccuracyAtBest)
    add(Metric.bestValidationAccuracy.name, row.bestValidationAccuracy)
    add(Metric.lastTestAccuracy.name, row.lastTestAccuracy)
    add(Metric.areaUnderCurve.name, row.areaUnderCurve)
    let comparison = row.comparison
    fields += [
      ("paper_best_validation_accuracy", exact(row.paper)),
      ("own_sources", row.hasOwnSources ? "1" : "0"),
      ("baseline", comparison?.baseline ?? ""),
      ("difference", exact(comparison?.difference)),
      ("difference_low", exact(comparison?.interval?.low)),
      ("difference_high", exact(comparison?.interval?.high)),
      ("difference_interval", comparison?.interval?.kind.rawValue ?? ""),
      ("difference_over_sources_low", exact(comparison?.overSources?.summary.interval?.low)),
      ("difference_over_sources_high", exact(comparison?.overSources?.summary.interval?.high)),
      ("pairs", comparison.map { "\($0.pairs)" } ?? ""),
      ("p_sign_flip", exact(comparison?.overSeeds.permutation.p)),
      ("p_t_test", exact(comparison?.overSeeds.tTestP)),
      ("test", comparison?.test.rawValue ?? ""),
      ("p_holm", exact(comparison?.adjustedP)),
      ("p_sign_flip_sources", exact(comparison?.overSources?.permutation.p)),
      ("equivalence_margin", exact(comparison?.equivalence?.margin)),
      ("p_equivalence_sign_flip", exact(comparison?.equivalence?.p)),
      ("p_equivalence_t_test", exact(comparison?.equivalence?.tTestP)),
      ("p_equivalence_holm", exact(comparison?.adjustedEquivalenceP)),
      ("probability_of_improvement", exact(comparison?.improvement?.probability)),
      ("probability_of_improvement_low", exact(comparison?.improvement?.interval?.low)),
      ("probability_of_improvement_high", exact(comparison?.improvement?.interval?.high)),
      ("verdict", row.verdict?.rawValue ?? ""),
      ("pairs_to_decide", row.pairsToDecide.map { "\($0)" } ?? ""),
      ("deviation_source", component("source", of: row)),
      ("deviation_draw_and_order", component("draw and order", of: row)),
      ("deviation_rest", component("rest", of: row)),
      ("init_scale", row.scale ?? ""),
      ("start_first_deviation", exact(row.start?.firstDeviation)),
      ("start_last_deviation", exact(row.start?.lastDeviation)),
      ("start_least_rank", exact(row.start?.leastRank)),
      ("start_largest_dead_share", exact(row.start?.largestDeadShare)),
      ("start_gradient_ratio", exact(row.start?.gradientRatio)),
      ("start_least_effective_tokens", exact(row.start?.blocks?.leastEffectiveTokens)),
      ("start_largest_score_deviation", exact(row.start?.blocks?.largestScoreDeviation)),
      ("start_largest_attention_ratio", exact(row.start?.blocks?.largestAttentionRatio)),
      ("start_largest_mlp_ratio", exact(row.start?.blocks?.largestMLPRatio)),
      ("start_block_gradient_ratio", exact(row.start?.blocks?.gradientRatio)),
      ("target_accuracy", exact(section.target)),
      ("epochs_to_target_median", exact(row.epochsToReach)),
      ("runs_that_reached_target", "\(row.runsThatReached)"),
      ("equal_training_loss", exact(section.equalTrainingLoss)),
      ("loss_gap_at_equal_training_loss", exact(row.lossGap?.summary.mean)),
      ("runs_diverged", "\(row.divergedAt.count)"),
      ("diverged_at", row.divergedAt.map(String.init).joined(separator: " ")),
      ("runs_at_chance", "\(row.runsAtChance)"), ("note", row.status),
    ]
    return fields
  }

  private func component(_ factor: String, of row: ResultRow) -> String {
    exact(row.components?.components.first { $0.factor == factor }?.deviation)
  }
}
