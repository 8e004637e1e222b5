/// The table of all initialisers. They draw convolutions, whose biases are zero. The fully connected
/// layers are drawn in the same way for all, by `kaiming` or by one of these (`HeadInitialisation`).
package enum Initialisers {
  /// In the order of the help.
  package static let all = distributions + covariances + controls + circuits + baselines

  /// Distributions that know only a layer's shape.
  private static let distributions = [
    Initialiser("zero", "0: all filters stay equal") { layer in layer.constant(0) },
    Initialiser("normal", "N(0, 0.05²)") { layer in layer.normal(variance: 0.05 * 0.05) },
    Initialiser("uniform", "U(−0.025, 0.025)") { layer in layer.uniform(bound: 0.025) },
    Initialiser("xavier-normal", "N(0, 4/(fan_in + fan_out)): Glorot & Bengio 2010, gain √2") {
      layer in
      layer.normal(variance: 4 / Double(layer.map.fanIn + layer.map.fanOut))
    },
    Initialiser("kaiming-uniform", "U(±√(6/fan_in)): He et al. 2015") { layer in
      layer.uniform(bound: (6 / Double(layer.map.fanIn)).squareRoot())
    },
    Initialiser("kaiming-normal", "N(0, 2/fan_in): He et al. 2015") { layer in
      layer.normal(variance: 2 / Double(layer.map.fanIn))
    },
    Initialiser("default", "N(0, 2/fan_out): torchvision's VGG") { layer in
      layer.normal(variance: 2 / Double(layer.map.fanOut))
    },
    Initialiser("torch", "U(±1/√fan_in): PyTorch's Conv2d") { layer in
      layer.uniform(bound: 1 / Double(layer.map.fanIn).squareRoot())
    },
  ]

  /// Filters drawn with the covariance of a trained network's features.
  private static let covariances = [
    Initialiser(
      "agop", "N(0, Σ/tr Σ), Σ = AGOP^½ by default (AGOP: average gradient outer product)",
      needs: .features(.agop), size: .asked(exact: .trace, paper: .trace), hasCovariance: true,
      aligns: true
    ) { layer throws(FeatureError) in try layer.features() },
    Initialiser(
      "nfm", "N(0, Σ/tr Σ), Σ the neural feature matrix WᵀW", needs: .features(.nfm),
      size: .asked(exact: .trace, paper: .trace), hasCovariance: true, aligns: true
    ) { layer throws(FeatureError) in try layer.features() },
    Initialiser(
      "kaiming-agop", "agop at He's variance (paper: √(2/fan_in)·Σ/100)",
      needs: .features(.agop), size: .asked(exact: .fanIn, paper: .heDeviation),
      hasCovariance: true,
      aligns: true
    ) { layer throws(FeatureError) in try layer.features() },
    Initialiser(
      "kaiming-nfm", "nfm at He's variance (paper: √(2/fan_in)·Σ)", needs: .features(.nfm),
      size: .asked(exact: .fanIn, paper: .heDeviation), hasCovariance: true, aligns: true
    ) { layer throws(FeatureError) in try layer.features() },
  ]

  /// Controls that keep one property of a trained network.
  private static let controls = [
    Initialiser(
      "copy", "the source's filters; of a ResNet or transformer all but the head",
      needs: .source,
      size: .asked(exact: .source, paper: .source), aligns: true, others: .source,
      bias: { layer throws(FeatureError) in layer.copiedBias() },
      draw: { layer throws(FeatureError) in try layer.copy() }),
    Initialiser(
      "permuted", "copy, the filters shuffled within each layer", needs: .source,
      size: .asked(exact: .source, paper: .source), aligns: true
    ) { layer throws(FeatureError) in try layer.permuted() },
    Initialiser(
      "rotated", "copy, the filters mixed within each layer by a random orthogonal matrix",
      needs: .source, size: .asked(exact: .source, paper: .source), aligns: true
    ) { layer throws(FeatureError) in try layer.rotated() },
    Initialiser(
      "select", "evenly spaced weights of a larger source: Xu et al. 2024", needs: .source,
      size: .asked(exact: .source, paper: .source), others: .selected,
      bias: { layer throws(FeatureError) in try layer.selectedBias() },
      draw: { layer throws(FeatureError) in try layer.select() }),
    Initialiser(
      "spectrum", "N(0, Σ'), the features' eigenvalues with random eigenvectors",
      needs: .features(nil), size: .asked(exact: .fanIn, paper: .trace), hasCovariance: true,
      aligns: true
    ) { layer throws(FeatureError) in try layer.spectrum() },
    Initialiser(
      "spatial", "N(0, S ⊗ I), S the features' mean spatial covariance, 9×9",
      needs: .features(nil), size: .asked(exact: .fanIn, paper: .trace), hasCovariance: true,
      aligns: true
    ) { layer throws(FeatureError) in try layer.spatial() },
  ]

  /// Draws from a trained transformer that keep products of its maps.
  private static let circuits = [
    circuit(
      "gauge", "transformers: another network of the source's function", .gauge, others: .source),
    circuit(
      "coupled-nfm", "transformers: nfm, one Gaussian for both maps of a circuit", .coupled),
    circuit(
      "coupled-agop", "transformers: agop, one Gaussian for both maps of a circuit", .coupled,
      needs: .weightedSource(.agop)),
    circuit(
      "coupled-permuted", "transformers: coupled-nfm, maps paired with another head's", .mispaired),
  ]

  private static func circuit(
    _ name: String, _ summary: String, _ mixing: CircuitMixing, needs: Initialiser.Need = .source,
    others: OtherParameters = .basis
  ) -> Initialiser {
    Initialiser(
      name, summary, needs: needs, size: .asked(exact: .source, paper: .source),
      aligns: true, others: others, scope: .transformers,
      bias: { layer throws(FeatureError) in try layer.circuitBias(mixing) },
      draw: { layer throws(FeatureError) in
        try layer.circuit(mixing, weighted: needs != .source)
      })
  }

  /// Rivals that need no trained network.
  private static let baselines = [
    Initialiser(
      "patches", "N(0, Σ), Σ the covariance of the patches that the layer sees",
      needs: .images, size: .asked(exact: .fanIn, paper: .trace), hasCovariance: true
    ) { layer throws(FeatureError) in try layer.patches() },
    Initialiser("orthogonal", "√2 times random orthonormal filters: Saxe et al. 2014") {
      layer throws(FeatureError) in try layer.orthogonal()
    },
    Initialiser(
      "timm", "transformers: N(0, 0.02²), patches U(±1/√fan_in)", scope: .transformers,
      bias: { layer throws(FeatureError) in layer.timmBias() }, draw: { layer in layer.timm() }),
    Initialiser(
      "torchvision", "transformers: Xavier's uniform, patches N(0, 1/fan_in)",
      others: .torchvision, scope: .transformers,
      bias: { layer throws(FeatureError) in layer.torchvisionBias() },
      draw: { layer in layer.torchvision() }),
    rival(
      "mimetic", "transformers: products like trained ones: Trockman & Kolter 2023",
      others: .sineCosine
    ) { layer throws(FeatureError) in try layer.mimetic() },
    rival(
      "conditioned", "transformers: semi-orthogonal q, k, identity v: Saratchandran & Lucey 2026"
    ) { layer throws(FeatureError) in try layer.conditioned() },
    rival("t-fixup", "transformers: Xavier's uniform × 0.67·L^(−1/4): Huang et al. 2020") {
      layer throws(FeatureError) in layer.tFixup()
    },
    Initialiser(
      "fixup", "residual networks with norm=none: N(0, 2/fan_out) in parts: Zhang et al. 2019",
      scope: .unnormalised
    ) { layer in layer.normal(variance: layer.usualVariance) },
    Initialiser(
      "lsuv", "orthogonal, at unit output deviation: Mishkin & Matas 2016",
      needs: .images, size: .output
    ) { layer throws(FeatureError) in try layer.orthogonal() },
  ]

  /// timm's biases, and other parameters unless they are named.
  private static func rival(
    _ name: String, _ summary: String, others: OtherParameters = .timm,
    draw: @escaping @Sendable (inout LayerDraw) throws(FeatureError) -> [Float]
  ) -> Initialiser {
    Initialiser(
      name, summary, others: others, scope: .transformers,
      bias: { layer throws(FeatureError) in layer.timmBias() }, draw: draw)
  }

  /// - Throws: `FeatureError` if there is no initialiser of that name.
  package static func named(_ name: String) throws(FeatureError) -> Initialiser {
    guard let found = all.first(where: { $0.name == name }) else {
      throw FeatureError("no initialiser '\(name)'")
    }
    return found
  }
}
