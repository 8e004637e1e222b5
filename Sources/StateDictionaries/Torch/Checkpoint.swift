// The named tensors in an object that `torch.save` wrote: a bare state dictionary, or one or several that
// training scripts wrap (`{"state_dict": …, "epoch": …}`).

struct Checkpoint {
  private(set) var tensors: [StoredTensor] = []
  /// Notes on the choice among several dictionaries.
  private(set) var notes: [String] = []
  /// The texts that the chosen dictionary's attribute `remarks` holds, by key.
  private(set) var remarks: [String: String] = [:]

  init(tensors: [StoredTensor]) { self.tensors = tensors }

  /// Takes the tensors of one dictionary, in its order, and skips other values.
  /// - Parameter key: the dictionary's path, or `.` for the outermost one. If it is nil, the only dictionary
  ///   with weights is taken, or the only one whose path consists of usual names.
  init(_ root: PickleValue, key: String?, heap: PickleHeap, source: ByteSource) throws {
    if case .placeholder(let name) = root {
      throw source.error(
        "its pickle asks for \(printable(name)): a whole object, which is refused, where a "
          + "dictionary of tensors is needed (save a state_dict())")
    }
    guard heap.pairs(root) != nil else {
      throw source.error("holds no dictionary: save a state_dict()")
    }
    let found = CheckpointSearch(root, heap)
    guard let key else {
      let chosen = try Self.choice(found, source)
      if let chosen, found.candidates.count > 1 {
        notes = [
          "takes \(printable(chosen.path)) of its dictionaries of weights, \(found.names); --key "
            + "takes another"
        ]
      } else if let chosen, !chosen.isUsual {
        notes = ["takes \(printable(chosen.path)), its only dictionary of weights"]
      }
      try collect(chosen?.value ?? found.innermost, heap, source)
      return
    }
    guard let value = found.value(at: key) else {
      let names = found.names.isEmpty ? "none" : found.names
      throw source.error(
        "holds no dictionary \(printable(key)); its dictionaries of weights are \(names)")
    }
    try collect(value, heap, source)
  }

  private static func choice(
    _ found: CheckpointSearch, _ source: ByteSource
  ) throws -> CheckpointSearch.Candidate? {
    let usual = found.candidates.filter(\.isUsual)
    if found.candidates.count == 1 { return found.candidates[0] }
    guard !found.candidates.isEmpty else { return nil }
    guard usual.count == 1 else {
      throw source.error("holds several dictionaries of weights: \(found.names); choose with --key")
    }
    return usual[0]
  }

  private mutating func collect(
    _ value: PickleValue, _ heap: PickleHeap, _ source: ByteSource
  ) throws {
    let remarked = heap.attribute(PickleWriter.remarks, of: value).flatMap(heap.pairs) ?? []
    for (key, text) in remarked {
      if let key = key.string, let text = text.string { remarks[key] = text }
    }
    var positions: [String: Int] = [:]
    for (key, item) in heap.pairs(value) ?? [] {
      guard let name = key.string else { continue }
      if case .placeholder(let kind) = item, name.contains(".") {
        throw source.error(
          "\(printable(name)) is an object of \(printable(kind)), which is not read: only tensors "
            + "are weights")
      }
      guard case .tensor(let view) = item else { continue }
      let tensor = StoredTensor(name, view)
      if let position = positions[name] {
        tensors[position] = tensor
      } else {
        positions[name] = tensors.count
        tensors.append(tensor)
      }
    }
    guard !tensors.isEmpty else {
      for (key, item) in heap.pairs(value) ?? [] {
        guard let name = key.string, CheckpointSearch.wrappers.contains(name),
          case .placeholder(let kind) = item
        else { continue }
        throw source.error(
          "\(name) is an object of \(printable(kind)), which is not read: save its state_dict()")
      }
      let keys = (heap.pairs(value) ?? []).prefix(4).map { printable($0.key.string ?? "…") }
      throw source.error(
        "holds no tensors under names; its keys are \(keys.joined(separator: ", "))")
    }
  }
}

extension StoredTensor {
  init(_ name: String, _ view: StridedView) {
    self.init(
      name: name, shape: view.shape, elementType: view.storage.type, floats: view.floats)
  }
}
