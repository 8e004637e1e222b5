// SHA-256 and MD5 against their standards' own examples.

import Foundation
import Testing
import Tooling

/// FIPS 180-4's examples of one and of two blocks, and NIST's vector of no bytes.
@Test(
  "SHA-256 of the standard's examples",
  arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
func sha256OfTheStandardsExamples(text: String, digest: String) throws {
  #expect(try DigestFunction.sha256.digest(of: text) == digest)
}

/// RFC 1321, appendix A.5.
@Test(
  "MD5 of the standard's examples",
  arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"),
    ("a", "0cc175b9c0f1b6a831c399e269772661"),
    ("abc", "900150983cd24fb0d6963f7d28e17f72"),
    ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
    (
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
      "d174ab98d277d9f5a5611c2c9f419d9f"
    ),
    (
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a"
    ),
  ])
func md5OfTheStandardsExamples(text: String, digest: String) throws {
  #expect(try DigestFunction.md5.digest(of: text) == digest)
}

/// FIPS 180-4's third example, a million letters, in pieces that do not end where blocks of 64 bytes do.
@Test(
  "A stream in pieces has the digest of the whole", arguments: [1, 63, 64, 65, 9_999, 1_000_000])
func aStreamInPieces(size: Int) throws {
  let letters = [UInt8](repeating: UInt8(ascii: "a"), count: size)
  let digest = try DigestFunction.sha256.digest { update in
    var left = 1_000_000
    while left > 0 {
      try letters.prefix(left).withUnsafeBytes(update)
      try update(UnsafeRawBufferPointer(start: nil, count: 0))
      left -= min(size, left)
    }
  }
  #expect(digest == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
}

@Test("A stream without a piece has the digest of no bytes")
func aStreamWithoutAPiece() throws {
  #expect(try DigestFunction.md5.digest { _ in } == "d41d8cd98f00b204e9800998ecf8427e")
}

@Test("An error while the bytes are read is passed on")
func anErrorWhileReading() {
  let error = ToolError(.io, "cut off")
  #expect(throws: error) { try DigestFunction.sha256.digest { _ in throw error } }
}
