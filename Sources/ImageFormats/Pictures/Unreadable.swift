/// Pictures that turn out to be damaged while they are decoded: all are counted before one is named.

/// How many pictures could not be read, and the first of them.
struct Unreadable {
  private(set) var count = 0
  /// The image with the smallest index.
  private var first: (index: Int, error: ImageFormatError)?

  mutating func add(_ error: ImageFormatError, at index: Int) {
    count += 1
    if index < first?.index ?? .max { first = (index, error) }
  }

  /// Adds what another thread found in the same batch.
  mutating func add(_ other: Unreadable) {
    count += other.count
    if let found = other.first, found.index < first?.index ?? .max { first = found }
  }

  /// Adds what was found in a later batch.
  mutating func append(_ later: Unreadable) {
    count += later.count
    if first == nil { first = later.first }
  }

  /// The refusal of them all; nil if there are none.
  var error: ImageFormatError? { first?.error.ofUnreadable(count) }
}

extension ImageFormatError {
  /// The refusal of so many pictures, of which this is the first one's error.
  func ofUnreadable(_ count: Int) -> ImageFormatError {
    ImageFormatError(
      file,
      "\(problem); pictures that cannot be read: \(count); convert them to PNG, or leave them out with "
        + "--skip-unreadable")
  }
}
