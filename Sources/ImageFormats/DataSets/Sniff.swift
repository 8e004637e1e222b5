// Recognition of a file's kind by its first bytes.

/// The kinds of files that are read, and some that are refused by name.
enum FileKind: Sendable, Equatable {
  case idxImages, idxLabels, matlab, zip, tar, gzip, png, jpeg, webp
  /// A picture in an unsupported format.
  case otherPicture(String)
  case other(String)

  /// Recognises a file by its first bytes; 512 are enough.
  init(_ head: [UInt8]) {
    func begins(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
      head.count >= offset + bytes.count && head[offset..<offset + bytes.count].elementsEqual(bytes)
    }
    func begins(_ text: String, at offset: Int = 0) -> Bool {
      begins([UInt8](text.utf8), at: offset)
    }
    if head.isEmpty {
      self = .other("an empty file")
    } else if begins([0x1F, 0x8B]) {
      self = .gzip
    } else if begins([0, 0, 8, 3]) {
      self = .idxImages
    } else if begins([0, 0, 8, 1]) {
      self = .idxLabels
    } else if begins("MATLAB 5.0 MAT-file") {
      self = .matlab
    } else if begins("PK\u{3}\u{4}") || begins("PK\u{5}\u{6}") {
      self = .zip
    } else if begins([0x89, 0x50, 0x4E, 0x47]) {
      self = .png
    } else if begins([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if begins("RIFF") && begins("WEBP", at: 8) {
      self = .webp
    } else if let what = Self.otherPicture(head) {
      self = .otherPicture(what)
    } else if begins("ustar", at: 257) {
      self = .tar
    } else {
      let known: [(String, [UInt8])] = [
        ("a MATLAB 7.3 file (save it with -v7)", Array("MATLAB 7.3".utf8)),
        ("an HDF5 file", [0x89, 0x48, 0x44, 0x46]),
        ("an xz file", [0xFD, 0x37, 0x7A, 0x58, 0x5A]),
        ("a bzip2 file", Array("BZh".utf8)),
        ("a 7-zip file", [0x37, 0x7A, 0xBC, 0xAF]),
        ("a zstd file", [0x28, 0xB5, 0x2F, 0xFD]),
        ("a RAR file", Array("Rar!".utf8)),
        ("a NumPy file", [0x93, 0x4E, 0x55, 0x4D]),
        ("a Python pickle", [0x80]),
        ("a web page", Array("<".utf8)),
        ("an idx file of another type than UInt8 images or labels", [0, 0]),
      ]
      self = .other(known.first { begins($0.1) }?.0 ?? "a file of no known format")
    }
  }

  /// The kind with its article, as in "this is …".
  var description: String {
    switch self {
    case .idxImages: "an idx file of images"
    case .idxLabels: "an idx file of labels"
    case .matlab: "a MATLAB file"
    case .zip: "a zip archive"
    case .tar: "a tar archive"
    case .gzip: "a gzip file"
    case .png: "a PNG image"
    case .jpeg: "a JPEG image"
    case .webp: "a WebP image"
    case .otherPicture(let what), .other(let what): what
    }
  }

  /// The format of a picture of another kind, by its first bytes; a text that begins with "BM" is not one.
  private static func otherPicture(_ head: [UInt8]) -> String? {
    func bytes(_ range: Range<Int>) -> ArraySlice<UInt8> {
      head.count >= range.upperBound ? head[range] : []
    }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }
    switch text(0..<4) {
    case "GIF8": return "a GIF image"
    case "II*\0", "MM\0*", "II+\0", "MM\0+": return "a TIFF image"
    case "8BPS": return "a Photoshop image"
    default: break
    }
    switch text(4..<8) {
    case "ftyp":
      switch text(8..<12) {
      case "avif", "avis": return "an AVIF image"
      case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1": return "a HEIC image"
      default: return nil
      }
    case "jP  ": return "a JPEG 2000 image"
    case "JXL ": return "a JPEG XL image"
    default: break
    }
    // In a BMP four reserved bytes are zero, and the second header has one of these lengths.
    if text(0..<2) == "BM", bytes(6..<10).elementsEqual([0, 0, 0, 0]),
      [12, 16, 40, 52, 56, 64, 108, 124].contains(bytes(14..<15).first ?? 0)
    {
      return "a BMP image"
    }
    if bytes(0..<1).first == UInt8(ascii: "P"),
      (UInt8(ascii: "1")...UInt8(ascii: "7")).contains(bytes(1..<2).first ?? 0),
      [9, 10, 13, 32].contains(bytes(2..<3).first ?? 0)
    {
      return "a PBM, PGM or PPM image"
    }
    return nil
  }
}
