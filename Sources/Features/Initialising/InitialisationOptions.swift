/// The size of the filters of a drawn or copied layer. A covariance determines directions; the size is a separate
/// choice, and a comparison of methods at different sizes is confounded by it.
package enum FilterScale: String, CaseIterable, Sendable {
  /// tr Σ = 1, the authors' `agop` and `nfm`: half of He's variance.
  case trace
  /// Mean per-weight variance 2/fan_in, as He's: tr Σ = 2.
  case fanIn = "fan-in"
  /// Mean square of the source network's own filters of the layer.
  case source
  /// That of the family's usual initialiser: of transformers timm's, of residual networks without normalisations Fixup's, of
  /// other networks torchvision's N(0, 2/fan_out).
  case `default`
  /// Each layer in turn rescaled so that its pre-activations have unit deviation on a batch of images
  /// (as LSUV does).
  case output
  /// As `output`, and then the size moved between the layers until ‖∇W‖/‖W‖ is the same for all of them
  /// (`Network.balanced`).
  case balanced
  /// The authors' `kaiming-…`: He's *deviation* √(2/fan_in) times Σ as it is, not normalised; AGOP
  /// also divided by 100.
  case heDeviation = "he-deviation"

  /// Whether the size depends on images of the task.
  package var needsImages: Bool { self == .output || self == .balanced }
}

/// Which of two sets of defaults holds: that of the authors' code, or that of the definitions (docs/agop.md).
package enum Convention: String, CaseIterable, Sendable {
  case paper, exact
}

/// Options of `initialise`. `convention` only sets the others together.
package struct InitialisationOptions: Equatable, Sendable {
  /// Whose defaults hold.
  package let convention: Convention
  /// nil: the method's own under the convention (`Initialiser.scale(under:)`).
  package var scale: FilterScale?
  /// ρ in [0, 1]: Σ/tr Σ → (1−ρ)·Σ/tr Σ + ρ·I/d before scaling.
  package var shrink = 0.0
  /// How the fully connected layers are drawn; `scale`, `shrink` and `layers` are of the convolutions.
  package var head: HeadInitialisation
  /// Convolutions that the method initialises; the others are Kaiming-normal, with the values that
  /// `kaiming-normal` draws under the same seed.
  package var layers = LayerSelection.all
  /// Which of a transformer's maps among `layers` the method draws; timm's default draws the others.
  package var sides = TokenSides.both

  /// The options that a convention stands for.
  package init(convention: Convention = .exact) {
    self.convention = convention
    head = .usual(convention)
  }
}
