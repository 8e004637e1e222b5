/// From the object that `torch.save` wrote to named tensors: bare state dictionaries, and those
/// that training scripts wrap (`{"state_dict": …, "epoch": …}`).

enum Checkpoint {
  /// Keys under which scripts keep the state dictionary, the most specific first.
  private static let wrappers = [
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "weights",
    "params",
  ]

  /// The tensors of the innermost wrapped dictionary, in its order; other values are passed over.
  static func tensors(
    of root: PickleValue, heap: PickleHeap, source: ByteSource
  ) throws -> [StoredTensor] {
    guard heap.pairs(root) != nil else {
      throw source.error("holds no dictionary: save a state_dict()")
    }
    var value = root
    for _ in 0..<wrappers.count {  // a hostile file may wrap a dictionary in itself
      let inner = wrappers.lazy.compactMap { heap.value($0, in: value) }
      guard let wrapped = inner.first(where: { heap.pairs($0) != nil }) else { break }
      value = wrapped
    }
    var tensors: [StoredTensor] = []
    var positions: [String: Int] = [:]
    for (key, item) in heap.pairs(value) ?? [] {
      guard let name = key.string, case .tensor(let view) = item else { continue }
      let tensor = StoredTensor(name, view)
      if let position = positions[name] {
        tensors[position] = tensor
      } else {
        positions[name] = tensors.count
        tensors.append(tensor)
      }
    }
    guard !tensors.isEmpty else {
      let keys = (heap.pairs(value) ?? []).prefix(4).map { printable($0.key.string ?? "…") }
      throw source.error(
        "holds no tensors under names; its keys are \(keys.joined(separator: ", "))")
    }
    return tensors
  }
}

extension StoredTensor {
  init(_ name: String, _ view: StridedView) {
    self.init(
      name: name, shape: view.shape, elementType: view.storage.type, floats: view.floats)
  }
}
