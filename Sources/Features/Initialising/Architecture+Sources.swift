// Checks that a source fits the network that is drawn from it.

import Networks

extension Architecture {
  /// Checks that a transformer has as many heads as the features, since head i is drawn from the features of head i.
  ///
  /// - Throws: `FeatureError` if a transformer has others than the network that the features are of.
  func checkHeads(of features: Architecture) throws(FeatureError) {
    guard let own = transformer, let other = features.transformer, own.heads != other.heads else {
      return
    }
    throw FeatureError(
      "the features are of \(other.heads) heads, this network has \(own.heads)")
  }

  /// Checks that a copy of all parameters of a source computes what the source does.
  ///
  /// - Throws: `FeatureError` naming the first setting without parameters that differs.
  func checkFunction(of source: Architecture) throws(FeatureError) {
    let settings: [(String, String, String)]
    if let own = transformer, let other = source.transformer {
      settings = [
        ("positions", own.positions.rawValue, other.positions.rawValue),
        ("heads", "\(own.heads)", "\(other.heads)"),
        ("epsilon", "\(own.epsilon)", "\(other.epsilon)"),
      ]
    } else if let own = residual, let other = source.residual {
      settings = [("norm", own.norm.rawValue, other.norm.rawValue)]
    } else {
      return
    }
    for (name, mine, theirs) in settings where mine != theirs {
      throw FeatureError(
        "a copy with \(name)=\(mine) would not compute what the source does, which has"
          + " \(name)=\(theirs)")
    }
  }
}
