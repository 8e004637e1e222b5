/// A labelled set of images as a stream: its shape, names and labels are known at once; its pixels are
/// decoded batch by batch, in a fixed order, on as many threads as are given. Nothing is unpacked to
/// disk, and memory holds a few batches, not the set.

/// Images UInt8 [N, height, width, channels] and labels UInt16 [N] for training and for testing.
public struct ImageSet: Sendable {
  /// Which of the two halves.
  public enum Part: Int, Sendable, CaseIterable { case train, test }

  /// What is done to every image, and how many are kept.
  public struct Options: Sendable {
    /// Resize to a square of this side (bilinear, as Pillow's).
    public var resize: Int?
    /// Then put it in the middle of a black square of this side.
    public var pad: Int?
    /// Keep at most this many images of each part, evenly spaced, so that a set that is sorted by
    /// class keeps all its classes.
    public var limit: Int?

    public init(resize: Int? = nil, pad: Int? = nil, limit: Int? = nil) {
      self.resize = resize
      self.pad = pad
      self.limit = limit
    }
  }

  /// Consecutive images of one part.
  public struct Batch {
    public let part: Part
    /// The rows that these images take, beginning where the last batch of the part ended.
    public let rows: Range<Int>
    /// [rows, height, width, channels]; valid only while the batch is being handled.
    public let images: UnsafeBufferPointer<UInt8>
  }

  /// The longest side of the images of a set.
  public static let longestSide = 4096

  /// The set's own name, such as `cifar-10`.
  public let name: String
  /// The name of each label, from 0.
  public let classes: [String]
  /// Of every image, after resizing and padding.
  public let height: Int
  public let width: Int
  /// 1 when every image is grey, else 3.
  public let channels: Int
  /// What a user should know of how the files were read, one line each.
  public let notes: [String]
  /// The files, with the part that each plays (`train-images`, `archive` …), in an order that does not
  /// depend on the order in which they were given.
  public let sources: [Source]

  /// One of the files that a set is read from.
  public struct Source: Sendable {
    public let role: String
    public let path: String
  }

  private let labels: [[UInt16]]
  private let survey: Survey
  private let options: Options

  /// The labels of a part, [N].
  public func labels(_ part: Part) -> [UInt16] { labels[part.rawValue] }

  /// How many images a part holds.
  public func count(_ part: Part) -> Int { labels[part.rawValue].count }

  init(_ survey: Survey, options: Options) throws {
    self.survey = survey
    self.options = options
    let native = try survey.sizes.shape(resizing: options.resize != nil)
    var shape = native
    if let side = options.resize {
      shape = try ImageShape(
        height: side, width: side, channels: native.channels, file: "--resize \(side)")
    }
    if let side = options.pad {
      guard shape.height <= side, shape.width <= side else {
        throw ImageFormatError(
          "--pad \(side)", "the images are \(shape.height)×\(shape.width), which is larger")
      }
      shape = try ImageShape(
        height: side, width: side, channels: native.channels, file: "--pad \(side)")
    }
    guard max(shape.height, shape.width) <= Self.longestSide else {
      throw ImageFormatError(
        survey.file,
        "images of \(shape.height)×\(shape.width); sets go up to \(Self.longestSide): use --resize")
    }
    labels = survey.labels.map { labels in
      let choice = Choice(of: labels.count, limit: options.limit)
      return labels.indices.filter { choice.keeps($0) }.map { labels[$0] }
    }
    guard !labels.allSatisfy(\.isEmpty) else {
      throw ImageFormatError(survey.file, "no image in it")
    }
    name = survey.name
    classes = survey.classes
    height = shape.height
    width = shape.width
    channels = shape.channels
    notes = survey.notes + survey.sizes.notes
    sources = survey.sources
  }

  /// Decodes everything, handing over each batch in turn; batches of the two parts may alternate,
  /// rows within a part ascend. What comes out does not depend on `threads`.
  ///
  /// - Returns: the statistics of the training images as handed over, padding included.
  /// - Throws: `ImageFormatError` at the first image (in order) that is damaged; whatever `body` throws.
  public func read(threads: Int, _ body: (Batch) throws -> Void) throws -> ChannelStatistics {
    let choices = labels.indices.map {
      Choice(of: survey.labels[$0].count, limit: options.limit)
    }
    let decoder = BatchDecoder(
      ImageShape(unchecked: height, width, channels), options: options, threads: threads)
    var pending = Part.allCases.map { PendingBatch($0) }
    var statistics = ChannelStatistics(channels: channels)
    func flush(_ part: Part) throws {
      let batch = pending[part.rawValue].take()
      guard !batch.records.isEmpty else { return }
      let sums = try decoder.decode(batch.records) { images in
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
    for part in Part.allCases {
      try flush(part)
      guard pending[part.rawValue].firstRow == count(part) else {
        throw ImageFormatError(survey.file, "it changed while it was being read")
      }
    }
    return statistics
  }
}

/// Which rows of a part are kept: `limit` of them, evenly spaced.
private struct Choice {
  let count: Int
  let limit: Int

  init(of count: Int, limit: Int?) {
    self.count = count
    self.limit = min(limit ?? count, count)
  }

  func keeps(_ row: Int) -> Bool {
    limit == count || (row < count && (row + 1) * limit / count > row * limit / count)
  }
}

/// Records of one part that wait until a batch is full.
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
