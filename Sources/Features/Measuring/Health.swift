// Faults that make a network a bad source of features or a bad start, one line for each. In the first trials a source
// with 30 % dead filters and an effective rank below 2 cost forty points of accuracy.

import Networks

extension Probe {
  /// No healthy network of the trials had a tenth of dead filters, or a rank of 2. The first
  /// convolution is judged by its filters alone: its rank is that of the images (1.7 for grey ones). Nor are
  /// logits judged: their rank is bounded by the number of classes, and they need not be positive. Sound transformers
  /// have maps of lower ranks, at the start and in trained keys: they are judged by their blocks.
  static let deadLimit = 0.1
  static let rankLimit = 2.0
  /// Where every head of a block attends to hardly more than one token, its softmax passes hardly any gradient on. Some
  /// heads may: trained ones that are copied can look at one token. Even attention is no fault: that of timm's
  /// networks begins so.
  static let tokensLimit = 1.5

  /// One line a fault, naming the layer or the block; empty for a sound network.
  package var warnings: [String] { faultsOfLayers + faultsOfBlocks }

  private var faultsOfBlocks: [String] {
    blocks.compactMap { block in
      let effective = block.heads.map(\.effectiveTokens)
      guard block.tokens > 1, effective.allSatisfy({ $0 < Self.tokensLimit }),
        let most = effective.max()
      else { return nil }
      let rounded = (100 * most).rounded() / 100
      return "\(block.name): every head attends to one token (\(rounded) effective tokens of"
        + " \(block.tokens) at most)"
    }
  }

  private var faultsOfLayers: [String] {
    let ofBody = layers.filter { $0.name != last }
    if isTransformer, ofBody.count > 1, ofBody.allSatisfy({ $0.gradientNorm == 0 }) {
      // As where the head starts at zero.
      return ["no gradient arrives at any map of the body"]
    }
    return layers.flatMap { layer in
      // A branch that starts at zero adds nothing at first, and no gradient passes its second convolution: the second has
      // no output yet, the first no gradient.
      let isIdle = idle.contains(layer.name)
      var found: [String] = []
      if !layer.deviation.isFinite || !layer.gradientNorm.isFinite {
        found.append("\(layer.name): activations or gradients are not finite")
        return found
      }
      if layer.name != last, let dead = layer.deadShare, dead > Self.deadLimit {
        let percent = Int((100 * dead).rounded())
        found.append(
          "\(layer.name): \(percent) % of the \(layer.isOfHead ? "units" : "filters") never fire")
      }
      if !isTransformer, ![first, last].contains(layer.name),
        !(layer.effectiveRank >= Self.rankLimit), !(isIdle && layer.deviation == 0)
      {
        let rank = (10 * layer.effectiveRank).rounded() / 10
        found.append("\(layer.name): activations of effective rank \(rank)")
      }
      if layer.gradientNorm == 0, !(isIdle && layer.deviation > 0) {
        found.append("\(layer.name): no gradient arrives")
      }
      return found
    }
  }
}

extension Network {
  /// The names of both convolutions of the residual branches whose second one is zero, in a network without
  /// normalisations.
  var namesInIdleBranches: Set<String> {
    guard let network = architecture.residual, network.norm == .none else { return [] }
    let maps = architecture.body.filter { network.place(of: $0) != .outside }
    let pairs = zip(maps, maps.dropFirst()).filter { network.place(of: $1) == .second }
    return Set(
      pairs.filter { weight(of: $1).values.allSatisfy { $0 == 0 } }.flatMap { [$0.name, $1.name] })
  }

  /// Faults that show in the weights alone.
  ///
  /// - Parameter maps: of which linear maps; nil: of the body's.
  /// - Throws: `FeatureError` if an eigenproblem does not converge.
  package func weightWarnings(layers maps: [LinearMap]? = nil) throws(FeatureError) -> [String] {
    var found: [String] = []
    for map in maps ?? architecture.body {
      let weight = weight(of: map)
      guard weight.isFinite else {
        found.append("\(map.name): weights are not finite")
        continue
      }
      let zero = (0..<weight.rows).count { weight.row($0).allSatisfy { $0 == 0 } }
      if zero > 0 {
        found.append("\(map.name): \(zero) of \(weight.rows) \(map.nameOfRows) are zero")
      }
      // Rows that make logits: their number bounds their rank. Trained keys have low ranks.
      guard map != architecture.head.last, map.station == nil else { continue }
      let rank = effectiveRank(try ThinFactor.nfm(weight).spectrum())
      if zero < weight.rows && rank < Probe.rankLimit {
        found.append(
          "\(map.name): \(map.nameOfRows) of effective rank \((10 * rank).rounded() / 10)")
      }
    }
    return found
  }
}

extension GradientMoments {
  /// Faults that show in the gradients of a network's logits.
  package func warnings(_ architecture: Architecture) -> [String] {
    architecture.linearMaps.compactMap { map in
      guard let d = sums[map.name] else { return nil }
      guard d.isFinite else { return "\(map.name): gradients are not finite" }
      let silent = (0..<d.rows).count { d[$0, $0] == 0 }
      if silent == d.rows { return "\(map.name): no gradient arrives" }
      // Gradients of some logits arrive at those only.
      guard map != architecture.head.last else { return nil }
      guard Double(silent) > Probe.deadLimit * Double(d.rows) else { return nil }
      return "\(map.name): no gradient arrives at \(silent) of \(d.rows) \(map.nameOfRows)"
    }
  }
}

extension LinearMap {
  /// What the rows of W are called.
  var nameOfRows: String { if case .convolution = window { "filters" } else { "units" } }
}
