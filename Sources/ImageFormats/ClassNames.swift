/// The names of classes that the files themselves do not hold.

/// Names by data set.
public enum ClassNames {
  /// Zalando's ten, in the order of their labels.
  public static let fashionMNIST = [
    "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
  ]

  /// The names that belong to a set's name (`fashion-mnist`), else the numbers from 0.
  static func named(_ name: String?, atLeast count: Int, file: String) throws -> [String] {
    guard name == "fashion-mnist" else { return (0..<max(count, 10)).map { "\($0)" } }
    guard count <= fashionMNIST.count else {
      throw ImageFormatError(file, "label \(count - 1), but fashion-mnist has 10 classes")
    }
    return fashionMNIST
  }
}
