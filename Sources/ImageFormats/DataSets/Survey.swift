/// What a first pass over the files finds: names, labels and sizes, before any pixel is decoded. The
/// second pass is `records`.

import Tensors

/// One image as it lies in its file.
struct Record: Sendable {
  /// How the bytes become pixels.
  enum Encoding: Sendable {
    /// PNG, JPEG or WebP.
    case compressed
    /// A picture that is not read, and why; without bytes.
    case unreadable(ImageFormatError)
    /// Pixel [row, column, channel] lies at the sum of each index times its stride.
    case strided(ImageShape, row: Int, column: Int, channel: Int)
  }

  let part: ImageSet.Part
  /// Of its part, counted before any limit.
  let row: Int
  let bytes: [UInt8]
  let encoding: Encoding
  /// For errors.
  let file: String
}

/// The result of the first pass of every format.
struct Survey: Sendable {
  /// The files, in an order of their own.
  let sources: [ImageSet.Source]
  let name: String
  let classes: [String]
  /// Of the two parts, before any limit.
  let labels: [[UInt16]]
  let sizes: SizeCensus
  let notes: [String]
  /// Hands over every record, the rows of each part ascending.
  let records: @Sendable (_ body: (Record) throws -> Void) throws -> Void

  /// For errors that concern the whole.
  var file: String { sources.first?.path ?? "input" }
}

extension Survey {
  /// Digests of the images' bytes as they lie in their files, of the two parts. They order images
  /// by their content, whatever their order and names.
  ///
  /// - Throws: `ImageFormatError` if the files are damaged or no longer what they were.
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

/// Whether all images are of one size, which file is the first odd one, and what will be dropped.
struct SizeCensus: Sendable {
  private var first: (file: String, shape: ImageShape)?
  private var odd: (file: String, shape: ImageShape)?
  private var grey = 0
  private var colour = 0
  private var transparent = 0

  init() {}

  /// All images of one shape.
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

  /// The common size with the channels that hold every image; any size when all are to be resized.
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
