// The records of CIFAR's files, and their order.

/// The layout of one of CIFAR's files, determined by its name.
struct CIFARLayout {
  static let shape = ImageShape(unchecked: 32, 32, 3)

  let part: ImageSet.Part
  /// The file's place within its part: CIFAR-10's training set is five files.
  let order: Int
  /// Number of bytes before the pixels; the last of them is the label.
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

  /// The label of each record; a failure if the file does not end with a record. Throws if it cannot be read.
  func labels(_ member: MemberFile) throws -> Result<[UInt8], ImageFormatError> {
    var labels: [UInt8] = []
    while true {
      let record = try member.read(recordBytes)
      if record.isEmpty { return .success(labels) }
      guard record.count == recordBytes else { return .failure(unfinished(member)) }
      labels.append(record[labelBytes - 1])
    }
  }

  /// Calls `body` with each whole record.
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

/// The training files in the order of their numbers. The official archive has them in another order, so those
/// that come too early are kept (as bytes: 30 MB each) until their turn.
struct BatchesInOrder {
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
