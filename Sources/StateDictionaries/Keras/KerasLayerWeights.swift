// Assignment of a Keras file's tensors to the layers of its configuration.

struct KerasLayerWeights {
  private var groups: [String: [StoredTensor]]
  private let order: [String]
  private let file: String
  /// Whether groups are named by class and number, as in Keras 3 (`layers/conv2d_1/vars/0`).
  private let isNumbered: Bool

  init(_ dictionary: StateDictionary) {
    file = dictionary.file
    let tensors = dictionary.tensors.filter { !$0.name.hasPrefix("optimizer") }
    var order: [String] = []
    groups = Dictionary(grouping: tensors) { tensor in
      let group = tensor.name.split(separator: "/").dropLast().joined(separator: "/")
      if order.last != group { order.append(group) }
      return group
    }
    self.order = order
    isNumbered = !order.isEmpty && order.allSatisfy { $0 == "vars" || $0.hasSuffix("/vars") }
  }

  /// Removes and returns a layer's tensors by their roles.
  /// - Parameter roles: the names of its tensors, in Keras's order.
  mutating func take(_ layer: KerasLayer, _ roles: [String]) throws -> [String: StoredTensor] {
    let found = order.filter { groups[$0] != nil && holds($0, layer) }
    guard let group = found.first, found.count == 1, let tensors = groups.removeValue(forKey: group)
    else {
      throw layer.error(
        in: file, found.isEmpty ? "has no weights in the file" : "has several groups of weights")
    }
    var parts: [String: StoredTensor] = [:]
    for tensor in tensors {
      let word = tensor.name.split(separator: "/").last.map(String.init) ?? ""
      let role =
        isNumbered
        ? Int(word).flatMap { roles.indices.contains($0) ? roles[$0] : nil } ?? word
        : String(word.prefix { $0 != ":" })
      parts[role] = tensor
    }
    guard Set(parts.keys) == Set(roles), tensors.count == roles.count else {
      throw layer.error(
        in: file,
        "has the weights \(parts.keys.sorted().map(printable).joined(separator: ", ")), "
          + "where its configuration says \(roles.joined(separator: ", "))")
    }
    return parts
  }

  private func holds(_ group: String, _ layer: KerasLayer) -> Bool {
    var parts = group.split(separator: "/").map(String.init)
    guard !isNumbered else {
      // Containers and names alternate: layers/sequential/layers/conv2d/vars.
      return stride(from: 1, to: parts.count, by: 2).map { parts[$0] } == layer.numbered
    }
    if parts.first == "model_weights" { parts.removeFirst() }
    return parts.first == layer.path.first && parts.last == layer.path.last
  }

  /// Names of the tensors that no layer took, except states of random number generators.
  var rest: [String] {
    order.flatMap { groups[$0] ?? [] }.map(\.name).filter { !$0.contains("seed_generator") }
  }
}
