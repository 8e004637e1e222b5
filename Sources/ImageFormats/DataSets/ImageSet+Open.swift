// Opening a set of images from the names of files. The kind of each file is recognised by its content.

import Foundation

extension ImageSet {
  /// Surveys the inputs, which are one of:
  /// - up to four idx files (plain or gzip) in any order;
  /// - up to three MATLAB files of SVHN's;
  /// - one archive (zip, tar, tar.gz) or folder: CIFAR-10 or CIFAR-100 binary, Tiny-ImageNet, or class
  ///   folders of pictures.
  ///
  /// - Parameters:
  ///   - extra: a MATLAB file of SVHN's with more training images.
  ///   - name: the set's name; `fashion-mnist` also names its classes. Nil takes the format's default.
  ///   - nameEncoding: the encoding of names in an archive that are not marked as UTF-8, by its name
  ///     in iconv.
  /// - Throws: `ImageFormatError`, one line that names the file.
  package static func open(
    _ inputs: [String], extra: String? = nil, name: String? = nil, nameEncoding: String? = nil,
    options: Options = Options()
  ) throws -> ImageSet {
    guard let first = inputs.first else { throw ImageFormatError("input", "no file given") }
    let kinds = try inputs.map { try InputKind($0) }
    for (path, kind) in zip(inputs, kinds) where kind.family != kinds[0].family {
      throw ImageFormatError(
        path, "\(kind.description), which does not go with \(kinds[0].description)")
    }
    if let extra, kinds[0].family != FileKind.matlab.description {
      throw ImageFormatError(extra, "extra training images go with SVHN's MATLAB files only")
    }
    let archives = [FileKind.zip.description, FileKind.tar.description]
    if let nameEncoding, !archives.contains(kinds[0].family) {
      throw ImageFormatError("--name-encoding \(nameEncoding)", "only archives' names are decoded")
    }
    let survey: Survey
    switch kinds[0] {
    case .folder: survey = try collection(Folder(first), inputs, name, options)
    case .file(let file, .zip), .file(let file, .tar):
      let archive = Archive(file: file, kind: kinds[0].fileKind, encoding: nameEncoding)
      survey = try collection(archive, inputs, name, options)
    case .file(_, .idxImages), .file(_, .idxLabels):
      survey = try Idx.survey(kinds.compactMap(\.file), name: name)
    case .file(_, .matlab):
      survey = try SVHN.survey(
        kinds.compactMap(\.file), extra: extra.map { try SourceFile($0) }, name: name)
    case .file(_, .png), .file(_, .jpeg), .file(_, .webp):
      throw ImageFormatError(
        first, "one picture is not a set; give the folder of its class folders")
    case .file(_, let kind): throw ImageFormatError(first, "\(kind.description), which is not read")
    }
    let decoded = nameEncoding.map {
      ["names that are not marked as UTF-8 are decoded from \($0)"]
    }
    return try ImageSet(survey, options: options, notes: decoded ?? [])
  }

  private static func collection(
    _ files: some FileCollection, _ inputs: [String], _ name: String?, _ options: Options
  ) throws -> Survey {
    guard inputs.count == 1 else {
      throw ImageFormatError(inputs[1], "one archive or folder is read at a time")
    }
    let inventory = try Inventory.take(
      of: files, skippingUnreadable: options.skipUnreadable)
    if !inventory.labels.isEmpty && !inventory.pictures.contains(where: \.isReadable) {
      return try CIFARBinary.survey(files, inventory, name: name)
    }
    if inventory.pictures.isEmpty, let file = inventory.otherCIFAR {
      throw ImageFormatError(
        file, "CIFAR's Python or MATLAB version; give the binary version (-binary.tar.gz)")
    }
    if inventory.text(named: "wnids.txt") != nil {
      return try TinyImageNet.survey(files, inventory, name: name)
    }
    return try ImageFolder.survey(files, inventory, name: name)
  }
}

/// The kind of an input: a folder, or a file by its content, unpacked if it is gzip.
private enum InputKind {
  case folder
  case file(SourceFile, FileKind)

  init(_ path: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      self = .folder
      return
    }
    // gzread returns a file that is not gzip unchanged.
    let file = try SourceFile(path)
    self = .file(file, FileKind(try GzipReader(file).readUpTo(512)))
  }

  var file: SourceFile? { if case .file(let file, _) = self { file } else { nil } }

  var fileKind: FileKind { if case .file(_, let kind) = self { kind } else { .other("a folder") } }

  var description: String { fileKind.description }

  /// The family of the kind; inputs of one family may be given together.
  var family: String {
    switch self {
    case .file(_, .idxImages), .file(_, .idxLabels): "idx"
    default: description
    }
  }
}
