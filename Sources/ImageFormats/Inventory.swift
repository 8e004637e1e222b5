/// One pass over a folder or an archive, which takes from each file what the formats will ask for: names
/// and sizes of pictures, labels of CIFAR's records, the texts that name classes. A compressed archive
/// is thus unpacked twice in all: once here, once for the pixels.

/// What the files of a collection are.
struct Inventory {
  struct PictureFile {
    let path: String
    let file: String
    /// A damaged header is an error only if the picture turns out to be used.
    let size: Result<(shape: ImageShape, transparent: Bool), ImageFormatError>
  }

  private(set) var pictures: [PictureFile] = []
  /// Label bytes of CIFAR's files, by path; what is wrong with a file matters only if it is used.
  private(set) var labels: [String: Result<[UInt8], ImageFormatError>] = [:]
  /// Lists of names, by path.
  private var texts: [String: String] = [:]
  private var textBytes = 0
  /// The first file of no use, to be named when there is no other.
  private(set) var stranger: String?
  private(set) var links = 0

  static func take(of collection: some FileCollection) throws -> Inventory {
    var inventory = Inventory()
    inventory.links = try collection.forEachFile { try inventory.take($0) }
    return inventory
  }

  private mutating func take(_ member: MemberFile) throws {
    let name = baseName(member.path)
    if Self.isHidden(member.path) { return }
    if Self.isPicture(name) {
      pictures.append(
        PictureFile(path: member.path, file: member.file, size: try Self.size(member)))
    } else if let layout = CIFARLayout(fileName: name) {
      labels[member.path] = try layout.labels(member)
    } else if Self.namesClasses.contains(name) {
      let bytes = try member.readAll(limit: 16 << 20)
      textBytes += bytes.count
      guard textBytes <= 32 << 20 else {
        throw ImageFormatError(member.file, "with the others, too long a list of names")
      }
      texts[member.path] = String(decoding: bytes, as: UTF8.self)
    } else if stranger == nil {
      stranger = member.path
    }
  }

  private static let namesClasses: Set = [
    "batches.meta.txt", "fine_label_names.txt", "wnids.txt", "words.txt", "val_annotations.txt",
  ]

  /// Whether the name ends as a picture's does.
  static func isPicture(_ name: String) -> Bool {
    let ending = name.split(separator: ".").last?.lowercased()
    return ending == "png" || ending == "jpg" || ending == "jpeg"
  }

  /// What file managers leave behind.
  static func isHidden(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
  }

  /// The header alone, usually within the first 64 KiB.
  private static func size(
    _ member: MemberFile
  ) throws -> Result<(shape: ImageShape, transparent: Bool), ImageFormatError> {
    let head = try member.read(1 << 16)
    do {
      return .success(try Picture.size(head, file: member.file))
    } catch {
      guard head.count == 1 << 16 else { return .failure(error) }
    }
    let whole = try member.readAll(after: head)
    return Result { () throws(ImageFormatError) in
      try Picture.size(whole, file: member.file)
    }
  }

  /// The text of a name, wherever it lies.
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
