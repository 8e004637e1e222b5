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

  let labels: [[UInt16]]
  let survey: Survey
  let options: Options

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
    guard !labels[0].isEmpty else {
      throw ImageFormatError(survey.file, "there are no training images")
    }
    name = survey.name
    classes = survey.classes
    height = shape.height
    width = shape.width
    channels = shape.channels
    notes = survey.notes + survey.sizes.notes
    sources = survey.sources
  }
}

/// Which rows of a part are kept: `limit` of them, evenly spaced.
struct Choice {
  let count: Int
  let limit: Int

  init(of count: Int, limit: Int?) {
    self.count = count
    self.limit = min(limit ?? count, count)
  }

  func keeps(_ row: Int) -> Bool {
    row < count && (row + 1) * limit / count > row * limit / count
  }
}
