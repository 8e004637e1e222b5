// Copies of a trained network's filters.

import Networks
import Tensors

extension LayerDraw {
  /// The source's filters unchanged, at the given scale.
  func copy() throws(FeatureError) -> [Float] { try copy(of: sourceFilters(isFolded: false)) }

  private func copy(of weight: Tensor) throws(FeatureError) -> [Float] {
    guard isAligned && weight.rows > map.outputs || weight.rows == map.outputs else {
      throw mismatch(weight)
    }
    let chosen = evenlySpaced(map.outputs, of: weight.rows)
    return try scaledCopy(chosen.flatMap(weight.row))
  }

  /// The source's filters shuffled within the layer, so that the next layer's channels no longer match.
  mutating func permuted() throws(FeatureError) -> [Float] {
    let (filters, d) = (try copy(of: sourceFilters(isFolded: true)), map.fanIn)
    return stream.permutation(map.outputs).flatMap { filters[$0 * d..<($0 + 1) * d] }
  }

  /// The source's filters mixed by a random orthogonal Q (Haar), Q·W: WᵀW is the same. Q [K', K] has
  /// orthonormal rows or columns where the source's layer has another number of filters.
  mutating func rotated() throws(FeatureError) -> [Float] {
    let weight = try sourceFilters(isFolded: true)
    let (new, old) = (map.outputs, weight.rows)
    let axes = try stream.orthonormalRows(min(new, old), of: max(new, old))
    return try scaledCopy(((new <= old ? axes : axes.transposed) * Matrix(weight)).tensor.values)
  }

  /// The source's filters of this layer, however many.
  ///
  /// - Parameter isFolded: whether with the gain of a normalisation that they read, for a network that starts with 1.
  private func sourceFilters(isFolded: Bool) throws(FeatureError) -> Tensor {
    guard let source,
      let original = source.architecture.linearMaps.first(where: { $0.name == map.name })
    else { throw FeatureError("the source has no '\(map.name)' to copy") }
    let weight = isFolded ? source.foldedWeight(of: original) : source.weight(of: original)
    guard weight.columns == map.fanIn else { throw mismatch(weight) }
    return weight
  }

  private func mismatch(_ weight: Tensor) -> FeatureError {
    FeatureError(
      "the source's '\(map.weight)' is \(weight.shape), this network needs \(map.weightShape)"
        + (isAligned || map.role == .head ? "" : "; 'select' takes a subset"))
  }

  /// A uniform subset of a larger network's weights (Xu et al. 2024, *Initializing Models with Larger
  /// Ones*): evenly spaced rows and channels of the layer at the same place.
  func select() throws(FeatureError) -> [Float] {
    guard let source else { throw FeatureError("'select' needs the source network") }
    guard !architecture.isTransformer else { return try selectedOfTransformer(source) }
    let (larger, taps) = try counterpart(in: source.architecture)
    guard larger.outputs >= map.outputs, larger.inputs >= map.inputs else {
      throw FeatureError(
        "'\(larger.name)' of \(source.architecture.name) is smaller than '\(map.name)'")
    }
    let weight = source.weight(of: larger)
    let (width, all) = (map.fanIn / taps, larger.fanIn / taps)
    let channels = evenlySpaced(width, of: all)
    var filters: [Float] = []
    filters.reserveCapacity(count)
    for k in evenlySpaced(map.outputs, of: larger.outputs) {
      for c in channels {
        let first = (k * all + c) * taps
        filters.append(contentsOf: weight.values[first..<first + taps])
      }
    }
    return try scaledCopy(filters)
  }

  /// The layer of a larger network at the place of this one, and how many entries of a row belong to one
  /// channel: between the same pools, or as far from the end of a head that has as many layers.
  private func counterpart(
    in larger: Architecture
  ) throws(FeatureError) -> (map: LinearMap, taps: Int) {
    guard map.role == .head else {
      guard let found = larger.partner(of: index, in: architecture) else {
        throw FeatureError("\(larger.name) has no convolution at the place of '\(map.name)'")
      }
      return (larger.body[found], map.taps)
    }
    let head = larger.head
    guard head.count == architecture.head.count, larger.pooled == architecture.pooled else {
      throw FeatureError("'select' takes a head from one with as many layers and as large a pool")
    }
    let index = index - architecture.body.count
    return (head[index], index == 0 ? larger.pooled * larger.pooled : 1)
  }

  /// Filters that are unchanged at scale `source`.
  func scaledCopy(_ filters: [Float]) throws(FeatureError) -> [Float] {
    guard scale != .source else { return filters }
    return try scaled(
      filters, from: filters.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(map.outputs))
  }

  /// At the asked scale, from a mean squared norm of the rows of their own.
  func scaled(_ rows: [Float], from natural: Double) throws(FeatureError) -> [Float] {
    guard natural > 0, natural.isFinite else {
      throw FeatureError("the source's '\(map.weight)' is zero or not finite")
    }
    let factor = Float((try trace(natural: natural) / natural).squareRoot())
    return rows.map { $0 * factor }
  }
}
