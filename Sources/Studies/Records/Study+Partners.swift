// The partner of a row in a comparison: a row whose runs were trained in the same way.

/// The rows of one data set, and their partners in comparisons.
struct Partners {
  /// The rows to compare, in table order and without the baseline's; empty if the baseline was not run.
  private(set) var challengers: [String] = []
  /// The rows of the baseline: all rows of its name, or the one row of its name with settings.
  let baselines: Set<String>
  private let baseline: String?
  private let treatments: Set<String>
  private let rows: [String: ComparedRow]
  private let rowsByName: [String: [ComparedRow]]

  init(_ study: Study, baseline: String?, on dataset: String) {
    self.baseline = baseline
    treatments = study.treatments
    let all = study.methods(on: dataset).map { ComparedRow($0, study.runs(of: $0, on: dataset)) }
    rows = Dictionary(uniqueKeysWithValues: all.map { ($0.method, $0) })
    rowsByName = Dictionary(grouping: all, by: \.name)
    let isRow = baseline.map(study.methods.contains) ?? false
    baselines = Set(
      all.filter { isRow ? $0.method == baseline : $0.name == baseline }.map(\.method))
    if !baselines.isEmpty {
      challengers = all.map(\.method).filter { !baselines.contains($0) }
    }
  }

  /// The row that a row is compared with. It is the baseline's row with the same options, except those of the
  /// initialiser and those that the study varies; for a variant, it is that of the plain runs of its method.
  func partner(of method: String) -> Result<ComparedRow, NoPartner> {
    guard let row = rows[method] else {
      return .failure(NoPartner(reason: "there is no run of it"))
    }
    if let plain = row.plainMethod, let candidates = rowsByName[plain] {
      // The comparison is of a variant's options, except those that distinguish plain runs.
      return row.partner(among: candidates, called: plain) { name, candidate in
        candidate.settings.contains(name)
      }
    }
    let candidates = baselines.sorted().compactMap { rows[$0] }
    let told = Set((candidates + [row]).flatMap(\.settings))
    return row.partner(among: candidates, called: baseline ?? "") { name, candidate in
      // Options of initialisers count if they distinguish rows and both rows have them.
      !treatments.contains(name)
        && (!isOfInitialiser(name)
          || told.contains(name) && row.conditions[name] != nil
            && candidate.conditions[name] != nil)
    }
  }

  /// A sentence for each row that is not compared.
  var incomparable: [String] {
    challengers.compactMap { method in
      switch partner(of: method) {
      case .failure(let none):
        return "\(method) is not compared with \(baseline ?? "any"): \(none.reason)."
      case .success(let partner):
        guard let row = rows[method], row.seeds.isDisjoint(with: partner.seeds) else { return nil }
        return
          "\(method) is not compared with \(partner.method): no two of their runs have the same "
          + "seed."
      }
    }
  }

  /// The options in which rows differ, by name; options of initialisers only if a method has several
  /// rows.
  var varyingOptions: [String] {
    let told = Set(rows.values.flatMap(\.settings))
    let others = differing(rows.values.map(\.conditions)).filter { !isOfInitialiser($0) }
    return told.union(others).sorted()
  }
}

/// The reason why a row is not compared.
struct NoPartner: Error {
  /// The reason in words, such as `label_smoothing is 0.1, there 0.0`.
  let reason: String
}

/// A row of a study, whose runs agree in all conditions.
struct ComparedRow {
  let method: String
  /// The name of the method without settings.
  let name: String
  /// The method of which this is a variant.
  let plainMethod: String?
  let conditions: [String: String]
  /// Names of the options that distinguish it from other rows of its method.
  let settings: Set<String>
  let seeds: Set<Int>

  init(_ method: String, _ runs: [RunRecord]) {
    self.method = method
    name = runs.first?.methodName ?? method
    plainMethod = runs.first?.plainMethod
    conditions = runs.first?.conditions ?? [:]
    settings = Set(runs.first?.settings.map(\.name) ?? [])
    seeds = Set(runs.map(\.seed))
  }

  /// The only candidate that differs in no option that counts; if there are several, the one that differs only in
  /// options of initialisers.
  fileprivate func partner(
    among candidates: [ComparedRow], called name: String,
    counting counts: (String, ComparedRow) -> Bool
  ) -> Result<ComparedRow, NoPartner> {
    let compared = candidates.map { candidate in
      let all = differences(conditions, candidate.conditions)
      return (
        row: candidate, counted: all.filter { counts($0.name, candidate) },
        isSame: all.allSatisfy { isOfInitialiser($0.name) }
      )
    }
    let equal = compared.filter(\.counted.isEmpty)
    let same = equal.filter(\.isSame)
    if let only = same.count == 1 ? same.first : equal.count == 1 ? equal.first : nil {
      return .success(only.row)
    }
    guard equal.isEmpty else {
      return .failure(
        NoPartner(
          reason: "there are \(equal.count) rows of \(name) that it could be compared with"))
    }
    let nearest = compared.min { $0.counted.count < $1.counted.count }
    let words = nearest?.counted.map(\.words).joined(separator: "; ")
    return .failure(NoPartner(reason: words ?? "there is no run of it"))
  }
}
