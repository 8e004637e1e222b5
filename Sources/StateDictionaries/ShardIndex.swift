// A state dictionary in several files: `model.safetensors.index.json` and
// `pytorch_model.bin.index.json` of Hugging Face say which file beside them holds which tensor:
// `{"metadata": {"total_size": 96}, "weight_map": {"features.0.weight": "model-00001-of-00002.safetensors"}}`.

struct ShardIndex {
  /// Names of files in the index's folder, in the order of their first tensors.
  let files: [String]
  /// The file of each tensor.
  private let places: [String: String]
  private let source: ByteSource

  private static let sizeLimit = 100_000_000
  /// Each file stays open, and systems allow 1,024.
  private static let fileLimit = 256

  init(_ source: ByteSource) throws {
    guard source.count <= Self.sizeLimit else { throw source.error("an index of absurd size") }
    var map: [SafetensorsHeader.Place]
    do {
      var parser = SafetensorsHeader(bytes: try source.bytes(at: 0, count: source.count))
      map = try parser.weightMap()
    } catch let fault as SafetensorsHeader.Fault {
      throw source.error("an index of shards that is malformed: \(fault.problem)")
    }
    var seen: Set<String> = []
    files = map.map(\.file).filter { seen.insert($0).inserted }
    for file in files where file.isEmpty || file.hasPrefix(".") || file.contains("/") {
      throw source.error("its shard \(printable(file)) is no file of its own folder")
    }
    guard !files.isEmpty, files.count <= Self.fileLimit else {
      throw source.error("an index of \(files.count) shards, where 1 to \(Self.fileLimit) are read")
    }
    places = Dictionary(uniqueKeysWithValues: map.map { ($0.name, $0.file) })
    self.source = source
  }

  /// The tensors of all shards, each in its own order.
  /// - Parameter open: reads the dictionary of one file beside the index.
  func tensors(open: (String) throws -> StateDictionary) throws -> [StoredTensor] {
    var tensors: [StoredTensor] = []
    for file in files {
      for tensor in try open(file).tensors {
        guard places[tensor.name] == file else {
          throw source.error(
            "does not place \(printable(tensor.name)) in \(printable(file)), which holds it")
        }
        tensors.append(tensor)
      }
    }
    guard tensors.count == places.count else {
      let held = Set(tensors.map(\.name))
      let missing = places.keys.filter { !held.contains($0) }.min() ?? ""
      throw source.error(
        "places \(printable(missing)) in \(printable(places[missing] ?? "")), which lacks it")
    }
    return tensors
  }
}

extension SafetensorsHeader {
  struct Place {
    let name: String
    let file: String
  }

  /// The pairs of `weight_map`; the header's other entry, `metadata`, is passed over.
  mutating func weightMap() throws -> [Place] {
    var map: [Place]?
    var names: Set<String> = []
    try object { parser, key in
      switch key {
      case "weight_map" where map == nil:
        var places: [Place] = []
        try parser.object { parser, name in
          guard names.insert(name).inserted else {
            throw Fault(problem: "\(printable(name)) is twice")
          }
          places.append(Place(name: name, file: try parser.string()))
        }
        map = places
      case "metadata": try parser.object { parser, _ in try parser.skipScalar() }
      default: throw Fault(problem: "key \(printable(key))")
      }
    }
    guard peek() == nil else { throw Fault(problem: "text follows it") }
    guard let map else { throw Fault(problem: "weight_map is missing") }
    return map
  }
}
