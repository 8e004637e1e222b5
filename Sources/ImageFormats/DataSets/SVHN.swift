// SVHN's cropped digits: MATLAB files with `X` UInt8 [rows, columns, 3, N] and `y` [N], where label 10
// means the digit 0. `extra_32x32.mat`, when given, follows the training images.
// Source: http://ufldl.stanford.edu/housenumbers/

enum SVHN {
  /// Surveys the files of the set; `extra` is the extra training set, whatever its name.
  static func survey(_ sources: [SourceFile], extra: SourceFile?, name: String?) throws -> Survey {
    var files: [Role: DigitFile] = [:]
    for source in sources + (extra.map { [$0] } ?? []) {
      let role = try source == extra ? .extra : Role(source.path)
      if let other = files[role] {
        throw ImageFormatError(source.path, "plays the same part as \(other.path)")
      }
      files[role] = try DigitFile(source)
    }
    let ordered = files.sorted { $0.key.rawValue < $1.key.rawValue }
    guard let first = ordered.first?.value else { throw ImageFormatError("input", "no file given") }
    if let odd = ordered.first(where: { $0.value.shape != first.shape })?.value {
      throw ImageFormatError(
        odd.path, "\(odd.shape.height)×\(odd.shape.width) pixels, not as \(first.path)")
    }
    var labels: [[UInt16]] = [[], []]
    for (role, file) in ordered { labels[role.part.rawValue] += file.labels }
    return Survey(
      sources: ordered.map { .init(role: "\($0.key)", $0.value.source) }, name: name ?? "svhn",
      classes: (0..<10).map { "\($0)" }, labels: labels,
      sizes: SizeCensus(all: first.shape, file: first.path),
      notes: labels[1].isEmpty ? ["no test_ file among the inputs: test is empty"] : [],
      records: { body in
        var rows = [0, 0]
        for (role, file) in ordered {
          let part = role.part
          try file.forEachImage { bytes in
            try body(
              Record(
                part: part, row: rows[part.rawValue], bytes: bytes, encoding: file.encoding,
                file: file.path))
            rows[part.rawValue] += 1
          }
        }
      })
  }

  /// The role of a file, determined by its name, in the order of the rows.
  private enum Role: Int {
    case train, extra, test

    var part: ImageSet.Part { self == .test ? .test : .train }

    init(_ path: String) throws {
      let name = baseName(path).lowercased()
      if name.contains("train") {
        self = .train
      } else if name.contains("extra") {
        self = .extra
      } else if name.contains("test") {
        self = .test
      } else {
        throw ImageFormatError(path, "its name says none of `train`, `test` and `extra`")
      }
    }
  }
}

/// A file of SVHN whose labels have been read.
private struct DigitFile: Sendable {
  let source: SourceFile
  var path: String { source.path }
  let shape: ImageShape
  let labels: [UInt16]

  init(_ source: SourceFile) throws {
    let path = source.path
    var axes: [Int]?
    var values: [Double]?
    try MATLABFile.forEachArray(source) { array in
      if array.name == "X" {
        guard array.storage == .uint8, array.axes.count == 4, array.axes[2] == 3 else {
          throw ImageFormatError(path, "X should be UInt8 [rows, columns, 3, N]")
        }
        axes = array.axes
      }
      if array.name == "y" { values = try array.values() }
    }
    guard let axes, let values else {
      throw ImageFormatError(path, "should hold the arrays X (images) and y (labels)")
    }
    guard values.count == axes[3] else {
      throw ImageFormatError(path, "\(values.count) labels for \(axes[3]) images")
    }
    self.source = source
    shape = try ImageShape(height: axes[0], width: axes[1], channels: 3, file: path)
    labels = try values.map { value in
      guard let label = UInt16(exactly: value), label <= 10 else {
        throw ImageFormatError(path, "label \(value), where 0 to 10 are digits")
      }
      return label % 10
    }
  }

  /// The place of pixels: [r, c, channel] of an image is at r + rows · (c + columns · channel).
  var encoding: Record.Encoding {
    .strided(shape, row: 1, column: shape.height, channel: shape.height * shape.width)
  }

  func forEachImage(_ body: ([UInt8]) throws -> Void) throws {
    try MATLABFile.forEachArray(source) { array in
      guard array.name == "X" else { return }
      for _ in labels.indices { try body(try array.read(shape.bytes)) }
      try array.finish()
    }
  }
}
