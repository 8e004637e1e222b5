/// What the sets that consist of picture files share: from each file's place to a part and a label.

/// Where a picture belongs.
struct Place {
  let part: ImageSet.Part
  let label: UInt16
}

extension Survey {
  /// A set of picture files; those without a place are left out.
  init(
    _ collection: some FileCollection, _ inventory: Inventory, name: String, classes: [String],
    notes: [String], place: @escaping @Sendable (String) throws -> Place?
  ) throws {
    guard classes.count <= 1 << 16 else {
      throw ImageFormatError(collection.path, "\(classes.count) classes; at most 65,536 are read")
    }
    var labels: [[UInt16]] = [[], []]
    var sizes = SizeCensus()
    for picture in inventory.pictures {
      guard let place = try place(picture.path) else { continue }
      let (shape, transparent) = try picture.size.get()
      sizes.add(shape, transparent: transparent, file: picture.file)
      labels[place.part.rawValue].append(place.label)
    }
    guard !labels[0].isEmpty || !labels[1].isEmpty else {
      throw ImageFormatError(collection.path, "no labelled picture in it")
    }
    let links = inventory.links > 0 ? ["links left out: \(inventory.links)"] : []
    self.init(
      sources: [collection.source], name: name, classes: classes, labels: labels, sizes: sizes,
      notes: notes + links,
      records: { body in
        var rows = [0, 0]
        _ = try collection.forEachFile { member in
          guard Inventory.isPicture(baseName(member.path)), !Inventory.isHidden(member.path),
            let place = try place(member.path)
          else { return }
          try body(
            Record(
              part: place.part, row: rows[place.part.rawValue], bytes: try member.readAll(),
              encoding: .compressed, file: member.file))
          rows[place.part.rawValue] += 1
        }
      })
  }
}
