// The layers of a Keras model in the order in which they compute, from its configuration:
// `config.json` of a `.keras`, the attribute `model_config` of an `.h5`.

import Foundation

struct KerasConfiguration {
  /// The key of the configuration's text among a state dictionary's remarks.
  static let remark = "model_config"

  /// The layers from the input to the output; models inside the model are flattened.
  private(set) var layers: [KerasLayer] = []
  private let file: String

  /// Reads a configuration; nil if the text lists no layers, as with a subclassed model.
  /// - Throws: `StateDictionaryError` for text that is not JSON, and for layers that do not form a chain.
  init?(_ text: String, file: String) throws {
    self.file = file
    guard let json = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
      let model = json as? [String: Any]
    else {
      throw StateDictionaryError(file: file, problem: "its configuration is not a JSON object")
    }
    guard let entries = Self.entries(of: model) else { return nil }
    try flatten(entries, of: model, inside: nil)
    if let strange = layers.first(where: { !$0.isKeras }) {
      throw strange.error(in: file, "is not one of Keras's own layers")
    }
  }

  /// The layers of a Sequential or functional model, as its configuration lists them.
  private static func entries(of model: [String: Any]) -> [[String: Any]]? {
    // A custom class may compute something other than its list of layers.
    guard let kind = model["class_name"] as? String,
      ["Sequential", "Functional", "Model"].contains(kind)
    else { return nil }
    let settings = model["config"] as? [String: Any]
    return settings?["layers"] as? [[String: Any]] ?? model["config"] as? [[String: Any]]
  }

  /// Appends the layers of a model in the order in which they compute.
  /// - Parameter parent: the model as a layer of the model that contains it.
  private mutating func flatten(
    _ entries: [[String: Any]], of model: [String: Any], inside parent: KerasLayer?
  ) throws {
    guard parent?.path.count ?? 0 < 8 else { throw error("its models nest without end") }
    // Files of Keras 3 number layers by their class, in the order of the list.
    var counts: [String: Int] = [:]
    let listed = try entries.map { entry in
      guard let kind = entry["class_name"] as? String else {
        throw error("a layer of its configuration has no class")
      }
      let number = counts[kind, default: 0]
      counts[kind] = number + 1
      return KerasLayer(entry, kind: kind, number: number, inside: parent)
    }
    guard Set(listed.map(\.name)).count == listed.count else {
      throw error("two layers of its configuration have the same name")
    }
    for index in try order(of: entries, listed, model) {
      if let inner = Self.entries(of: entries[index]) {
        try flatten(inner, of: entries[index], inside: listed[index])
      } else {
        layers.append(listed[index])
      }
    }
  }

  /// The indices of the layers in the order of the chain, in which each is the only reader of the one before.
  private func order(
    of entries: [[String: Any]], _ layers: [KerasLayer], _ model: [String: Any]
  ) throws -> [Int] {
    guard entries.contains(where: { $0["inbound_nodes"] != nil }) else {
      return Array(entries.indices)  // a Sequential
    }
    var readers: [String: [Int]] = [:]
    var order: [Int] = []
    for (index, entry) in entries.enumerated() {
      let calls = entry["inbound_nodes"] as? [Any] ?? []
      let sources = Set(calls.flatMap(Self.sources))
      guard calls.count < 2, sources.count < 2 else {
        throw layers[index].error(
          in: file, calls.count > 1 ? "is used \(calls.count) times" : "has several inputs")
      }
      if let source = sources.first { readers[source, default: []].append(index) }
      if sources.isEmpty { order.append(index) }
    }
    guard order.count == 1 else { throw error("its model has \(order.count) inputs") }
    while let last = order.last, let next = readers.removeValue(forKey: layers[last].name) {
      guard next.count == 1 else {
        throw layers[last].error(in: file, "has \(next.count) readers, where a VGG is a chain")
      }
      order += next
    }
    guard order.count == entries.count else {
      throw error("the layers of its configuration do not form a chain")
    }
    let settings = model["config"] as? [String: Any]
    let outputs = Self.names(settings?["output_layers"])
    guard let last = order.last, Set(outputs).subtracting([layers[last].name]).isEmpty else {
      throw error("its model has \(outputs.count) outputs")
    }
    return order
  }

  /// The layers whose outputs a call takes: `keras_history` in Keras 3, `[["conv2d", 0, 0, {}]]` in older versions.
  private static func sources(_ call: Any) -> [String] {
    if let list = call as? [Any] { return names(list) }
    guard let object = call as? [String: Any] else { return [] }
    if let history = object["keras_history"] as? [Any] { return names(history) }
    return object.values.flatMap { value in
      (value as? [Any])?.flatMap(sources) ?? sources(value)
    }
  }

  /// The names in `["dense", 0, 0]` or a list of such entries.
  private static func names(_ value: Any?) -> [String] {
    guard let list = value as? [Any] else { return [] }
    if let name = list.first as? String { return [name] }
    return list.flatMap(names)
  }

  private func error(_ problem: String) -> StateDictionaryError {
    StateDictionaryError(file: file, problem: problem)
  }
}
