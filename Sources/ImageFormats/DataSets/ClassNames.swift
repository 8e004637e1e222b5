/// The names of classes that the files themselves do not hold.

enum ClassNames {
  /// By the set's name, in the order of the labels.
  private static let known = [
    // Xiao, Rasul and Vollgraf 2017.
    "fashion-mnist": [
      "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
      "ankle boot",
    ],
    // LeCun, Cortes and Burges.
    "mnist": (0..<10).map { "\($0)" },
  ]

  /// The names that belong to a set's name (`fashion-mnist`), else the numbers of the labels from 0.
  static func named(_ name: String?, atLeast count: Int, file: String) throws -> [String] {
    guard let name, let names = known[name] else { return (0..<count).map { "\($0)" } }
    guard count <= names.count else {
      throw ImageFormatError(
        file, "label \(count - 1), but \(name) has \(names.count) classes")
    }
    return names
  }
}
