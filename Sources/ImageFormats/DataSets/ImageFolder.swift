// A custom set: a folder (or zip, or tar) of class folders of PNG, JPEG or WebP files, with or without
// `train/` and `test/` above them. Classes are the folders' names in the order of their code points, as
// torchvision's ImageFolder numbers them: 0, 1, 10, 2.

enum ImageFolder {
  static func survey(
    _ collection: some FileCollection, _ inventory: Inventory, name: String?
  ) throws -> Survey {
    guard !inventory.pictures.isEmpty else {
      let found = inventory.strangers.first.map { "; it holds \($0)" } ?? ""
      throw ImageFormatError(collection.path, "no PNG, JPEG or WebP in it\(found)")
    }
    let folders = PartFolders(inventory.pictures.map(\.path))
    var names = [ClassFolders(), ClassFolders()]
    var outside = 0
    for picture in inventory.pictures {
      guard let (part, name) = folders.locate(picture.path) else {
        outside += 1
        continue
      }
      guard let name else {
        throw ImageFormatError(
          picture.file, "lies in no class folder; pictures are sorted as class/name.png")
      }
      try names[part.rawValue].insert(name, in: collection.path)
    }
    var unused: [String] = []
    for folder in inventory.emptyFolders {
      switch folders.locate(folder + "/.") {
      case (.train, let name?)?: try names[0].insert(name, in: collection.path)
      default: unused.append(folder)
      }
    }
    if let stranger = names[1].names.first(where: { !names[0].contains($0) }) {
      throw ImageFormatError(
        collection.path, "class \(stranger) has test images but no training images")
    }
    let classes = names[0].names
    let respelled = names[1].names.filter { !names[0].spells($0) }
    let labels = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    return try Survey(
      collection, inventory, name: name ?? SetName.suggested(by: collection.path), classes: classes,
      notes: folders.notes
        + (classes.count == 1 ? ["only one class: \(classes[0])"] : [])
        + (unused.first.map {
          ["empty folders left out: \(unused.count), the first \($0)"]
        } ?? [])
        + (respelled.first.map {
          ["test/ spells class \($0) in other Unicode characters than train/: taken as one class"]
        } ?? [])
        + (outside > 0 ? ["images beside these folders left out: \(outside)"] : []),
      place: { path in
        guard let (part, name) = folders.locate(path) else { return nil }
        guard let label = labels[name ?? ""].flatMap({ UInt16(exactly: $0) }) else {
          throw ImageFormatError(collection.path, "it changed while it was being read")
        }
        return Place(part: part, label: label)
      })
  }
}

/// The folders of a set, which are parts (`train/`, `test/`) or classes.
private struct PartFolders: Sendable {
  private static let trainNames: Set = ["train", "training"]
  /// Names of folders for the test set; the first that exists is used.
  private static let testNames = ["test", "testing", "val", "valid", "validation"]

  /// The leading folders that all pictures share. A folder that contains all pictures directly is not among them:
  /// it is their class.
  private let shared: [String]
  private let areThere: Bool
  private let test: String?

  init(_ paths: [String]) {
    let exact = paths.map { components($0).dropLast() }
    let known = Self.trainNames.union(Self.testNames)
    var depth = 0
    while let shared = exact.first?.dropFirst(depth).first, !known.contains(shared.lowercased()),
      exact.allSatisfy({ $0.dropFirst(depth).first?.utf8.elementsEqual(shared.utf8) ?? false }),
      exact.contains(where: { $0.count > depth + 1 })
    { depth += 1 }
    let folders = exact.map { $0.map { $0.lowercased() } }
    let heads = Set(folders.compactMap { $0.dropFirst(depth).first })
    // A class may be called `train` (CIFAR-100 has one): then its pictures are not in subfolders.
    let areNested = folders.allSatisfy { folder in
      folder.count > depth + 1 || !Self.trainNames.contains(folder.dropFirst(depth).first ?? "")
    }
    areThere = !heads.isDisjoint(with: Self.trainNames) && (areNested || heads.isSubset(of: known))
    test = areThere ? Self.testNames.first { heads.contains($0) } : nil
    shared = Array(exact.first?.prefix(depth) ?? [])
  }

  /// The part that a picture belongs to, and the name of its class folder, nil when it is in none; nil when the
  /// picture is beside the parts.
  func locate(_ path: String) -> (part: ImageSet.Part, name: String?)? {
    let all = components(path).dropLast()
    guard all.starts(with: shared) else { return nil }
    let folders = all.dropFirst(shared.count)
    guard areThere else { return (.train, folders.first) }
    let head = folders.first?.lowercased() ?? ""
    guard Self.trainNames.contains(head) || head == test else { return nil }
    return (head == test ? .test : .train, folders.dropFirst().first)
  }

  var notes: [String] {
    guard areThere else {
      return ["no train/ and test/ folders: all images are for training, test is empty"]
    }
    guard let test else { return ["no test/ folder: test is empty"] }
    return test.hasPrefix("test") ? [] : ["\(test)/ is the test set"]
  }
}
