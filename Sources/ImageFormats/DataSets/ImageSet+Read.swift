// The second pass over a set: its pixels, batch by batch.

extension ImageSet {
  /// A batch of consecutive images of one part.
  package struct Batch {
    package let part: Part
    /// The rows of these images, which begin where the last batch of the part ended.
    package let rows: Range<Int>
    /// The pixels [rows, height, width, channels]; valid only while the batch is being handled.
    package let images: UnsafeBufferPointer<UInt8>
  }

  /// Decodes everything and passes each batch to `body`. Batches of the two parts may alternate;
  /// rows within a part ascend. The result does not depend on `threads`.
  ///
  /// Everything that was read of the set, including its names and labels, comes from the same files.
  ///
  /// - Returns: the statistics of the training images as passed on, including padding.
  /// - Throws: `ImageFormatError` that names the first damaged image (in order) and the number of them, or the
  ///   source that was replaced or changed since the set was opened; whatever `body` throws.
  package func read(threads: Int, _ body: (Batch) throws -> Void) throws -> ChannelStatistics {
    let decoder = BatchDecoder(
      ImageShape(unchecked: height, width, channels), options: options, threads: threads)
    var pending = Part.allCases.map { PendingBatch($0) }
    var statistics = ChannelStatistics(channels: channels)
    var unreadable = Unreadable()
    func flush(_ part: Part) throws {
      let batch = pending[part.rawValue].take()
      guard !batch.records.isEmpty else { return }
      let sums = try decoder.decode(batch.records, &unreadable) { images in
        let rows = batch.firstRow..<batch.firstRow + batch.records.count
        try body(Batch(part: part, rows: rows, images: images))
      }
      if part == .train { statistics.add(sums) }
    }
    try survey.records { record in
      guard choices[record.part.rawValue].keeps(record.row) else { return }
      pending[record.part.rawValue].append(record)
      if pending[record.part.rawValue].isFull(of: decoder.capacity) { try flush(record.part) }
    }
    for part in Part.allCases { try flush(part) }
    if let error = unreadable.error { throw error }
    for part in Part.allCases {
      guard pending[part.rawValue].firstRow == count(part) else {
        throw ImageFormatError.changed(survey.file)
      }
    }
    for source in sources { try source.requireUnchanged() }
    return statistics
  }
}

/// The records of one part that wait until a batch is full.
private struct PendingBatch {
  let part: ImageSet.Part
  var firstRow = 0
  private var records: [Record] = []
  private var bytes = 0

  init(_ part: ImageSet.Part) { self.part = part }

  mutating func append(_ record: Record) {
    records.append(record)
    bytes += record.bytes.count
  }

  func isFull(of capacity: Int) -> Bool { records.count >= capacity || bytes >= 64 << 20 }

  mutating func take() -> (firstRow: Int, records: [Record]) {
    defer {
      firstRow += records.count
      records = []
      bytes = 0
    }
    return (firstRow, records)
  }
}
