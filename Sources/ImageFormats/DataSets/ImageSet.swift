// A labelled set of images as a stream. Its shape, names and labels are known when it is opened; its pixels are
// decoded batch by batch, in a fixed order, on a given number of threads. Nothing is unpacked to
// disk, and memory holds a few batches, not the set.

/// A labelled set: images UInt8 [N, height, width, channels] and labels UInt16 [N], for training and for testing.
package struct ImageSet: Sendable {
  /// One of the two parts of a set.
  package enum Part: Int, Sendable, CaseIterable { case train, test }

  /// Options for the processing of every image, and for the choice of images.
  package struct Options: Sendable {
    /// The side of a square that images are resized to (bilinear, as Pillow does); nil keeps their size.
    package var resize: Int?
    /// The side of a black square in whose middle images are then put; nil for none.
    package var pad: Int?
    /// The number of images to keep of each part, balanced over classes (`BalancedOrder`); all test images
    /// if there are fewer.
    package var limit: Int?

    /// The classes whose images are kept, numbered from 0 in order; nil keeps all.
    package var classes: ClassSelection?

    /// Whether pictures that cannot be read are left out; otherwise the first of them is an error.
    package var skipUnreadable: Bool

    package init(
      resize: Int? = nil, pad: Int? = nil, limit: Int? = nil, classes: ClassSelection? = nil,
      skipUnreadable: Bool = false
    ) {
      self.resize = resize
      self.pad = pad
      self.limit = limit
      self.classes = classes
      self.skipUnreadable = skipUnreadable
    }
  }

  /// The longest side of the images of a set.
  package static let longestSide = 4096

  /// The set's name, such as `cifar-10`, or `cifar-10:0-4` for some of its classes.
  package let name: String
  /// The name of the set with all its classes.
  package var wholeName: String { survey.name }
  /// The name of each label, from 0.
  package let classes: [String]
  /// The height of every image, after resizing and padding.
  package let height: Int
  package let width: Int
  /// 1 when every image is grey, else 3.
  package let channels: Int
  /// Notes for the user on how the files were read, one line each.
  package let notes: [String]
  /// The sources, in an order that does not depend on the order in which they were given.
  package let sources: [Source]

  /// The rows that are kept of each of the two parts.
  let choices: [Choice]
  let survey: Survey
  let options: Options

  /// The labels of a part, [N].
  package func labels(_ part: Part) -> [UInt16] { choices[part.rawValue].labels }

  /// The number of images in a part.
  package func count(_ part: Part) -> Int { labels(part).count }

  init(_ survey: Survey, options: Options, notes: [String] = []) throws {
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
    let chosen = try options.classes?.labels(among: survey.classes, of: survey.name)
    let digests = try options.limit == nil ? [[], []] : survey.digests()
    choices = zip(survey.labels, digests).map {
      Choice($0, classes: chosen, limit: options.limit, digests: $1)
    }
    guard !choices[0].labels.isEmpty else {
      throw ImageFormatError(survey.file, "there are no training images")
    }
    var counts: [String] = []
    if let limit = options.limit {
      let (train, test) = (choices[0].labels.count, choices[1].labels.count)
      guard limit <= train else {
        throw ImageFormatError("--limit \(limit)", "\(survey.name) has \(train) training images")
      }
      if test < limit { counts = ["test images, all that there are: \(test)"] }
    }
    name = survey.name + (options.classes.map { ":\($0)" } ?? "")
    classes = chosen?.map { survey.classes[Int($0)] } ?? survey.classes
    height = shape.height
    width = shape.width
    channels = shape.channels
    let kept = chosen == nil ? [] : ["classes kept: \(inOneLine(classes))"]
    self.notes = notes + survey.notes + survey.sizes.notes + kept + counts
    sources = survey.sources
  }
}
