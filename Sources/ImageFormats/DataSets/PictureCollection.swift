// Sets that consist of picture files: each file's path determines its part and label.

/// The part and label of a picture.
struct Place: Equatable {
  let part: ImageSet.Part
  let label: UInt16
}

extension Survey {
  /// Surveys a set of picture files; pictures without a place are left out.
  init(
    _ collection: some FileCollection, _ inventory: Inventory, name: String, classes: [String],
    notes: [String], place: @escaping @Sendable (String) throws -> Place?
  ) throws {
    guard classes.count <= 1 << 16 else {
      throw ImageFormatError(collection.path, "\(classes.count) classes; at most 65,536 are read")
    }
    var labels: [[UInt16]] = [[], []]
    var sizes = SizeCensus()
    var used: [(number: Int, place: Place)] = []
    var unreadable: [ImageFormatError] = []
    for picture in inventory.pictures {
      guard let place = try place(picture.path) else { continue }
      switch picture.size {
      case .failure(let error): unreadable.append(error)
      case .success((let shape, let transparent)):
        sizes.add(shape, transparent: transparent, file: picture.file)
        labels[place.part.rawValue].append(place.label)
        used.append((picture.number, place))
      }
    }
    if let first = unreadable.first, !inventory.skipsUnreadable {
      throw first.ofUnreadable(unreadable.count)
    }
    guard !used.isEmpty else {
      throw ImageFormatError(collection.path, "no labelled picture in it")
    }
    self.init(
      sources: [collection.source], name: name, classes: classes, labels: labels, sizes: sizes,
      notes: notes
        + Self.leftOut(inventory, unreadable) { path in ((try? place(path)) ?? nil) != nil }
        + Self.emptyClasses(classes, labels[0]),
      records: { [used] body in
        var rows = [0, 0]
        var number = -1
        var next = used[...]
        _ = try collection.forEachFile { member in
          number += 1
          guard let (wanted, expected) = next.first, wanted == number else { return }
          next = next.dropFirst()
          guard let place = try place(member.path), place == expected else {
            throw ImageFormatError.changed(collection.path)
          }
          let picture = try member.readPicture()
          var encoding = Record.Encoding.compressed
          if case .failure(let error) = picture { encoding = .unreadable(error) }
          try body(
            Record(
              part: place.part, row: rows[place.part.rawValue],
              bytes: (try? picture.get()) ?? [], encoding: encoding, file: member.file))
          rows[place.part.rawValue] += 1
        }
      })
  }

  /// One note for each kind of file that is left out. `isPlaced` tells whether a picture of that path would
  /// be used.
  private static func leftOut(
    _ inventory: Inventory, _ unreadable: [ImageFormatError], isPlaced: (String) -> Bool
  ) -> [String] {
    var notes: [String] = []
    if let first = unreadable.first {
      notes.append("unreadable pictures left out: \(unreadable.count), the first \(first)")
    }
    let strangers = inventory.strangers.filter(isPlaced)
    if let first = strangers.first {
      notes.append("files that are not pictures left out: \(strangers.count), the first \(first)")
    }
    let (links, devices) = (inventory.others.links, inventory.others.devices)
    if links > 0 { notes.append("links left out: \(links)") }
    if devices > 0 { notes.append("FIFOs and devices left out: \(devices)") }
    return notes
  }

  /// A note if some classes have no training image.
  private static func emptyClasses(_ classes: [String], _ labels: [UInt16]) -> [String] {
    let present = Set(labels.map(Int.init))
    let empty = classes.indices.filter { !present.contains($0) }
    guard let first = empty.first else { return [] }
    return ["classes without training images: \(empty.count), the first \(classes[first])"]
  }
}
