/// CIFAR-10 and CIFAR-100, "binary version": records of one label byte (CIFAR-100: coarse, then fine) and
/// 3,072 pixel bytes, planes red, green, blue, rows from the top; in a tar.gz, with the class names.
/// Source: https://www.cs.toronto.edu/~kriz/cifar.html

/// How one of the files is laid out, known by its name.
struct CIFARLayout {
  static let shape = ImageShape(unchecked: 32, 32, 3)

  let part: ImageSet.Part
  /// Place within the part: CIFAR-10's training set is five files.
  let order: Int
  /// Bytes before the pixels; the last of them is the label.
  let labelBytes: Int

  var recordBytes: Int { labelBytes + Self.shape.bytes }

  init?(fileName: String) {
    switch fileName {
    case "train.bin": (part, order, labelBytes) = (.train, 0, 2)
    case "test.bin": (part, order, labelBytes) = (.test, 0, 2)
    case "test_batch.bin": (part, order, labelBytes) = (.test, 0, 1)
    default:
      guard fileName.hasPrefix("data_batch_"), fileName.hasSuffix(".bin"),
        let number = Int(fileName.dropFirst(11).dropLast(4)), (1...5).contains(number)
      else { return nil }
      (part, order, labelBytes) = (.train, number - 1, 1)
    }
  }

  /// The label of each record; a failure if the file does not end with one. Throws if it cannot be read.
  func labels(_ member: MemberFile) throws -> Result<[UInt8], ImageFormatError> {
    var labels: [UInt8] = []
    while true {
      let record = try member.read(recordBytes)
      if record.isEmpty { return .success(labels) }
      guard record.count == recordBytes else { return .failure(unfinished(member)) }
      labels.append(record[labelBytes - 1])
    }
  }

  /// Each record, whole.
  func forEachRecord(_ member: MemberFile, _ body: ([UInt8]) throws -> Void) throws {
    while true {
      let record = try member.read(recordBytes)
      if record.isEmpty { return }
      guard record.count == recordBytes else { throw unfinished(member) }
      try body(record)
    }
  }

  private func unfinished(_ member: MemberFile) -> ImageFormatError {
    ImageFormatError(
      member.file, "ends within a record; its size should be a multiple of \(recordBytes)")
  }
}

/// The archives as a whole.
enum CIFARBinary {
  static func survey(
    _ collection: some FileCollection, _ inventory: Inventory, name: String?
  ) throws -> Survey {
    let files = try inventory.labels.map { path, labels in
      guard let layout = CIFARLayout(fileName: baseName(path)) else {
        throw ImageFormatError(collection.path, "\(path) is not a file of CIFAR's")
      }
      return (path: path, layout: layout, labels: try labels.get())
    }.sorted {
      ($0.layout.part.rawValue, $0.layout.order) < ($1.layout.part.rawValue, $1.layout.order)
    }
    let fine = files.contains { $0.layout.labelBytes == 2 }
    let list = fine ? "fine_label_names.txt" : "batches.meta.txt"
    guard files.allSatisfy({ ($0.layout.labelBytes == 2) == fine }),
      Set(files.map { [$0.layout.part.rawValue, $0.layout.order] }).count == files.count
    else { throw ImageFormatError(collection.path, "holds files of more than one CIFAR") }
    for (number, file) in files.filter({ $0.layout.part == .train }).enumerated() {
      guard file.layout.order == number else {
        throw ImageFormatError(collection.path, "data_batch_\(number + 1).bin is missing")
      }
    }
    guard let names = inventory.text(named: list) else {
      throw ImageFormatError(collection.path, "\(list), which names the classes, is missing")
    }
    let classes = names.lines.map { $0.trimmed }
    var labels: [[UInt16]] = [[], []]
    for file in files {
      if let label = file.labels.first(where: { Int($0) >= classes.count }) {
        throw ImageFormatError(
          "\(collection.path): \(file.path)",
          "label \(label), but \(list) names \(classes.count) classes")
      }
      labels[file.layout.part.rawValue] += file.labels.map { UInt16($0) }
    }
    let counts = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.labels.count) })
    return Survey(
      sources: [collection.source], name: name ?? (fine ? "cifar-100" : "cifar-10"),
      classes: classes,
      labels: labels, sizes: SizeCensus(all: CIFARLayout.shape, file: collection.path),
      notes: labels[1].isEmpty ? ["no test images in the archive: test is empty"] : [],
      records: { body in
        var waiting = BatchesInOrder()
        _ = try collection.forEachFile { member in
          guard counts[member.path] != nil,
            let layout = CIFARLayout(fileName: baseName(member.path))
          else { return }
          try waiting.take(member, layout, body)
        }
      })
  }
}

/// The official archive does not hold its five training files in the order of their numbers, so those
/// that come too early are kept (as bytes: 30 MB each) until their turn.
private struct BatchesInOrder {
  private var next = 0
  private var rows = [0, 0]
  private var early: [Int: [Record]] = [:]

  mutating func take(
    _ member: MemberFile, _ layout: CIFARLayout, _ body: (Record) throws -> Void
  ) throws {
    let isNext = layout.part == .test || layout.order == next
    var kept: [Record] = []
    try layout.forEachRecord(member) { bytes in
      let pixels = Array(bytes[layout.labelBytes...])
      if isNext {
        try emit(pixels, layout.part, member.file, body)
      } else {
        kept.append(record(pixels, layout.part, 0, member.file))
      }
    }
    guard layout.part == .train else { return }
    if !isNext {
      early[layout.order] = kept
      return
    }
    next += 1
    while let records = early.removeValue(forKey: next) {
      for record in records { try emit(record.bytes, .train, record.file, body) }
      next += 1
    }
  }

  private mutating func emit(
    _ pixels: [UInt8], _ part: ImageSet.Part, _ file: String, _ body: (Record) throws -> Void
  ) throws {
    try body(record(pixels, part, rows[part.rawValue], file))
    rows[part.rawValue] += 1
  }

  private func record(
    _ pixels: [UInt8], _ part: ImageSet.Part, _ row: Int, _ file: String
  ) -> Record {
    Record(
      part: part, row: row, bytes: pixels,
      encoding: .strided(CIFARLayout.shape, row: 32, column: 1, channel: 1024), file: file)
  }
}

extension Substring {
  /// Without blanks at either end.
  var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
