// decode-images: makes an images file from a data set's original files, which ImageFormats reads.

import ArgumentParser
import HDF5
import ImageFormats
import Schemas
import Tensors
import Tooling

/// The tool that decodes images into the form that networks are trained on.
@main
struct DecodeImages: Tool {
  static let configuration = CommandConfiguration(
    commandName: "decode-images",
    abstract: "Decode a labelled set of images from its original files.",
    discussion: """
      Reads one of these, recognised by content, not by name:
        idx files (MNIST, Fashion-MNIST; plain or .gz): up to four in any order;
          `train` and `t10k` or `test` in their names tell them apart
        CIFAR-10 or CIFAR-100, "binary version": the tar.gz; fine labels
        SVHN: train_32x32.mat and test_32x32.mat; label 10 becomes 0
        Tiny-ImageNet: the zip; the official val/ becomes the test set, test/ has
          no labels
        class folders of PNG, JPEG or WebP files, below train/ and test/ if there
          are any: a folder, zip, tar, or tar.gz; without test/ the test set is
          empty; a folder without pictures is a class, too; links are followed in
          a folder and left out of archives; classes are numbered by their names'
          code points, as torchvision does: 0, 1, 10, 2

      Writes an images file: train/images UInt8 [N, height, width, channels], train/labels UInt16 \
      [N], test/images and test/labels likewise; attributes name, classes, mean and std (per channel, \
      of the training images as written, padding included, in [0, 1]), sources (digests), history. \
      Grey sets have one channel; where grey and colour images are mixed, all become RGB. Transparency is \
      dropped; an EXIF orientation is not applied, as in torchvision's ImageFolder; \
      images of unequal size need --resize. Pictures that are damaged or of another kind (BMP, GIF, \
      TIFF, CMYK …) are refused, unless --skip-unreadable is given; what was left out is reported.

      --limit chooses images independently of the order of the files: every class keeps the same number \
      of images, to within one, as long as it has enough.

      Archives are read twice (three times with --limit) and never unpacked to disk. Memory stays far below the decoded size \
      when the output is a file, and is about twice that size when it is a pipe.

      Examples:
        decode-images /usr/share/datasets/fashion-mnist/*.gz \\
          --name fashion-mnist --pad 32 -o images.h5
        decode-images photos/ --resize 64 -o photos.h5
        decode-images cifar-10-binary.tar.gz --classes 0-4 -o cifar-10-first-five.h5
      """,
    version: version)

  @Argument(help: "The data set's files, or one folder.", completion: .file())
  var inputs: [String]

  @Option(
    name: .shortAndLong, help: "The images file to write; - for standard output.",
    completion: .file())
  var output = "-"

  @Option(
    help: """
      The set's name in reports; `fashion-mnist` also names its classes. [default: the format's, as \
      cifar-10; of class folders, the folder's or archive's]
      """)
  var name: String?

  @Option(
    help: ArgumentHelp(
      "Encoding of an archive's names that are not UTF-8, by its name in iconv: CP850, ISO-8859-1.",
      valueName: "encoding"))
  var nameEncoding: String?

  @Option(
    help: ArgumentHelp(
      "Resize to a square of this side: bilinear, as Pillow's.", valueName: "pixels"))
  var resize: Int?

  @Option(
    help: ArgumentHelp(
      "Then put the image in the middle of a black square of this side.", valueName: "pixels"))
  var pad: Int?

  @Option(
    help: "SVHN's extra_32x32.mat, whose images follow the training images.", completion: .file())
  var extra: String?

  @Option(
    help: "Number of training images to keep, and of test images (or all if fewer); see above.")
  var limit: Int?

  @Option(
    help: """
      Keep only these classes, by name, label or range of labels, as cat,dog or 0-4,7; names take \
      precedence over labels. They are numbered from 0 again.
      """)
  var classes: ClassSelection?

  @Flag(
    help: "Leave out pictures that cannot be read, and report how many; decodes everything twice.")
  var skipUnreadable = false

  @OptionGroup var standard: StandardOptions

  func validate() throws {
    for (option, value, most) in [
      ("--resize", resize, ImageSet.longestSide), ("--pad", pad, ImageSet.longestSide),
      ("--limit", limit, Int.max),
    ] {
      guard let value, !(1...most).contains(value) else { continue }
      throw ValidationError("\(option) goes from 1\(most == .max ? " up" : " to \(most)")")
    }
    if let fault = name.flatMap(SetName.fault) { throw ValidationError("--name \(fault)") }
    let isEncoding = nameEncoding.map { !$0.isEmpty && $0.allSatisfy(Self.isEncodingLetter) }
    guard isEncoding != false else {
      throw ValidationError("--name-encoding is one of iconv's names")
    }
  }

  private static func isEncodingLetter(_ letter: Character) -> Bool {
    letter.isASCII && (letter.isLetter || letter.isNumber || "-_.:/+".contains(letter))
  }

  func run() throws { try reporting(.data) { try decode() } }

  private func decode() throws {
    let files = inputs + (extra.map { [$0] } ?? [])
    try PlannedFile.check([PlannedFile(output, .images)], reading: files)
    let output = try Output(path: output)
    for file in files { try requireFile(file) }
    let set = try ImageSet.open(
      inputs, extra: extra, name: name, nameEncoding: nameEncoding,
      options: .init(
        resize: resize, pad: pad, limit: limit, classes: classes,
        skipUnreadable: skipUnreadable))
    for note in set.notes { Log.say(note) }
    Log.say(
      "\(set.name): \(set.count(.train)) training and \(set.count(.test)) test images of "
        + "\(set.height)×\(set.width)×\(set.channels) in \(set.classes.count) classes")
    if output.file == nil { try requireMemory(for: set) }
    let sources = try set.sources.map { (role: $0.role, sha256: try digest($0)) }
    let history = History().appending(
      tool: "decode-images", options: options(of: set), inputs: sources)
    try output.writeHDF5(streaming: true) { file in
      try set.write(to: file, sources: sources, threads: standard.threadCount)
      try history.write(to: file)
    }
  }

  /// Checks the memory for an output to a pipe, which is held whole before it is written.
  private func requireMemory(for set: ImageSet) throws {
    let images = set.count(.train) + set.count(.test)
    let bytes = images * set.height * set.width * set.channels
    guard let shortage = ProcessMemory().shortage(of: 2 * bytes) else { return }
    throw ToolError(.data, "\(set.name): a pipe \(shortage); -o FILE needs far less")
  }

  /// The options that affect the result.
  private func options(of set: ImageSet) -> [(String, String)] {
    var options = [("--name", set.wholeName)]
    if let nameEncoding { options.append(("--name-encoding", nameEncoding)) }
    if let resize { options.append(("--resize", "\(resize)")) }
    if let pad { options.append(("--pad", "\(pad)")) }
    if let limit { options.append(("--limit", "\(limit)")) }
    if let classes { options.append(("--classes", "\(classes)")) }
    if skipUnreadable { options.append(("--skip-unreadable", "")) }
    return options
  }
}

extension ClassSelection: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}
