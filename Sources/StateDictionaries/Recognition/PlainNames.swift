// A state dictionary from which tensors are taken one by one, by names without the prefixes that wrappers add.

/// A state dictionary under plain names, without the prefixes that wrappers and models add (`module.`, `_orig_mod.`). A
/// tensor that has been taken is removed.
struct PlainNames {
  let file: String
  private let order: [String]
  private var tensors: [String: StoredTensor] = [:]

  /// Removes the network's prefix from the names of a dictionary.
  ///
  /// - Parameters:
  ///   - first: A tensor that every network of the kind has. The prefix of its name is the network's prefix.
  ///   - inner: The end of that prefix, such as `vit.`, that names of the network's head do not have.
  ///   - kind: The kind of network, for messages.
  ///   - absent: What the message says the file is not, if it has no such tensor. nil means the kind.
  init(
    _ dictionary: StateDictionary, first: String, inner: String = "", of kind: String,
    absent: String? = nil
  ) throws {
    file = dictionary.file
    let plain = dictionary.tensors.map { StateDictionary.plain($0.name) }
    let prefixes = Self.prefixes(of: first, in: plain)
    guard let prefix = prefixes.first, prefixes.count == 1 else {
      throw StateDictionaryError(
        file: file,
        problem: prefixes.isEmpty
          ? "no \(absent ?? kind): its tensors are \(Self.few(plain)); --rename OLD=NEW changes what their names "
            + "begin with"
          : "more than one \(kind): under \(Self.few(prefixes))")
    }
    let outer = prefix.hasSuffix(inner) ? String(prefix.dropLast(inner.count)) : prefix
    order = plain.map { name in
      let taken = [prefix, outer].first { name.hasPrefix($0) }
      return String(name.dropFirst(taken?.count ?? 0))
    }
    for (name, tensor) in zip(order, dictionary.tensors) {
      guard tensors.updateValue(tensor, forKey: name) == nil else {
        throw error("two tensors are called \(printable(name)) without their prefixes")
      }
    }
  }

  /// The prefixes of the plain names that end in `name`.
  static func prefixes(of name: String, in plain: [String]) -> [String] {
    plain.filter { $0 == name || $0.hasSuffix("." + name) }.map { String($0.dropLast(name.count)) }
  }

  private static func few(_ names: [String]) -> String {
    names.prefix(4).map(printable).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
  }

  /// The names of the tensors that were not taken, in the file's order.
  var rest: [String] { order.filter { tensors[$0] != nil } }

  /// Refuses a further layer after the head.
  /// - Throws: `StateDictionaryError` if a linear layer that was not taken has as many inputs as the head has outputs.
  func refuseLayer(behindHeadOf outputs: Int, remedy: String) throws {
    for name in rest where name.hasSuffix(".weight") {
      guard tensors[name]?.shape.dropFirst() == [outputs] else { continue }
      throw error(
        "\(printable(name)) takes the \(outputs) outputs of the head that is read, as a layer behind "
          + "it: \(remedy)")
    }
  }

  func error(_ problem: String) -> StateDictionaryError {
    StateDictionaryError(file: file, problem: problem)
  }

  func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// The shape of a tensor that was not taken yet.
  func shape(_ name: String) throws -> [Int] {
    guard let tensor = tensors[name] else { throw error("\(printable(name)) is missing") }
    return tensor.shape
  }

  mutating func drop(_ name: String) { tensors[name] = nil }

  mutating func take(_ name: String) throws -> StoredTensor {
    guard let tensor = tensors.removeValue(forKey: name) else {
      throw error("\(printable(name)) is missing")
    }
    return tensor
  }

  mutating func layer(_ name: String, biasRequired: Bool) throws -> VGGWeights.Layer {
    let weight = try take(name + ".weight")
    if !biasRequired, !contains(name + ".bias") {
      let count = weight.shape.first ?? 0
      return VGGWeights.Layer(
        weight: weight, bias: .constant(0, name: name + ".bias", count: count))
    }
    return VGGWeights.Layer(weight: weight, bias: try take(name + ".bias"))
  }

  /// The numbers N of `PREFIX.N.weight` with a given number of axes, ascending.
  func indices(of prefix: String, axes: Int) -> [Int] {
    tensors.compactMap { name, tensor in
      let parts = name.split(separator: ".")
      guard parts.count == 3, parts[0] == prefix, parts[2] == "weight", tensor.shape.count == axes
      else { return nil }
      return Int(parts[1])
    }.sorted()
  }

  /// One more than the largest N in names of the form `PREFIXN.…`; 0 if there is none.
  func count(of prefix: String) -> Int {
    order.reduce(0) { count, name in
      guard name.hasPrefix(prefix) else { return count }
      let digits = name.dropFirst(prefix.count).prefix { $0.isASCII && $0.isNumber }
      return max(count, Int(digits).map { $0 < Int.max ? $0 + 1 : $0 } ?? 0)
    }
  }
}
