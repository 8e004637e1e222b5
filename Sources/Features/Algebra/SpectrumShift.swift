// What is added to every eigenvalue of a feature matrix: ρ in FᵀF + ρI.

/// The isotropic part that a feature matrix is given besides its factor.
package enum SpectrumShift: Equatable, Sendable {
  /// Nothing: FᵀF can be drawn from as it is.
  case none
  /// The authors' + (|λ| + 1e-6)·I of a matrix whose smallest eigenvalue λ is not positive.
  case paper
  /// ρI makes this share, in [0, 1), of the trace of FᵀF + ρI.
  case share(Double)

  /// The constant of the authors' code.
  static let paperMargin = 1e-6

  /// `none`, `paper`, or a share in [0, 1).
  package init?(_ text: String) {
    switch text {
    case "none": self = .none
    case "paper": self = .paper
    default:
      guard let share = Double(text), (0..<1).contains(share) else { return nil }
      self = share == 0 ? .none : .share(share)
    }
  }

  /// As `init` takes it.
  package var text: String {
    switch self {
    case .none: "none"
    case .paper: "paper"
    case .share(let share): "\(share)"
    }
  }

  /// ρ that makes `share` of the trace of a matrix [d, d] whose other part has this trace.
  static func isotropic(_ share: Double, trace: Double, dimension: Int) -> Double {
    share / (1 - share) * trace / Double(dimension)
  }
}

extension FeatureSet {
  /// The same matrices with an isotropic part added to each.
  ///
  /// A Gram matrix of fewer than d filters has λ = 0 exactly, so the shift `paper` is 1e-6. In the
  /// authors' single precision λ is rounding instead, about −1e-4 of the largest eigenvalue, and their
  /// shift is that large: `share` stands for it.
  ///
  /// - Throws: `FeatureError` if a factor is not finite.
  package func shifted(_ shift: SpectrumShift) throws(FeatureError) -> FeatureSet {
    guard shift != .none else { return self }
    var layers = self.layers
    for (name, layer) in layers {
      let isotropic = try layer.isotropic + layer.isotropicPart(of: shift)
      layers[name] = LayerFeatures(layer.factor, isotropic: isotropic)
    }
    return try FeatureSet(
      kind: kind, architecture: architecture, preparation: preparation, layers: layers,
      power: power)
  }
}

extension LayerFeatures {
  fileprivate func isotropicPart(of shift: SpectrumShift) throws(FeatureError) -> Double {
    switch shift {
    case .none: return 0
    case .share(let share):
      return SpectrumShift.isotropic(share, trace: trace, dimension: factor.dimension)
    case .paper:
      let spectrum = try factor.spectrum()
      let full = spectrum.count == factor.dimension
      let smallest = (full ? spectrum.last ?? 0 : 0) + isotropic
      return smallest <= 0 ? SpectrumShift.paperMargin : 0
    }
  }
}
