// The type of an initialiser: its inputs, its size and how it draws a layer.

import Networks
import Tensors

/// A way to draw the rows of a linear map, a convolution's filters: a value in the table
/// `Initialisers.all`.
package struct Initialiser: Sendable {
  /// The inputs of a method.
  package enum Need: Equatable, Sendable {
    case nothing
    /// Features of this kind; nil: of any.
    case features(FeatureSet.Kind?)
    /// The network that is copied from.
    case source
    /// The network, and features of this kind of it.
    case weightedSource(FeatureSet.Kind)
    /// Images of the task that the network is for.
    case images
  }

  /// What decides the size of the filters.
  enum Size: Equatable, Sendable {
    /// The distribution has its own size.
    case own
    /// Unit deviation of the pre-activations, always.
    case output
    /// The scale given by `--scale`, or else these defaults.
    case asked(exact: FilterScale, paper: FilterScale)
  }

  /// The kinds of networks that a method can draw.
  enum Scope: Sendable {
    case all
    case transformers
    /// Residual networks without normalisations.
    case unnormalised

    /// - Throws: `FeatureError` if the architecture is of another kind.
    func check(_ architecture: Architecture, for method: String) throws(FeatureError) {
      switch self {
      case .all: return
      case .transformers:
        guard !architecture.isTransformer else { return }
        throw FeatureError("'\(method)' is of transformers, which \(architecture.name) is not")
      case .unnormalised:
        guard architecture.residual?.norm != ResNet.Norm.none else { return }
        throw FeatureError(
          "'\(method)' is of residual networks with norm=none, which \(architecture.name) is not")
      }
    }
  }

  /// The name that `--method` takes.
  package let name: String
  /// The distribution in one line.
  package let summary: String
  /// The inputs that `initialise` needs.
  package let needs: Need
  let size: Size
  /// Whether Σ can be shrunk towards the identity.
  let hasCovariance: Bool
  /// Whether its draws depend on the source's channels, so that `Alignment` can carry them over.
  package let aligns: Bool
  /// W [K, d] of one layer: filters [K, C·9].
  let draw: @Sendable (inout LayerDraw) throws(FeatureError) -> [Float]
  /// b [K] of the same layer; nil: zeros.
  let bias: (@Sendable (inout LayerDraw) throws(FeatureError) -> [Float])?
  /// The rule for parameters that belong to no linear map.
  let others: OtherParameters
  /// The networks that it is made for.
  let scope: Scope

  init(
    _ name: String, _ summary: String, needs: Need = .nothing,
    size: Size = .own, hasCovariance: Bool = false, aligns: Bool = false,
    others: OtherParameters = .timm, scope: Scope = .all,
    bias: (@Sendable (inout LayerDraw) throws(FeatureError) -> [Float])? = nil,
    draw: @escaping @Sendable (inout LayerDraw) throws(FeatureError) -> [Float]
  ) {
    self.name = name
    self.summary = summary
    self.needs = needs
    self.size = size
    self.hasCovariance = hasCovariance
    self.aligns = aligns
    self.others = others
    self.scope = scope
    self.bias = bias
    self.draw = draw
  }

  /// The scale that holds when the options name none; nil: the distribution has a size of its own.
  package func scale(under convention: Convention) -> FilterScale? {
    switch size {
    case .own: nil
    case .output: .output
    case .asked(let exact, let paper): convention == .paper ? paper : exact
    }
  }

  /// The scale that results from the options, as files record it.
  ///
  /// - Throws: `FeatureError` if an option means nothing for this method.
  package func scale(_ options: InitialisationOptions) throws(FeatureError) -> FilterScale? {
    guard (0...1).contains(options.shrink) else {
      throw FeatureError("shrinkage is a share in [0, 1], not \(options.shrink)")
    }
    if options.shrink > 0 && !hasCovariance {
      throw FeatureError("'\(name)' has no covariance to shrink")
    }
    guard let asked = options.scale else { return scale(under: options.convention) }
    guard !asked.needsImages else { return asked }
    if size == .own || size == .output {
      throw FeatureError(
        "'\(name)' has a size of its own: only scales 'output' and 'balanced' are possible")
    }
    if asked == .heDeviation, !hasFeatures {
      throw FeatureError("scale '\(asked.rawValue)' multiplies features, '\(name)' has none")
    }
    return asked
  }

  func drawBias(_ layer: inout LayerDraw) throws(FeatureError) -> [Float] {
    guard let bias else { return [Float](repeating: 0, count: layer.map.outputs) }
    return try bias(&layer)
  }

  /// Whether images are needed with these options.
  func needsImages(_ options: InitialisationOptions) -> Bool {
    needs == .images || options.scale?.needsImages == true
  }

  /// Whether features must be given.
  package var hasFeatures: Bool {
    switch needs {
    case .features, .weightedSource: true
    case .nothing, .source, .images: false
    }
  }
}
