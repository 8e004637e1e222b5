// The only names with which a pickle makes tensors and containers. Each is a case here; nothing is
// looked up, imported or run, and any other name becomes a placeholder (`PickleName`).

enum TorchGlobal: Equatable {
  case orderedDictionary
  case defaultDictionary
  case size
  case rebuildTensor
  case rebuildParameter
  /// A storage class, which appears only in a storage's identity.
  case storage(ElementType)
  /// A tensor class such as `torch.FloatTensor`, which appears only as information, in the oldest form.
  case tensorClass

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("collections", "defaultdict"): self = .defaultDictionary
    case ("torch", "Size"): self = .size
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
      self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"),
      ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("torch", _):
      if let type = ElementType(torchStorage: name) {
        self = .storage(type)
      } else if name.hasSuffix("Tensor"),
        ElementType(torchStorage: name.dropLast(6) + "Storage") != nil
      {
        self = .tensorClass
      } else {
        return nil
      }
    default: return nil
    }
  }

  /// The result of a call, or nil when the arguments do not fit.
  func call(_ arguments: [PickleValue], heap: PickleHeap) throws -> PickleValue? {
    switch (self, arguments.count) {
    case (.orderedDictionary, 0): return heap.dictionary()
    case (.orderedDictionary, 1):  // Python 2 passes all pairs at once
      var pairs: [(key: PickleValue, value: PickleValue)] = []
      for item in heap.items(arguments[0]) ?? [] {
        guard let pair = heap.items(item), pair.count == 2 else { return nil }
        pairs.append((pair[0], pair[1]))
      }
      return heap.items(arguments[0]).map { _ in heap.dictionary(pairs) }
    case (.defaultDictionary, 0...1): return heap.dictionary()  // its default factory
    case (.size, 1):
      return heap.integers(arguments[0]).map { heap.tuple($0.map(PickleValue.integer)) }
    case (.rebuildTensor, 4...):  // storage, offset, size, stride, requires_grad, hooks, …
      guard case .storage(let storage) = arguments[0], let offset = arguments[1].integer,
        let shape = heap.integers(arguments[2]), let strides = heap.integers(arguments[3])
      else { return nil }
      return .tensor(try StridedView(storage, offset: offset, shape: shape, strides: strides))
    case (.rebuildParameter, 1...):
      if case .tensor = arguments[0] { return arguments[0] } else { return nil }
    default: return nil
    }
  }
}
