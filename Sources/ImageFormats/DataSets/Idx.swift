// The idx files of MNIST and its successors: big-endian header (two zeros, type 8 for UInt8, number
// of axes, one UInt32 an axis), then the values. Images have three axes [N, rows, columns], labels
// one. Plain or gzip.
// Source: http://yann.lecun.com/exdb/mnist/ ("the IDX file format").

/// The header of an idx file.
struct IdxFile: Sendable {
  let source: SourceFile
  /// The extent of each axis: [N] or [N, rows, columns].
  let axes: [Int]

  var isImages: Bool { axes.count == 3 }
  var count: Int { axes[0] }
  var path: String { source.path }

  init(_ source: SourceFile) throws {
    axes = try Self.header(try GzipReader(source), fileBytes: source.size)
    self.source = source
  }

  private static func header(_ reader: GzipReader, fileBytes: Int) throws -> [Int] {
    let magic = try reader.read(4, "header")
    guard magic[0] == 0, magic[1] == 0 else {
      throw ImageFormatError(reader.file, "not an idx file")
    }
    guard magic[2] == 8 else {
      throw ImageFormatError(reader.file, "idx values of type \(magic[2]); only UInt8 (8) is read")
    }
    guard magic[3] == 1 || magic[3] == 3 else {
      throw ImageFormatError(
        reader.file, "idx with \(magic[3]) axes; images have 3 and labels have 1")
    }
    let words = try reader.read(4 * Int(magic[3]), "header")
    let axes = stride(from: 0, to: words.count, by: 4).map { i in
      words[i..<i + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    var bytes = axes[0]
    if axes.count == 3 {
      let shape = try ImageShape(height: axes[1], width: axes[2], channels: 1, file: reader.file)
      bytes *= shape.bytes  // below 2³² · 2²⁶
    }
    // Deflate expands a byte to at most 1,032.
    guard bytes / 1032 <= fileBytes else {
      throw ImageFormatError(
        reader.file, "its header states \(bytes) values, more than \(fileBytes) bytes can hold")
    }
    return axes
  }

  /// Opens the file at its first value, behind the header.
  func open() throws -> GzipReader {
    let reader = try GzipReader(source)
    guard try Self.header(reader, fileBytes: source.size) == axes else {
      throw ImageFormatError.changed(path)
    }
    return reader
  }
}

/// Sets of up to four idx files, in any order. A file's header tells whether it has images or labels; its name
/// tells whether it is for training or testing.
enum Idx {
  static func survey(_ sources: [SourceFile], name: String?) throws -> Survey {
    var images: [IdxFile?] = [nil, nil]
    var labels: [IdxFile?] = [nil, nil]
    for source in sources {
      let file = try IdxFile(source)
      let part = try part(source.path).rawValue
      let other = file.isImages ? images[part] : labels[part]
      if let other { throw ImageFormatError(source.path, "plays the same part as \(other.path)") }
      if file.isImages { images[part] = file } else { labels[part] = file }
    }
    var values: [[UInt16]] = [[], []]
    var shape: ImageShape?
    for part in ImageSet.Part.allCases {
      guard let file = images[part.rawValue] else {
        if let unpaired = labels[part.rawValue] {
          throw ImageFormatError(unpaired.path, "labels whose images are missing from the inputs")
        }
        continue
      }
      guard let answers = labels[part.rawValue] else {
        throw ImageFormatError(file.path, "images whose labels are missing from the inputs")
      }
      guard answers.count == file.count else {
        throw ImageFormatError(answers.path, "\(answers.count) labels for \(file.count) images")
      }
      let own = try ImageShape(
        height: file.axes[1], width: file.axes[2], channels: 1, file: file.path)
      if let shape, shape != own {
        throw ImageFormatError(
          file.path, "\(own.height)×\(own.width) pixels, not the size of the training images")
      }
      shape = own
      let reader = try answers.open()
      values[part.rawValue] = try reader.read(answers.count, "labels").map { UInt16($0) }
      try reader.expectEnd()
    }
    guard let first = images.lazy.compactMap({ $0 }).first?.path, let shape else {
      throw ImageFormatError("input", "no idx images among the inputs")
    }
    let sources = zip(zip(images, labels), ["train", "test"]).flatMap { pair, part in
      [(pair.0, "images"), (pair.1, "labels")].compactMap { file, content in
        file.map { ImageSet.Source(role: "\(part)-\(content)", $0.source) }
      }
    }
    let largest = values.lazy.compactMap { $0.max() }.max() ?? 0
    let classes = try ClassNames.named(name, atLeast: Int(largest) + 1, file: first)
    let lowest = values.lazy.compactMap { $0.min() }.min() ?? 0
    var notes = name == nil ? ["the set is called idx; --name gives it its name"] : []
    if lowest > 0 {
      notes.append(
        "labels begin at \(lowest): lower ones are classes without images, so that labels stay as "
          + "they are; --classes \(lowest)-\(largest) leaves them out")
    }
    let absent = images[1] == nil ? ["no test images among the inputs: test is empty"] : []
    return Survey(
      sources: sources, name: name ?? "idx",
      classes: classes, labels: values,
      sizes: SizeCensus(all: shape, file: first), notes: notes + absent,
      records: { [images] body in
        for part in ImageSet.Part.allCases {
          if let file = images[part.rawValue] { try records(file, part, shape, body) }
        }
      })
  }

  private static func records(
    _ file: IdxFile, _ part: ImageSet.Part, _ shape: ImageShape, _ body: (Record) throws -> Void
  ) throws {
    let reader = try file.open()
    for row in 0..<file.count {
      try body(
        Record(
          part: part, row: row, bytes: try reader.read(shape.bytes, "images"),
          encoding: .strided(shape, row: shape.width, column: 1, channel: 1), file: file.path))
    }
    try reader.expectEnd()
  }

  private static func part(_ path: String) throws -> ImageSet.Part {
    let name = baseName(path).lowercased()
    if name.contains("train") { return .train }
    if name.contains("t10k") || name.contains("test") { return .test }
    throw ImageFormatError(path, "its name says neither `train` nor `t10k` or `test`")
  }
}
