// Names of classes that the files themselves do not contain.

enum ClassNames {
  /// Class names by the set's name, in the order of the labels.
  private static let known = [
    // Xiao, Rasul and Vollgraf 2017.
    "fashion-mnist": [
      "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
      "ankle boot",
    ],
    // LeCun, Cortes and Burges.
    "mnist": (0..<10).map { "\($0)" },
  ]

  /// The class names of a known set (`fashion-mnist`), else the numbers of the labels from 0.
  static func named(_ name: String?, atLeast count: Int, file: String) throws -> [String] {
    guard let name, let names = known[name] else { return (0..<count).map { "\($0)" } }
    guard count <= names.count else {
      throw ImageFormatError(
        file, "label \(count - 1), but \(name) has \(names.count) classes")
    }
    return names
  }
}
