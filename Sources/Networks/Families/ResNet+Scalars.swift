// The scalars of residual networks without batch normalisation, under the names of Fixup's authors, and where they stand.

/// The scalars that follow a convolution in a network without batch normalisation: the names of m and b in y = m·z + b.
struct FollowingScalars {
  var scale: String?
  let bias: String
}

extension ResNet {
  /// The names of the scalars of a block without batch normalisation:
  /// y = ReLU(scale·W₂∗(h + bias2a) + bias2b + s) with h = ReLU(W₁∗(x + bias1a) + bias1b), and s = x or W∗(x + bias1a).
  struct Scalars {
    let block: String

    /// The bias that is added to what the first convolution and the shortcut's read.
    var beforeFirst: String { block + ".bias1a" }
    var afterFirst: String { block + ".bias1b" }
    var beforeSecond: String { block + ".bias2a" }
    var scale: String { block + ".scale" }
    var afterSecond: String { block + ".bias2b" }

    var parameters: [ParameterShape] {
      let places = [
        (beforeFirst, "conv1"), (afterFirst, "conv1"), (beforeSecond, "conv2"), (scale, "conv2"),
        (afterSecond, "conv2"),
      ]
      return places.map { ParameterShape($0, [1], scalarOf: "\(block).\($1)") }
    }
  }

  /// Where a map stands in the residual branch of a block.
  package enum Place: Equatable, Sendable {
    /// The first or the second convolution of the branch.
    case first, second
    /// The first convolution of the network, a shortcut's, or the head.
    case outside
  }

  package func place(of map: LinearMap) -> Place {
    map.name.hasSuffix(".conv1") ? .first : map.name.hasSuffix(".conv2") ? .second : .outside
  }

  /// The scalars that follow a convolution; nil where there are none.
  func scalars(after map: LinearMap) -> FollowingScalars? {
    guard norm == .none else { return nil }
    let block = Scalars(block: map.name.split(separator: ".").dropLast().joined(separator: "."))
    switch place(of: map) {
    case .first: return FollowingScalars(bias: block.afterFirst)
    case .second: return FollowingScalars(scale: block.scale, bias: block.afterSecond)
    case .outside: return map.name == stemMap.name ? FollowingScalars(bias: Self.stemBias) : nil
    }
  }

  /// The names of the biases after the first convolution and before the head, in a network without batch normalisation.
  static let (stemBias, headBias) = ("bias1", "bias2")
}
