// The dictionaries of weights inside a checkpoint, by their paths.

struct CheckpointSearch {
  struct Candidate {
    /// The path: keys joined by dots, or `.` for the outermost dictionary.
    let path: String
    let value: PickleValue
    /// Whether every key of the path is a usual name of a network.
    let isUsual: Bool
  }

  /// Keys under which scripts store the state dictionary, the most specific first.
  static let wrappers = [
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "weights",
    "params",
  ]
  private static let depthLimit = 6
  private static let countLimit = 64
  /// The largest number of bytes of a path.
  private static let lengthLimit = 256

  /// The dictionaries that directly contain weights, outermost first.
  private(set) var candidates: [Candidate] = []
  /// The value that the usual names lead to, for a file without weights.
  let innermost: PickleValue
  private let root: PickleValue
  private let heap: PickleHeap

  init(_ root: PickleValue, _ heap: PickleHeap) {
    self.root = root
    self.heap = heap
    var value = root
    for _ in 0..<Self.wrappers.count {  // a hostile file may wrap a dictionary in itself
      let inner = Self.wrappers.lazy.compactMap { heap.value($0, in: value) }
      guard let wrapped = inner.first(where: { heap.pairs($0) != nil }) else { break }
      value = wrapped
    }
    innermost = value
    search()
  }

  /// Searches level by level and visits each dictionary once, so that cycles end.
  private mutating func search() {
    var level = [Candidate(path: ".", value: root, isUsual: true)]
    var seen: Set<Int> = []
    for _ in 0..<Self.depthLimit {
      var next: [Candidate] = []
      for place in level {
        guard case .dictionary(let handle) = place.value, seen.insert(handle).inserted,
          candidates.count < Self.countLimit
        else { continue }
        let pairs = heap.pairs(place.value) ?? []
        if pairs.contains(where: Self.isWeight) { candidates.append(place) }
        for (key, item) in pairs {
          guard let name = key.string, case .dictionary = item,
            place.path.utf8.count + name.utf8.count <= Self.lengthLimit
          else { continue }
          next.append(
            Candidate(
              path: place.path == "." ? name : place.path + "." + name, value: item,
              isUsual: place.isUsual && Self.wrappers.contains(name)))
        }
      }
      level = next
    }
  }

  /// Whether an entry is a weight: an optimiser's moments have other names, and a normalisation's gain alone is not
  /// a network.
  private static func isWeight(_ key: PickleValue, _ value: PickleValue) -> Bool {
    guard let name = key.string, case .tensor(let view) = value else { return false }
    return name.hasSuffix("weight") && view.shape.count > 1
  }

  /// The paths of the candidates, for a message.
  var names: String {
    candidates.prefix(8).map { printable($0.path) }.joined(separator: ", ")
      + (candidates.count > 8 ? ", …" : "")
  }

  /// The dictionary at a path, whose keys may contain dots themselves.
  func value(at path: String) -> PickleValue? {
    if path == "." { return root }
    var value = root
    var rest = path.split(separator: ".", omittingEmptySubsequences: false)[...]
    while !rest.isEmpty {
      let inner = rest.indices.lazy.compactMap { last in
        heap.value(rest[...last].joined(separator: "."), in: value).map { (last, $0) }
      }
      guard let (last, next) = inner.first(where: { heap.pairs($0.1) != nil }) else { return nil }
      value = next
      rest = rest[(last + 1)...]
    }
    return value
  }
}
