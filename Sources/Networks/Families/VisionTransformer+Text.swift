// Vision transformers: their text form, read and written.

extension VisionTransformer {
  /// Whether a text is meant as a vision transformer, to judge by its beginning.
  package static func isName(_ text: String) -> Bool { text.hasPrefix("vit") }

  private enum Key: String, CaseIterable {
    case side, patch, width, depth, heads, mlp, pool, positions, droppath, epsilon
  }

  /// Parses the text form.
  ///
  /// - Parameter side: The height and width of images in pixels, used if the text names no side.
  /// - Throws: `NetworkError` if the text is not a vision transformer, if it names a setting twice, or if a setting is out
  ///   of range.
  package init(_ text: String, side: Int? = nil) throws(NetworkError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let base = String(parts.first ?? "")
    let settings = try TextSettings<Key>(parts.count > 1 ? parts[1] : nil, in: text)
    if let known = Self.named.first(where: { $0.name == base })?.network {
      self = known
    } else if base == "vit" {
      let needed: [Key] = [.patch, .width, .depth, .heads]
      guard let missing = needed.first(where: { settings[$0] == nil }) else {
        let number = { (key: Key) throws(NetworkError) -> Int in
          try Self.integer(settings[key] ?? "", key, in: text)
        }
        let width = try number(.width)
        self.init(
          224, patch: try number(.patch), width, depth: try number(.depth),
          heads: try number(.heads), mlp: 4 * max(0, min(width, 1 << 20)), .token)
        try take(settings, side: side, in: text)
        return
      }
      throw NetworkError("'\(text)' does not say its \(missing.rawValue)")
    } else {
      let known = Self.named.map(\.name).joined(separator: ", ")
      throw NetworkError(
        "no architecture '\(text)': \(known), or settings such as vit:patch=4,width=64,depth=6,heads=4"
      )
    }
    try take(settings, side: side, in: text)
  }

  private mutating func take(
    _ settings: TextSettings<Key>, side: Int?, in text: String
  ) throws(NetworkError) {
    if let side { imageSide = side }
    for key in Key.allCases {
      guard let value = settings[key] else { continue }
      switch key {
      case .side: imageSide = try Self.integer(value, key, in: text)
      case .patch: patch = try Self.integer(value, key, in: text)
      case .width: width = try Self.integer(value, key, in: text)
      case .depth: depth = try Self.integer(value, key, in: text)
      case .heads: heads = try Self.integer(value, key, in: text)
      case .mlp: mlp = try Self.integer(value, key, in: text)
      case .pool:
        guard let pool = Pool(rawValue: String(value)) else {
          throw NetworkError("pool in '\(text)' is class or mean, not '\(value)'")
        }
        self.pool = pool
      case .positions:
        guard let positions = Positions(rawValue: String(value)) else {
          throw NetworkError("positions in '\(text)' are learned or sincos, not '\(value)'")
        }
        self.positions = positions
      case .droppath:
        guard let share = Float(value) else {
          throw NetworkError("droppath in '\(text)' is a number, not '\(value)'")
        }
        dropPath = share
      case .epsilon:
        guard let epsilon = Double(value) else {
          throw NetworkError("epsilon in '\(text)' is a number, not '\(value)'")
        }
        self.epsilon = epsilon
      }
    }
    try check()
  }

  private static func integer(
    _ value: Substring, _ key: Key, in text: String
  ) throws(NetworkError) -> Int {
    guard let number = Int(value) else {
      throw NetworkError("\(key.rawValue) in '\(text)' is an integer, not '\(value)'")
    }
    return number
  }

  /// The text that describes this network.
  ///
  /// If a named network has the same width, depth, heads and MLP, the text is that name with the settings that differ.
  /// Otherwise the text has all settings. The side is always included.
  package var text: String {
    let like = Self.named.first { _, known in
      known.width == width && known.depth == depth && known.heads == heads && known.mlp == mlp
    }
    var words = ["side=\(imageSide)"]
    if like?.network.patch != patch { words.append("patch=\(patch)") }
    if like == nil {
      words += ["width=\(width)", "depth=\(depth)", "heads=\(heads)", "mlp=\(mlp)"]
    }
    if (like?.network.pool ?? .token) != pool { words.append("pool=\(pool.rawValue)") }
    if positions != .learned { words.append("positions=\(positions.rawValue)") }
    if dropPath != 0 { words.append("droppath=\(dropPath)") }
    if epsilon != Self.defaultEpsilon { words.append("epsilon=\(epsilon)") }
    return (like?.name ?? "vit") + ":" + words.joined(separator: ",")
  }
}
