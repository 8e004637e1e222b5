// The options behind a table's numbers: options that all runs share are stated once, and options of features
// are stated for the methods that draw from them.

extension Study {
  /// Options for which the table has columns, or which it states with the classes.
  private static let described: Set = ["outputs", "init_scale"]

  /// Sentences on the options of the runs on a data set.
  package func options(on dataset: String) -> [String] {
    let runs = runs.filter { $0.dataset == dataset }
    guard let first = runs.first else { return [] }
    let shared = first.options.filter { option in
      !Self.described.contains(option.name)
        && !RunRecord.notConditions.contains(option.name) && !option.name.hasPrefix("source_")
        && !option.name.hasPrefix("features_")
        && runs.allSatisfy { $0.option(option.name) == option.value }
    }
    var sentences: [String] = []
    if !shared.isEmpty {
      sentences.append("All runs: " + shared.map(\.words).joined(separator: ", ") + ".")
    }
    var methodsOf: [String: [String]] = [:]
    for method in methods(on: dataset) {
      let computed = Set(
        self.runs(of: method, on: dataset).map { run in
          run.options.filter { $0.name.hasPrefix("features_") }.map(\.words)
            .joined(separator: ", ")
        })
      for words in computed where !words.isEmpty { methodsOf[words, default: []].append(method) }
    }
    for (words, methods) in methodsOf.sorted(by: { $0.key < $1.key }) {
      sentences.append("Features of \(methods.joined(separator: ", ")): \(words).")
    }
    return sentences
  }
}

extension RunOption {
  /// The option in words: `learning rate 0.01`.
  fileprivate var words: String {
    let name = name.hasPrefix("features_") ? String(name.dropFirst(9)) : name
    return name.replacing("_", with: " ") + " " + value
  }
}
