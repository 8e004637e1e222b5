/// A user's own set: a folder (or zip, or tar) of class folders of PNG or JPEG files, with or without
/// `train/` and `test/` above them. Classes are the folders' names in sorted order, as torchvision's
/// ImageFolder numbers them.

enum ImageFolder {
  static func survey(
    _ collection: some FileCollection, _ inventory: Inventory, name: String?
  ) throws -> Survey {
    guard !inventory.pictures.isEmpty else {
      let found = inventory.others.first.map { "; it holds \($0)" } ?? ""
      throw ImageFormatError(collection.path, "no PNG or JPEG in it\(found)")
    }
    let arrangement = try Arrangement(inventory.pictures.map(\.path), of: collection.path)
    return try Survey(
      collection, inventory, name: name ?? "images", classes: arrangement.classes,
      notes: arrangement.notes, place: { try arrangement.place($0) })
  }
}

/// Which folders are parts and which are classes.
private struct Arrangement: Sendable {
  private static let trainNames: Set = ["train", "training"]
  private static let testNames = ["test", "testing", "val", "valid", "validation"]

  let classes: [String]
  private(set) var notes: [String] = []
  private let collection: String
  /// How many leading folders all pictures share.
  private let depth: Int
  private let hasParts: Bool
  /// The folder that is the test set.
  private let testName: String?
  private let labels: [String: UInt16]

  init(_ paths: [String], of collection: String) throws {
    let folders = paths.map { $0.split(separator: "/").dropLast() }
    var depth = 0
    while let shared = folders.first?.dropFirst(depth).first,
      !Self.trainNames.contains(shared.lowercased()),
      !Self.testNames.contains(shared.lowercased()),
      folders.allSatisfy({ $0.dropFirst(depth).first == shared })
    { depth += 1 }
    let heads = Set(folders.compactMap { $0.dropFirst(depth).first?.lowercased() })
    let hasParts = !heads.isDisjoint(with: Self.trainNames)
    let testName = hasParts ? Self.testNames.first { heads.contains($0) } : nil
    var names: [Set<String>] = [[], []]
    var outside: [String: Int] = [:]
    for (path, folder) in zip(paths, folders) {
      let below = folder.dropFirst(depth)
      var part = ImageSet.Part.train
      if hasParts {
        let head = below.first?.lowercased() ?? ""
        guard Self.trainNames.contains(head) || head == testName else {
          outside[head.isEmpty ? "no folder" : "\(head)/", default: 0] += 1
          continue
        }
        if head == testName { part = .test }
      }
      guard let name = below.dropFirst(hasParts ? 1 : 0).first else {
        throw ImageFormatError(
          "\(collection): \(path)", "lies in no class folder; pictures are sorted as class/name.png"
        )
      }
      names[part.rawValue].insert(String(name))
    }
    if let stranger = names[1].subtracting(names[0]).min() {
      throw ImageFormatError(collection, "class \(stranger) has test images but no training images")
    }
    classes = names[0].sorted()
    labels = Dictionary(
      uniqueKeysWithValues: classes.enumerated().map { ($1, UInt16(truncatingIfNeeded: $0)) })
    self.collection = collection
    self.depth = depth
    self.hasParts = hasParts
    self.testName = testName
    if !hasParts {
      notes.append("no train/ and test/ folders: all images are for training, test is empty")
    } else if testName == nil {
      notes.append("no test/ folder: test is empty")
    } else if let testName, !testName.hasPrefix("test") {
      notes.append("\(testName)/ is the test set")
    }
    for (folder, count) in outside.sorted(by: { $0.key < $1.key }) {
      notes.append("left out \(count) images in \(folder), beside the training and test folders")
    }
  }

  func place(_ path: String) throws -> Place? {
    let below = path.split(separator: "/").dropLast().dropFirst(depth)
    var part = ImageSet.Part.train
    if hasParts {
      let head = below.first?.lowercased() ?? ""
      guard Self.trainNames.contains(head) || head == testName else { return nil }
      if head == testName { part = .test }
    }
    guard let name = below.dropFirst(hasParts ? 1 : 0).first, let label = labels[String(name)]
    else {
      throw ImageFormatError(collection, "it changed while it was being read")
    }
    return Place(part: part, label: label)
  }
}
