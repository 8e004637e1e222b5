// Which row of a study a row is compared with: one whose runs were trained in the same way.

/// Why a row is compared with none.
struct NoPartner: Error {
  /// As `label_smoothing is 0.1, there 0.0`.
  let reason: String
}

extension Study {
  /// Whether a row is the baseline: the method of that name with any settings, or the row of that name.
  func isBaseline(_ method: String, _ baseline: String?, on dataset: String) -> Bool {
    guard let baseline else { return false }
    return method == baseline
      || runs(of: method, on: dataset).first?.methodName == baseline
        && !methods.contains(baseline)
  }

  /// The rows of a data set that are compared with a baseline; none where it was not run.
  func challengers(of baseline: String, on dataset: String) -> [String] {
    let methods = methods(on: dataset)
    let others = methods.filter { !isBaseline($0, baseline, on: dataset) }
    return others.count < methods.count ? others : []
  }

  /// The row that a row is compared with: of the rows of the baseline the one of the same options,
  /// those of the initialiser and `treatments` apart; for a variant, the plain runs of its method.
  func partner(
    of method: String, baseline: String, on dataset: String
  ) -> Result<String, NoPartner> {
    let run = runs(of: method, on: dataset).first
    let methods = methods(on: dataset).filter { $0 != method }
    func rows(_ isWanted: (String) -> Bool) -> [Row] {
      methods.filter(isWanted).map { Row($0, runs(of: $0, on: dataset)) }
    }
    let row = Row(method, runs(of: method, on: dataset))
    if let plain = run?.plainMethod {
      let candidates = rows { runs(of: $0, on: dataset).first?.methodName == plain }
      // A variant's options are what is compared, but for those that tell plain runs apart.
      if !candidates.isEmpty {
        return row.partner(among: candidates, called: plain) { name, candidate in
          candidate.settings.contains(name)
        }
      }
    }
    let candidates = rows { isBaseline($0, baseline, on: dataset) }
    let told = Set((candidates + [row]).flatMap(\.settings))
    return row.partner(among: candidates, called: baseline) { name, candidate in
      // Options of initialisers count where rows are told apart by them and both have them.
      !treatments.contains(name)
        && (!isOfInitialiser(name)
          || told.contains(name) && row.conditions[name] != nil
            && candidate.conditions[name] != nil)
    }
  }

  /// The rows of a data set that are compared with none, a sentence each.
  func incomparable(to baseline: String, on dataset: String) -> [String] {
    challengers(of: baseline, on: dataset).compactMap { method in
      let reason: String
      switch partner(of: method, baseline: baseline, on: dataset) {
      case .failure(let none): reason = none.reason
      case .success(let partner):
        let seeds = Set(runs(of: partner, on: dataset).map(\.seed))
        guard seeds.isDisjoint(with: runs(of: method, on: dataset).map(\.seed)) else { return nil }
        reason = "no two of their runs have the same seed"
      }
      return "\(method) is not compared with \(baseline): \(reason)."
    }
  }

  /// The options in which the rows of a data set differ, by name: those of initialisers only where a
  /// method has several rows.
  func varyingOptions(on dataset: String) -> [String] {
    let rows = methods(on: dataset).map { Row($0, runs(of: $0, on: dataset)) }
    let told = Set(rows.flatMap(\.settings))
    return told.union(differing(rows.map(\.conditions)).filter { !isOfInitialiser($0) }).sorted()
  }
}

/// A row of a study: runs that agree in all conditions.
private struct Row {
  let method: String
  let conditions: [String: String]
  /// Names of the options that tell it from other rows of its method.
  let settings: Set<String>

  init(_ method: String, _ runs: [RunRecord]) {
    self.method = method
    conditions = runs.first?.conditions ?? [:]
    settings = Set(runs.first?.settings.map(\.name) ?? [])
  }

  /// The one candidate that differs in no option that counts; of several, the one that differs in
  /// none at all but those of initialisers.
  func partner(
    among candidates: [Row], called name: String, counting counts: (String, Row) -> Bool
  ) -> Result<String, NoPartner> {
    let compared = candidates.map { candidate in
      (
        candidate.method,
        differences(conditions, candidate.conditions)
          .filter { counts($0.name, candidate) }
      )
    }
    let equal = candidates.indices.filter { compared[$0].1.isEmpty }
    let same = equal.filter { index in
      differences(conditions, candidates[index].conditions).allSatisfy { isOfInitialiser($0.name) }
    }
    if let only = same.count == 1 ? same.first : equal.count == 1 ? equal.first : nil {
      return .success(candidates[only].method)
    }
    guard equal.isEmpty else {
      return .failure(
        NoPartner(reason: "there are \(equal.count) rows of \(name) that it could be compared with")
      )
    }
    let nearest = compared.min { $0.1.count < $1.1.count }
    let words = nearest?.1.map(\.words).joined(separator: "; ")
    return .failure(NoPartner(reason: words ?? "there is no run of it"))
  }
}
