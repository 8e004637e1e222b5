// The errors of reading a file's bytes.

/// The reason why a structure of a file, or a value in it, cannot be read.
enum FormatError: Error {
  /// The bytes contradict the format or each other.
  case damaged(String)
  /// The bytes may be right, but this reader does not support their form.
  case unsupported(String)
  /// The operating system could not read the bytes.
  case unreadable(String)

  /// The reason, worded to follow a file's or an object's name.
  var reason: String {
    switch self {
    case .damaged(let what): "is damaged: \(what)"
    case .unsupported(let what): "cannot be read: \(what), which is not supported"
    case .unreadable(let cause): "cannot be read (\(cause))"
    }
  }
}
