// Table 1 of the paper: best validation accuracy in percent, the maximum over epochs and over
// three runs of the same seed. It is shown beside this project's results, and not averaged with them.

/// The paper's published accuracies.
enum PaperTable {
  /// The data sets in the paper's order, by this project's names.
  static let datasets = ["svhn", "cifar10", "cifar100", "tiny-imagenet"]

  /// The methods in the paper's order, by this project's names.
  static let methods = rows.map(\.method)

  private static let rows: [(method: String, accuracies: [Double])] = [
    ("normal", [92.35, 74.26, 40.18, 27.73]),
    ("xavier-normal", [92.66, 76.56, 43.09, 28.49]),
    ("kaiming-uniform", [93.02, 77.32, 44.76, 33.53]),
    ("kaiming-normal", [93.13, 77.10, 45.31, 32.38]),
    ("agop", [91.71, 78.61, 42.84, 29.56]),
    ("nfm", [92.79, 79.32, 44.09, 31.34]),
    ("kaiming-nfm", [93.23, 78.69, 48.33, 33.78]),
  ]

  /// The paper's best validation accuracy in [0, 1], or nil if it has none. Names match
  /// regardless of case and punctuation: `CIFAR-10` is `cifar10`.
  static func accuracy(of method: String, on dataset: String) -> Double? {
    guard
      let column = datasets.firstIndex(where: { canonical($0) == canonical(dataset) }),
      let row = rows.first(where: { canonical($0.method) == canonical(method) }),
      row.accuracies.indices.contains(column)
    else { return nil }
    // The product with 100 is rounded first, since 79.32 / 100 is not the number nearest to 0.7932.
    return (100 * row.accuracies[column]).rounded() / 10_000
  }
}

/// A name without case and punctuation, for matching.
func canonical(_ name: String) -> String {
  String(name.lowercased().filter { $0.isLetter || $0.isNumber })
}
