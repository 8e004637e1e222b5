// SHA-256 and MD5, computed by OpenSSL's libcrypto.

import CCrypto

/// A hash function that inputs and downloads are identified by.
package enum DigestFunction: String, Sendable {
  /// SHA-256 (FIPS 180-4).
  case sha256 = "SHA-256"
  /// MD5 (RFC 1321): for publishers who state no better digest.
  case md5 = "MD5"

  /// The digest of bytes that come in pieces, as lowercase hexadecimal.
  /// - Parameter pieces: calls the function that it is given with each piece, in order.
  /// - Throws: what `pieces` throws; `ToolError` where libcrypto does not compute the function, as MD5
  ///   where OpenSSL's configuration admits only functions that FIPS approves.
  package func digest(
    _ pieces: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> String {
    guard let context = EVP_MD_CTX_new() else { throw unavailable }
    defer { EVP_MD_CTX_free(context) }
    let function = self == .sha256 ? EVP_sha256() : EVP_md5()
    guard EVP_DigestInit_ex(context, function, nil) == 1 else { throw unavailable }
    try pieces { piece in
      guard EVP_DigestUpdate(context, piece.baseAddress, piece.count) == 1 else {
        throw unavailable
      }
    }
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard EVP_DigestFinal_ex(context, &bytes, &count) == 1 else { throw unavailable }
    return hexadecimal(bytes.prefix(Int(count)))
  }

  /// The digest of a text in UTF-8, as lowercase hexadecimal.
  package func digest(of text: String) throws -> String {
    try digest { update in try Array(text.utf8).withUnsafeBytes(update) }
  }

  private var unavailable: ToolError {
    ToolError(
      .unavailable,
      "\(rawValue): the system's libcrypto does not compute it; see OpenSSL's configuration"
        + " (OPENSSL_CONF, FIPS mode)")
  }
}

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
