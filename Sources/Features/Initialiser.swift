import Tensors

/// A way to draw the filters of convolutions: a value in the table `Initialisers.all`.
public struct Initialiser: Sendable {
  /// What must be at hand.
  public enum Need: Equatable, Sendable {
    case nothing
    /// Features of this kind; nil: of any.
    case features(FeatureSet.Kind?)
    /// The network that is copied from.
    case source
    /// Images of the task that the network is for.
    case images
  }

  public let name: String
  /// The distribution in one line.
  public let summary: String
  public let needs: Need
  /// Scales when none is asked for; nil: the distribution has a size of its own.
  let scales: (exact: FilterScale, paper: FilterScale)?
  /// Whether Σ can be shrunk towards the identity.
  public let hasCovariance: Bool
  /// Filters [K, C·9] of one layer.
  let draw: @Sendable (inout LayerDraw) throws(FeatureError) -> [Float]

  init(
    _ name: String, _ summary: String, needs: Need = .nothing,
    scales: (exact: FilterScale, paper: FilterScale)? = nil, hasCovariance: Bool = false,
    draw: @escaping @Sendable (inout LayerDraw) throws(FeatureError) -> [Float]
  ) {
    self.name = name
    self.summary = summary
    self.needs = needs
    self.scales = scales
    self.hasCovariance = hasCovariance
    self.draw = draw
  }

  /// The scale that holds when the options name none.
  public func scale(under convention: Convention) -> FilterScale? {
    convention == .paper ? scales?.paper : scales?.exact
  }

  /// The scale that the options come to: what files record.
  ///
  /// - Throws: `FeatureError` if an option means nothing for this method.
  public func scale(_ options: InitialisationOptions) throws(FeatureError) -> FilterScale? {
    guard (0...1).contains(options.shrink) else {
      throw FeatureError("shrinkage is a share in [0, 1], not \(options.shrink)")
    }
    if options.shrink > 0 && !hasCovariance {
      throw FeatureError("'\(name)' has no covariance to shrink")
    }
    guard let asked = options.scale else { return scale(under: options.convention) }
    switch asked {
    case .output: break
    case .heDeviation where !hasCovariance:
      throw FeatureError("scale '\(asked.rawValue)' multiplies a covariance, '\(name)' has none")
    case _ where scales == nil:
      throw FeatureError("'\(name)' has a size of its own: only scale 'output' changes it")
    default: break
    }
    return asked
  }

  /// Whether images are needed with these options.
  public func needsImages(_ options: InitialisationOptions) -> Bool {
    needs == .images || options.scale == .output
  }
}
