// Tiny-ImageNet in the layout of its zip: `wnids.txt` lists the 200 classes in the order of the labels,
// `words.txt` names them, and `train/<wnid>/images/` has the training images. `val/images/` with
// `val_annotations.txt` becomes the test set, even if its pictures were sorted into class folders. The official
// `test/` has no labels and is left out.
// Source: http://cs231n.stanford.edu/tiny-imagenet-200.zip

enum TinyImageNet {
  static func survey(
    _ collection: some FileCollection, _ inventory: Inventory, name: String?
  ) throws -> Survey {
    guard let (list, lines) = inventory.text(named: "wnids.txt") else {
      throw ImageFormatError(collection.path, "wnids.txt, which lists the classes, is missing")
    }
    let root = String(list.dropLast("wnids.txt".count))
    let wnids = lines.map(\.trimmed)
    guard wnids.count <= 1 << 16 else {
      throw ImageFormatError("\(collection.path): \(list)", "\(wnids.count) classes")
    }
    var labels: [String: UInt16] = [:]
    for (number, wnid) in wnids.enumerated() {
      labels[wnid] = UInt16(exactly: number)
    }
    guard labels.count == wnids.count else {
      throw ImageFormatError("\(collection.path): \(list)", "a class is listed twice")
    }
    var answers: [String: UInt16] = [:]
    if let (path, lines) = inventory.text(named: "val_annotations.txt") {
      for line in lines {
        let fields = line.split(separator: "\t")
        guard fields.count >= 2, let label = labels[fields[1].trimmed] else {
          throw ImageFormatError("\(collection.path): \(path)", "no known class in line `\(line)`")
        }
        answers[fields[0].trimmed] = label
      }
    }
    var unlabelled = 0
    let place: @Sendable (String) throws -> Place? = { [labels, answers] path in
      guard path.hasPrefix(root) else { return nil }
      let parts = path.dropFirst(root.count).split(separator: "/")
      switch (parts.first, parts.count) {
      case ("train", 3...):
        guard let label = labels[String(parts[1])] else {
          throw ImageFormatError("\(collection.path): \(path)", "its class is not in wnids.txt")
        }
        return Place(part: .train, label: label)
      case ("val", 2...):
        let sorted = parts.count > 2 ? labels[String(parts[1])] : nil
        let listed = answers[baseName(path)]
        guard let label = sorted ?? listed, label == listed ?? label else {
          throw ImageFormatError(
            "\(collection.path): \(path)",
            sorted == nil
              ? "lies in no class folder and is not in val_annotations.txt"
              : "lies in another class folder than val_annotations.txt says")
        }
        return Place(part: .test, label: label)
      default:
        return nil
      }
    }
    for picture in inventory.pictures where try place(picture.path) == nil { unlabelled += 1 }
    var notes = ["val/ is the test set"]
    if unlabelled > 0 { notes.append("images without labels left out: \(unlabelled)") }
    return try Survey(
      collection, inventory, name: name ?? "tiny-imagenet",
      classes: classNames(wnids, words: inventory.text(named: "words.txt")?.lines ?? []),
      notes: notes, place: place)
  }

  /// The names of the classes: the first word of each (`goldfish`), with its number where two classes share a word.
  private static func classNames(_ wnids: [String], words: [Substring]) -> [String] {
    var first: [Substring: String] = [:]
    for line in words {
      guard let tab = line.firstIndex(of: "\t") else { continue }
      first[line[..<tab]] = line[line.index(after: tab)...].prefix { $0 != "," }.trimmed
    }
    let names = wnids.map { first[$0[...]] ?? $0 }
    let uses = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    return zip(names, wnids).map { name, wnid in
      uses[name] == 1 ? name : "\(name) (\(wnid))"
    }
  }
}
