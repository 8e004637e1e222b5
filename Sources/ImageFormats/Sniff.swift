/// What a file is, by its first bytes.

/// Kinds that are read, and some that are met and refused by name.
enum FileKind: Sendable, Equatable {
  case idxImages, idxLabels, matlab, zip, tar, gzip, png, jpeg
  case other(String)

  /// The first 512 bytes suffice.
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
        ("a GIF image", Array("GIF8".utf8)),
        ("a WebP image", Array("RIFF".utf8)),
        ("a TIFF image", [0x49, 0x49, 0x2A, 0]),
        ("a BMP image", Array("BM".utf8)),
        ("a NumPy file", [0x93, 0x4E, 0x55, 0x4D]),
        ("a Python pickle", [0x80]),
        ("a web page", Array("<".utf8)),
        ("an idx file of another type than UInt8 images or labels", [0, 0]),
      ]
      self = .other(known.first { begins($0.1) }?.0 ?? "a file of no known format")
    }
  }

  /// As in "this is …".
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
    case .other(let what): what
    }
  }
}
