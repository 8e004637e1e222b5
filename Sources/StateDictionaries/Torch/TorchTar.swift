// PyTorch's oldest serialisation (0.1): a tar of `storages` (pickles and raw elements alternate),
// `tensors` (the shape and strides of each) and `pickle`, the object, which refers to them by number.

enum TorchTar {
  /// Reads a file.
  /// - Parameter key: the dictionary to take, as for `Checkpoint`.
  static func contents(_ source: ByteSource, key: String?) throws -> Checkpoint {
    let members = try TarDirectory.members(source)
    func cursor(_ name: String) throws -> ByteCursor {
      guard let range = members[name] else {
        throw source.error("a tar archive without a member \(name): not PyTorch's")
      }
      return try ByteCursor(source, offset: range.lowerBound, length: range.count)
    }
    var storageCursor = try cursor("storages")
    let storages = try readStorages(&storageCursor)
    var tensorCursor = try cursor("tensors")
    let tensors = try readTensors(&tensorCursor, storages)

    var reader = Pickle(source) { identity, _ in
      let number = identity.integer ?? identity.string.flatMap { Int($0) }
      return number.flatMap { tensors[$0] }.map(PickleValue.tensor)
    }
    var pickleCursor = try cursor("pickle")
    let root = try reader.load(&pickleCursor)
    return try Checkpoint(root, key: key, heap: reader.heap, source: source)
  }

  private static func readStorages(_ cursor: inout ByteCursor) throws -> [Int: TypedStorage] {
    let source = cursor.source
    var pickle = Pickle(source)
    var storages: [Int: TypedStorage] = [:]
    for _ in 0..<(try count(&pickle, &cursor)) {
      guard let items = pickle.heap.items(try pickle.load(&cursor)), items.count == 3,
        let key = items[0].integer, case .global(.storage(let type)) = items[2]
      else { throw source.error("a storage's description is malformed") }
      let bytes = StorageBytes(source)
      try TorchLegacy.locate(bytes, count: nil, type: type, &cursor)
      let elements = (bytes.location?.count ?? 0) / type.size
      storages[key] = TypedStorage(bytes: bytes, type: type, offset: 0, count: elements)
    }
    // A view is (key, key of the whole storage, offset, count).
    guard let views = pickle.heap.items(try pickle.load(&cursor)) else {
      throw source.error("its list of storage views is missing")
    }
    for view in views {
      guard let numbers = pickle.heap.integers(view), numbers.count == 4,
        let whole = storages[numbers[1]], numbers[2] >= 0, numbers[3] >= 0,
        numbers[2] <= whole.count, numbers[3] <= whole.count - numbers[2]
      else { throw source.error("a storage view is malformed") }
      storages[numbers[0]] = TypedStorage(
        bytes: whole.bytes, type: whole.type, offset: whole.offset + numbers[2], count: numbers[3])
    }
    return storages
  }

  private static func readTensors(
    _ cursor: inout ByteCursor, _ storages: [Int: TypedStorage]
  ) throws -> [Int: StridedView] {
    let source = cursor.source
    var pickle = Pickle(source)
    var tensors: [Int: StridedView] = [:]
    for _ in 0..<(try count(&pickle, &cursor)) {
      guard let items = pickle.heap.items(try pickle.load(&cursor)), items.count == 3,
        let key = items[0].integer, let storage = items[1].integer.flatMap({ storages[$0] })
      else { throw source.error("a tensor's description is malformed") }
      let axes = try cursor.size(Int32.self)
      try cursor.skip(4)
      guard axes <= 32 else { throw source.error("a tensor has \(axes) axes") }
      let shape = try (0..<axes).map { _ in try cursor.size(Int64.self) }
      let strides = try (0..<axes).map { _ in try cursor.size(Int64.self) }
      tensors[key] = try StridedView(
        storage, offset: try cursor.size(Int64.self), shape: shape, strides: strides)
    }
    return tensors
  }

  /// The number of descriptions that follow; each takes bytes, so the file's size limits the number.
  private static func count(_ pickle: inout Pickle, _ cursor: inout ByteCursor) throws -> Int {
    guard let count = try pickle.load(&cursor).integer, (0...cursor.remaining).contains(count)
    else { throw cursor.source.error("the number of its storages or tensors is malformed") }
    return count
  }
}
