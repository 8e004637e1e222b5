// CIFAR-10 and CIFAR-100, "binary version": records of one label byte (CIFAR-100: coarse, then fine) and
// 3,072 pixel bytes, planes red, green, blue, rows from the top; in a tar.gz, with the class names.
// Source: https://www.cs.toronto.edu/~kriz/cifar.html

enum CIFARBinary {
  static func survey(
    _ collection: some FileCollection, _ inventory: Inventory, name: String?
  ) throws -> Survey {
    let files = try inventory.labels.map { path, labels in
      guard let layout = CIFARLayout(fileName: baseName(path)) else {
        throw ImageFormatError(collection.path, "\(path) is not a file of CIFAR's")
      }
      return (path: path, layout: layout, labels: try labels.get())
    }.sorted {
      ($0.layout.part.rawValue, $0.layout.order) < ($1.layout.part.rawValue, $1.layout.order)
    }
    let fine = files.contains { $0.layout.labelBytes == 2 }
    let list = fine ? "fine_label_names.txt" : "batches.meta.txt"
    guard files.allSatisfy({ ($0.layout.labelBytes == 2) == fine }),
      Set(files.map { [$0.layout.part.rawValue, $0.layout.order] }).count == files.count
    else { throw ImageFormatError(collection.path, "holds files of more than one CIFAR") }
    for (number, file) in files.filter({ $0.layout.part == .train }).enumerated() {
      guard file.layout.order == number else {
        throw ImageFormatError(collection.path, "data_batch_\(number + 1).bin is missing")
      }
    }
    guard let names = inventory.text(named: list) else {
      throw ImageFormatError(collection.path, "\(list), which names the classes, is missing")
    }
    let classes = names.lines.map { $0.trimmed }
    var labels: [[UInt16]] = [[], []]
    for file in files {
      if let label = file.labels.first(where: { Int($0) >= classes.count }) {
        throw ImageFormatError(
          "\(collection.path): \(file.path)",
          "label \(label), but \(list) names \(classes.count) classes")
      }
      labels[file.layout.part.rawValue] += file.labels.map { UInt16($0) }
    }
    let counts = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.labels.count) })
    return Survey(
      sources: [collection.source], name: name ?? (fine ? "cifar-100" : "cifar-10"),
      classes: classes,
      labels: labels, sizes: SizeCensus(all: CIFARLayout.shape, file: collection.path),
      notes: labels[1].isEmpty ? ["no test images in the archive: test is empty"] : [],
      records: { body in
        var waiting = BatchesInOrder()
        _ = try collection.forEachFile { member in
          guard counts[member.path] != nil,
            let layout = CIFARLayout(fileName: baseName(member.path))
          else { return }
          try waiting.take(member, layout, body)
        }
      })
  }
}
