// Pictures that are found to be damaged while they are decoded: all are counted before one is named.

/// The number of pictures that could not be read, and the first of them.
struct Unreadable {
  private(set) var count = 0
  /// The failed image with the smallest index.
  private var first: (index: Int, error: ImageFormatError)?

  mutating func add(_ error: ImageFormatError, at index: Int) {
    count += 1
    if index < first?.index ?? .max { first = (index, error) }
  }

  /// Adds the failures that another thread found in the same batch.
  mutating func add(_ other: Unreadable) {
    count += other.count
    if let found = other.first, found.index < first?.index ?? .max { first = found }
  }

  /// Adds the failures of a later batch.
  mutating func append(_ later: Unreadable) {
    count += later.count
    if first == nil { first = later.first }
  }

  /// The error that refuses all of them; nil if there are none.
  var error: ImageFormatError? { first?.error.ofUnreadable(count) }
}

extension ImageFormatError {
  /// The error that refuses `count` pictures, made from the error of the first.
  func ofUnreadable(_ count: Int) -> ImageFormatError {
    ImageFormatError(
      file,
      "\(problem); pictures that cannot be read: \(count); convert them to PNG, or leave them out with "
        + "--skip-unreadable")
  }
}
