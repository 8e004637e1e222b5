// The expected digests of downloads.

import Tooling

/// An expected digest, as the manifest states it.
enum Digest: CustomStringConvertible {
  case sha256(String)
  /// The first digits of a SHA-256, as in PyTorch's file names.
  case sha256Prefix(String)
  case md5(String)

  /// Reads `sha256:HEX`, `md5:HEX` or `sha256-prefix:HEX`; nil for any other text.
  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    let digits = parts[1].lowercased()
    switch (parts[0], digits.count) {
    case ("sha256", 64): self = .sha256(digits)
    case ("md5", 32): self = .md5(digits)
    // Fewer than eight digits would be too weak a check.
    case ("sha256-prefix", 8...64): self = .sha256Prefix(digits)
    default: return nil
    }
  }

  var description: String {
    switch self {
    case .sha256(let digits): "sha256:\(digits)"
    case .sha256Prefix(let digits): "sha256-prefix:\(digits)"
    case .md5(let digits): "md5:\(digits)"
    }
  }

  /// Hashes a file and compares the digest.
  /// - Returns: nil when the file has this digest, else its own digest.
  func mismatch(of path: String) throws -> String? {
    let input = try Input(path: path)
    switch self {
    case .sha256(let digits):
      let found = try input.sha256()
      return found == digits ? nil : "sha256:\(found)"
    case .sha256Prefix(let digits):
      let found = try input.sha256()
      return found.hasPrefix(digits) ? nil : "sha256:\(found)"
    case .md5(let digits):
      let found = try input.md5()
      return found == digits ? nil : "md5:\(found)"
    }
  }
}
