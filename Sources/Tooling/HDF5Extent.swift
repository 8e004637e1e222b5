// The end of an HDF5 file in a pipe, as the file states it: `cat a.h5 b.h5 | tool` sends two files, of which
// only the first would be read.

import HDF5

enum HDF5Extent {
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Checks that the input is a single HDF5 file.
  /// - Throws: `ToolError` if another HDF5 file follows the first.
  static func requireOneFile(_ image: [UInt8], name: String) throws {
    guard let end = endOfFile(image), end < image.count,
      image[end...].starts(with: signature)
    else { return }
    throw ToolError(
      .data, "\(name): holds several HDF5 files, one after the other; give them by their names")
  }

  /// The end-of-file address in the superblock (HDF5 file format specification, II.A). It follows the base
  /// address and one more address; all have the size of offsets.
  private static func endOfFile(_ image: [UInt8]) -> Int? {
    guard image.count > 64, image.starts(with: signature) else { return nil }
    let version = image[8]
    // Addresses that do not have eight bytes are refused when the file is opened.
    let offsetSize = version < 2 ? image[13] : image[9]
    guard version <= 3, offsetSize == 8 else { return nil }
    let addresses = version == 0 ? 24 : version == 1 ? 28 : 12
    let bytes = image[(addresses + 16)..<(addresses + 24)]
    return Int(exactly: bytes.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
  }
}
