// The result of the first pass over the files: names, labels and sizes, before any pixel is decoded. The
// second pass is `records`.

import Tensors

/// An image as it is stored in its file.
struct Record: Sendable {
  /// The encoding of pixels as bytes.
  enum Encoding: Sendable {
    /// A PNG, JPEG or WebP file.
    case compressed
    /// A picture that cannot be read, with the reason and without bytes.
    case unreadable(ImageFormatError)
    /// Bytes in which pixel [row, column, channel] is at the sum of each index times its stride.
    case strided(ImageShape, row: Int, column: Int, channel: Int)
  }

  let part: ImageSet.Part
  /// The image's row in its part, counted before any limit.
  let row: Int
  let bytes: [UInt8]
  let encoding: Encoding
  /// The file's name in errors.
  let file: String
}

/// The result of the first pass of every format.
struct Survey: Sendable {
  /// The files, in a fixed order.
  let sources: [ImageSet.Source]
  let name: String
  let classes: [String]
  /// The labels of the two parts, before any limit.
  let labels: [[UInt16]]
  let sizes: SizeCensus
  let notes: [String]
  /// Passes every record to `body`, with the rows of each part ascending.
  let records: @Sendable (_ body: (Record) throws -> Void) throws -> Void

  /// The name in errors that concern the whole set.
  var file: String { sources.first?.path ?? "input" }
}

extension Survey {
  /// Digests of the images' bytes as stored, for the two parts. They order images by their content,
  /// independently of the files' order and names.
  ///
  /// - Throws: `ImageFormatError` if the files are damaged or have changed.
  func digests() throws -> [[UInt64]] {
    var digests: [[UInt64]] = [[], []]
    try records { record in
      let part = record.part.rawValue
      guard labels[part].indices.contains(record.row) else { return }
      let label = labels[part][record.row]
      digests[part].append(
        record.bytes.withUnsafeBytes { ContentDigest.digest($0, key: 0, tag: UInt64(label)) })
    }
    guard digests.map(\.count) == labels.map(\.count) else {
      throw ImageFormatError.changed(file)
    }
    return digests
  }
}

/// The sizes and channels of all images: whether the sizes are equal, the first file that differs, and what is dropped.
struct SizeCensus: Sendable {
  private var first: (file: String, shape: ImageShape)?
  private var odd: (file: String, shape: ImageShape)?
  private var grey = 0
  private var colour = 0
  private var transparent = 0

  init() {}

  /// A census of images that all have one shape.
  init(all shape: ImageShape, file: String) {
    add(shape, file: file)
  }

  mutating func add(_ shape: ImageShape, transparent: Bool = false, file: String) {
    if let first {
      let same = first.shape.height == shape.height && first.shape.width == shape.width
      if !same && odd == nil { odd = (file, shape) }
    } else {
      first = (file, shape)
    }
    if shape.channels == 1 { grey += 1 } else { colour += 1 }
    if transparent { self.transparent += 1 }
  }

  /// The common size, with the channels that every image fits; with `resizing`, sizes may differ.
  func shape(resizing: Bool) throws -> ImageShape {
    guard let first else { throw ImageFormatError("input", "no image in it") }
    if let odd, !resizing {
      throw ImageFormatError(
        odd.file,
        "\(odd.shape.height)×\(odd.shape.width) pixels, where \(first.file) has "
          + "\(first.shape.height)×\(first.shape.width); --resize makes them equal")
    }
    return ImageShape(unchecked: first.shape.height, first.shape.width, colour > 0 ? 3 : 1)
  }

  var notes: [String] {
    var notes: [String] = []
    if grey > 0 && colour > 0 { notes.append("grey images made RGB, as the others are: \(grey)") }
    if transparent > 0 { notes.append("images whose transparency is dropped: \(transparent)") }
    return notes
  }
}
