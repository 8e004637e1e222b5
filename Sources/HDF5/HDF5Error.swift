// The error of this module: one line that names the file, the object in it, and the reason.

import CHDF5

/// An error of reading or writing HDF5; `description` is one line: `file: object: reason`.
package struct HDF5Error: Error, Equatable, CustomStringConvertible, Sendable {
  /// What kind of failure it was, so that a tool can choose its exit status.
  package enum Kind: Sendable {
    /// The file does not exist or may not be opened.
    case unreadable
    /// The content is not HDF5, is damaged, or is not what was requested.
    case invalid
    /// The stored numbers are of another type than the requested one, or out of its range.
    case mistyped
    /// The file or an object in it cannot be created.
    case cannotCreate
    /// Writing failed part way.
    case writeFailed
  }

  package let kind: Kind
  /// The file's name as the caller gave it.
  package let file: String
  /// The path of the object within the file, or nil for the file itself.
  package let object: String?
  package let reason: String

  package init(_ kind: Kind, file: String, object: String? = nil, _ reason: String) {
    self.kind = kind
    self.file = file
    self.object = object
    self.reason = reason
  }

  package var description: String {
    [file, object, reason].compactMap { $0 }.joined(separator: ": ")
  }
}

extension HDF5Error {
  /// An error with the library's own first cause, which is read while its error stack still holds it.
  static func fromLibrary(
    _ kind: Kind, file: String, object: String? = nil, _ reason: String
  ) -> HDF5Error {
    guard let cause = systemCause() ?? libraryCause() else {
      return HDF5Error(kind, file: file, object: object, reason)
    }
    return HDF5Error(kind, file: file, object: object, "\(reason) (\(cause))")
  }

  /// The operating system's message, when the failure was in a system call.
  static func systemCause() -> String? {
    let pieces = libraryCause()?.split(separator: "'", omittingEmptySubsequences: false) ?? []
    guard let marker = pieces.firstIndex(where: { $0.hasSuffix("error message = ") }),
      marker + 1 < pieces.count
    else { return nil }
    return String(pieces[marker + 1])
  }

  /// The innermost message on the library's error stack, in one line.
  private static func libraryCause() -> String? {
    var cause: String?
    withUnsafeMutablePointer(to: &cause) { result in
      _ = H5Ewalk2(
        hid_t(H5E_DEFAULT), H5E_WALK_UPWARD,
        { _, entry, context in
          guard let text = entry?.pointee.desc, let context else { return 0 }
          let result = context.assumingMemoryBound(to: String?.self)
          if result.pointee == nil { result.pointee = String(cString: text) }
          return 0
        }, result)
    }
    return cause.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
  }
}
