// PyTorch's zip serialisation (torch 1.6 and later): `NAME/data.pkl` beside `NAME/data/KEY`, one
// entry for each storage; the folder's name, the alignment and further entries vary.

enum TorchZip {
  /// Reads a file.
  /// - Parameter key: the dictionary to take, as for `Checkpoint`.
  static func contents(_ source: ByteSource, key: String?) throws -> Checkpoint {
    let directory = try ZipDirectory(source)
    let pickles = directory.entries.values.filter { $0.name.hasSuffix("/data.pkl") }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw source.error("a zip archive with \(pickles.count) data.pkl: not PyTorch's")
    }
    let folder = String(pickle.name.dropLast("data.pkl".count))
    if let order = directory.entries[folder + "byteorder"] {
      let (bytes, count) = try directory.bytes(of: order)
      let text = try source.bytes(at: try bytes.verifiedLocation().lowerBound, count: count)
      guard text == Array("little".utf8) else { throw source.error("its numbers are big-endian") }
    }

    var storages: [String: (bytes: StorageBytes, count: Int)] = [:]
    var reader = Pickle(source) { identity, heap in
      guard let id = StorageIdentity(identity, heap) else { return nil }
      guard let entry = directory.entries[folder + "data/" + id.key] else {
        throw source.error("the storage \(printable(id.key)) that its pickle names is missing")
      }
      let stored = try storages[id.key] ?? directory.bytes(of: entry)
      storages[id.key] = stored
      guard id.count <= stored.count / id.type.size else {
        throw source.error("the storage \(printable(id.key)) holds fewer than \(id.count) elements")
      }
      return .storage(TypedStorage(bytes: stored.bytes, type: id.type, offset: 0, count: id.count))
    }
    let location = try directory.bytes(of: pickle).bytes.verifiedLocation()
    var cursor = try ByteCursor(source, offset: location.lowerBound, length: location.count)
    let root = try reader.load(&cursor)
    return try Checkpoint(root, key: key, heap: reader.heap, source: source)
  }
}

/// The identity of a storage in a pickle: `("storage", torch.FloatStorage, key, device, count)`, with a sixth
/// item in the older serialisation for a view of another storage.
struct StorageIdentity {
  let type: ElementType
  let key: String
  /// The number of elements of the whole storage.
  let count: Int
  /// The elements of the view; nil if it is not a view.
  let view: (offset: Int, count: Int)?

  init?(_ value: PickleValue, _ heap: PickleHeap) {
    guard let items = heap.items(value), (5...6).contains(items.count),
      items[0].string == "storage", case .global(.storage(let type)) = items[1],
      let key = items[2].string, let count = items[4].integer, count >= 0
    else { return nil }
    self.type = type
    self.key = key
    self.count = count
    guard items.count == 6, let parts = heap.items(items[5]) else {
      view = nil
      return
    }
    guard parts.count == 3, let offset = parts[1].integer, let length = parts[2].integer,
      offset >= 0, length >= 0, offset <= count, length <= count - offset
    else { return nil }
    view = (offset, length)
  }
}
