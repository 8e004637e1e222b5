// One pass over a folder or an archive that collects what the formats need from each file: names
// and sizes of pictures, labels of CIFAR's records, the texts that name classes. A compressed archive
// is therefore unpacked twice: once here, once for the pixels.

/// The files of a collection, by their kind.
struct Inventory {
  struct PictureFile {
    /// The picture's place among all files of the collection, from 0.
    let number: Int
    let path: String
    let file: String
    /// The picture's size. A picture that cannot be read is an error only if it is used.
    let size: Result<(shape: ImageShape, transparent: Bool), ImageFormatError>

    var isReadable: Bool { (try? size.get()) != nil }
  }

  private(set) var pictures: [PictureFile] = []
  /// Label bytes of CIFAR's files, by path; a file's failure matters only if the file is used.
  private(set) var labels: [String: Result<[UInt8], ImageFormatError>] = [:]
  /// The texts of lists of names, by path.
  private var texts: [String: String] = [:]
  private var textBytes = 0
  /// Paths of files that no format uses.
  private(set) var strangers: [String] = []
  /// The path of a file of CIFAR's Python or MATLAB version; neither is supported.
  private(set) var otherCIFAR: String?
  private(set) var others = OtherEntries()
  /// Whether pictures that cannot be read are left out, in which case every picture has been decoded once.
  let skipsUnreadable: Bool

  private init(skippingUnreadable: Bool) { skipsUnreadable = skippingUnreadable }

  static func take(
    of collection: some FileCollection, skippingUnreadable: Bool
  ) throws -> Inventory {
    var inventory = Inventory(skippingUnreadable: skippingUnreadable)
    var number = 0
    inventory.others = try collection.forEachFile { member in
      try inventory.take(member, number)
      number += 1
    }
    return inventory
  }

  /// Folders, except hidden ones, that contain neither a picture nor another folder.
  var emptyFolders: [String] {
    var parents: Set<Substring> = []
    for path in pictures.map(\.path) + others.folders {
      var parent = path[...]
      while let slash = parent.utf8.lastIndex(of: UInt8(ascii: "/")) {
        parent = parent[..<slash]
        guard parents.insert(parent).inserted else { break }
      }
    }
    return others.folders.filter { !parents.contains($0[...]) && !Self.isHidden($0) }
  }

  private mutating func take(_ member: MemberFile, _ number: Int) throws {
    let name = baseName(member.path)
    if Self.isHidden(member.path) { return }
    if let layout = CIFARLayout(fileName: name) {
      labels[member.path] = try layout.labels(member)
    } else if Self.namesClasses.contains(name) {
      let bytes = try member.readAll(limit: 16 << 20)
      textBytes += bytes.count
      guard textBytes <= 32 << 20 else {
        throw ImageFormatError(member.file, "with the others, too long a list of names")
      }
      texts[member.path] = String(decoding: bytes, as: UTF8.self)
    } else {
      let head = try member.read(512)
      if Picture.isMeant(head, name: name) {
        let size = skipsUnreadable ? try Self.decoded(member, head) : try Self.size(member, head)
        pictures.append(
          PictureFile(number: number, path: member.path, file: member.file, size: size))
        return
      }
      strangers.append(member.path)
      let isPickle = FileKind(head) == .other("a Python pickle")
      if otherCIFAR == nil, Self.otherCIFARs.contains(name) || (isPickle && name == "train") {
        otherCIFAR = member.file
      }
    }
  }

  /// File names of CIFAR-10's Python and MATLAB versions. (CIFAR-100's Python version has a pickle `train`.)
  private static let otherCIFARs = Set(
    (1...5).flatMap { ["data_batch_\($0)", "data_batch_\($0).mat"] })

  private static let namesClasses: Set = [
    "batches.meta.txt", "fine_label_names.txt", "wnids.txt", "words.txt", "val_annotations.txt",
  ]

  /// Whether a path is hidden, or was left behind by a file manager.
  static func isHidden(_ path: String) -> Bool {
    components(path).contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
  }

  /// The size of a picture from its header, which is usually within the first 64 KiB.
  private static func size(
    _ member: MemberFile, _ start: [UInt8]
  ) throws -> Result<(shape: ImageShape, transparent: Bool), ImageFormatError> {
    let head = start + (try member.read(1 << 16 - start.count))
    do {
      return .success(try Picture.size(head, file: member.file))
    } catch {
      guard head.count == 1 << 16 else { return .failure(error) }
    }
    return try member.readPicture(after: head).flatMap { whole in
      Result { () throws(ImageFormatError) in try Picture.size(whole, file: member.file) }
    }
  }

  /// The size of a picture after decoding it to its end.
  private static func decoded(
    _ member: MemberFile, _ head: [UInt8]
  ) throws -> Result<(shape: ImageShape, transparent: Bool), ImageFormatError> {
    return try member.readPicture(after: head).flatMap { whole in
      Result { () throws(ImageFormatError) in
        _ = try Picture.decode(whole, file: member.file)
        return try Picture.size(whole, file: member.file)
      }
    }
  }

  /// The text file of a name, in any folder.
  func text(named name: String) -> (path: String, lines: [Substring])? {
    guard let found = texts.filter({ baseName($0.key) == name }).min(by: { $0.key < $1.key }) else {
      return nil
    }
    let lines = found.value.split(whereSeparator: \.isNewline).filter {
      $0.contains { !$0.isWhitespace }
    }
    return (found.key, lines)
  }
}
