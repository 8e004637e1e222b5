// Whether a source is of the kind that a draw supposes.

import Networks

extension Architecture {
  /// Heads are drawn from features of heads by their number: there are as many, of the same width.
  ///
  /// - Throws: `FeatureError` if a transformer has others than the network that the features are of.
  func checkHeads(of features: Architecture) throws(FeatureError) {
    guard let own = transformer, let other = features.transformer, own.heads != other.heads else {
      return
    }
    throw FeatureError(
      "the features are of \(other.heads) heads, this network has \(own.heads)")
  }

  /// Whether a copy of all parameters of a source computes what the source does.
  ///
  /// - Throws: `FeatureError` naming the first setting without parameters that differs.
  func checkFunction(of source: Architecture) throws(FeatureError) {
    guard let own = transformer, let other = source.transformer else { return }
    let settings = [
      ("positions", own.positions.rawValue, other.positions.rawValue),
      ("heads", "\(own.heads)", "\(other.heads)"),
      ("epsilon", "\(own.epsilon)", "\(other.epsilon)"),
    ]
    for (name, mine, theirs) in settings where mine != theirs {
      throw FeatureError(
        "a copy with \(name)=\(mine) would not compute what the source does, which has"
          + " \(name)=\(theirs)")
    }
  }
}
