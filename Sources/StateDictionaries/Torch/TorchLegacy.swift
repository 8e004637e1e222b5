// PyTorch's older serialisation (before 1.6): five pickles (a magic number, a version, properties of
// the machine, the object, the storages' keys), then for each key an element count and raw bytes.

enum TorchLegacy {
  /// The magic number 0x1950a86a20f9469cfc6c, little-endian.
  private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

  /// Reads a file.
  /// - Parameter key: the dictionary to take, as for `Checkpoint`.
  static func contents(_ source: ByteSource, key: String?) throws -> Checkpoint {
    var cursor = try ByteCursor(source)
    var plain = Pickle(source)
    guard case .longInteger(magic) = try plain.load(&cursor),
      try plain.load(&cursor).integer == 1001
    else { throw source.error("a pickle, but not one that torch.save wrote") }
    let machine = try plain.load(&cursor)
    if case .bool(false)? = plain.heap.value("little_endian", in: machine) {
      throw source.error("its numbers are big-endian")
    }

    var storages: [String: (bytes: StorageBytes, id: StorageIdentity)] = [:]
    var reader = Pickle(source) { identity, heap in
      guard let id = StorageIdentity(identity, heap) else { return nil }
      let storage = storages[id.key] ?? (StorageBytes(source), id)
      storages[id.key] = storage
      guard id.count == storage.id.count, id.type == storage.id.type else {
        throw source.error("the storage \(printable(id.key)) is described in two ways")
      }
      return .storage(
        TypedStorage(
          bytes: storage.bytes, type: id.type, offset: id.view?.offset ?? 0,
          count: id.view?.count ?? id.count))
    }
    let root = try reader.load(&cursor)
    guard let keys = plain.heap.items(try plain.load(&cursor)) else {
      throw source.error("its list of storages is missing")
    }
    for key in keys {
      guard let storage = storages.removeValue(forKey: key.string ?? "") else {
        throw source.error("it lists a storage twice, or one that no tensor uses")
      }
      try locate(storage.bytes, count: storage.id.count, type: storage.id.type, &cursor)
    }
    return try Checkpoint(root, key: key, heap: reader.heap, source: source)
  }

  /// Locates a storage as `_write_file` wrote it: its element count in 8 bytes, then the elements.
  static func locate(
    _ bytes: StorageBytes, count: Int?, type: ElementType, _ cursor: inout ByteCursor
  ) throws {
    let stored = try cursor.size(Int64.self)
    guard stored == count ?? stored, stored <= cursor.remaining / type.size else {
      throw cursor.source.error(
        "the storage at byte \(cursor.position) of \(stored) elements is truncated or damaged")
    }
    bytes.locate(cursor.position..<(cursor.position + stored * type.size))
    try cursor.skip(stored * type.size)
  }
}
