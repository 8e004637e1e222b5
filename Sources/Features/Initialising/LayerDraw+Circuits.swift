// Draws that keep the product of two maps of a transformer.

import Networks
import Tensors

extension LayerDraw {
  /// A map of the source, multiplied by the Z of its circuit (`CircuitMixing`).
  ///
  /// The patch embedding is the source's: it writes the basis that all others read. In an aligned draw the maps that
  /// read what Z has mixed leave Zᵀ to the regression.
  ///
  /// - Parameter weighted: whether W is D^½·W, with D that of the given features Wᵀ·D·W.
  /// - Throws: `FeatureError` if the source has no such map, or one that does not fit.
  func circuit(
    _ mixing: CircuitMixing, weighted: Bool = false
  ) throws(FeatureError) -> [Float] {
    guard let station = map.station else {
      throw FeatureError("'\(map.name)' is no map of a transformer's body: it has no circuit")
    }
    guard let heads = source?.architecture.transformer?.heads else {
      throw FeatureError("the circuits of '\(map.name)' need a source that is a transformer")
    }
    let own = architecture.transformer?.heads ?? 0
    guard isAligned || heads == own else {
      throw FeatureError(
        "the source has \(heads) heads, this network \(own): circuits go from head to head;"
          + " --align carries them over")
    }
    guard mixing != .mispaired || heads > 1 else {
      throw FeatureError("a source of one head has no other head to pair it with")
    }
    let weight = try circuitWeight(
      mixing == .mispaired ? station.mispaired(of: heads) : station,
      weighted: weighted && station != .embedding, isFolded: mixing != .gauge)
    var mixed: Matrix
    switch station {
    case .embedding: mixed = weight
    case .reader(let part, let head, let block):
      let circuit: Circuit = part == .value ? .values : .scores
      mixed = try mixer(mixing, circuit, block, head, map.outputs, weight.rows) * weight
    case .hidden(let block):
      mixed = try mixer(mixing, .hidden, block, 0, map.outputs, weight.rows) * weight
    case .projection(let block):
      let order = (0..<heads).map { mixing == .mispaired ? ($0 + 1) % heads : $0 }
      mixed = try reading(weight.columnGroups(order, of: heads), .values, block, heads, mixing)
    case .output(let block):
      var stream = RandomStream.circuit(.pairing, block: block, seed: seed)
      let order =
        mixing == .mispaired ? stream.permutation(weight.columns) : Array(0..<weight.columns)
      mixed = try reading(
        weight.columnGroups(order, of: weight.columns), .hidden, block, 1, mixing)
    }
    if isAligned, !station.reads, mixed.rows > map.outputs {
      mixed = mixed.rows(evenlySpaced(map.outputs, of: mixed.rows))
    }
    guard mixed.rows == map.outputs, mixed.columns == map.fanIn else {
      throw FeatureError(
        "'\(map.name)' of the source is \(weight.rows)×\(weight.columns), this network needs"
          + " \(map.outputs)×\(map.fanIn)\(isAligned ? "" : "; --align carries it over")")
    }
    let rows = mixed.tensor.values
    guard scale != .source || weighted && station != .embedding else { return rows }
    return try scaled(rows, from: weight.squaredNorm / Double(map.outputs))
  }

  /// b of the same map: the source's, multiplied as W is. Where Z is Gaussian only the patch embedding has a bias, which
  /// is part of the basis; the others start at zero.
  func circuitBias(_ mixing: CircuitMixing) throws(FeatureError) -> [Float] {
    guard let station = map.station, mixing == .gauge || station == .embedding,
      let source, let original = source.architecture.map(at: station)
    else { return [Float](repeating: 0, count: map.outputs) }
    let (new, old) = (map.outputs, original.outputs)
    let bias = source.bias(of: original).values
    let column = Matrix(bias.map(Double.init), rows: old, columns: 1)
    switch station {
    case .embedding, .projection, .output: return evenlySpaced(new, of: old).map { bias[$0] }
    case .reader(let part, let head, let block):
      let circuit: Circuit = part == .value ? .values : .scores
      return (try mixer(mixing, circuit, block, head, new, old) * column).tensor.values
    case .hidden(let block):
      return (try mixer(mixing, .hidden, block, 0, new, old) * column).tensor.values
    }
  }

  /// W of a map of the source with its normalisation's gain folded in or as it is; weighted by the features, D^½·W.
  private func circuitWeight(
    _ station: TransformerStation, weighted: Bool, isFolded: Bool
  ) throws(FeatureError) -> Matrix {
    guard let source, let original = source.architecture.map(at: station) else {
      throw FeatureError("the source has no '\(map.name)'")
    }
    let weight = Matrix(isFolded ? source.foldedWeight(of: original) : source.weight(of: original))
    guard weighted else { return weight }
    guard let features = featureSet?.layers[original.name] else {
      throw FeatureError("no features of '\(original.name)'")
    }
    return try features.factor.weighting(weight, of: original.name)
  }

  /// Z [new, old] of a circuit.
  private func mixer(
    _ mixing: CircuitMixing, _ circuit: Circuit, _ block: Int, _ head: Int, _ new: Int, _ old: Int
  ) throws(FeatureError) -> Matrix {
    var stream = RandomStream.circuit(circuit, block: block, head: head, seed: seed)
    return try circuit == .hidden
      ? mixing.ofHiddenUnits(new, old, &stream) : mixing.ofAttention(new, old, &stream)
  }

  /// W·Zᵀ, for each of `heads` groups of columns with the Z of its own; W in an aligned draw.
  private func reading(
    _ weight: Matrix, _ circuit: Circuit, _ block: Int, _ heads: Int, _ mixing: CircuitMixing
  ) throws(FeatureError) -> Matrix {
    guard !isAligned, map.fanIn % heads == 0 else { return weight }
    let (new, old) = (map.fanIn / heads, weight.columns / heads)
    var result = Matrix(zeros: weight.rows, map.fanIn)
    for head in 0..<heads {
      let z = try mixer(mixing, circuit, block, head, new, old)
      let mixed = weight.columnGroups([head], of: heads).timesTransposed(z)
      for i in 0..<weight.rows {
        for j in 0..<new { result[i, head * new + j] = mixed[i, j] }
      }
    }
    return result
  }
}

extension TransformerStation {
  /// The map that stands here where each is paired with one of the next head.
  fileprivate func mispaired(of heads: Int) -> TransformerStation {
    guard case .reader(.key, let head, let block) = self else { return self }
    return .reader(.key, head: (head + 1) % heads, block: block)
  }
}

extension Architecture {
  /// The map of a transformer's body that stands there; nil: there is none.
  fileprivate func map(at station: TransformerStation) -> LinearMap? {
    body.first { $0.station == station }
  }
}

extension Matrix {
  /// Some of its rows.
  fileprivate func rows(_ chosen: [Int]) -> Matrix {
    Matrix(
      chosen.flatMap { values[$0 * columns..<($0 + 1) * columns] }, rows: chosen.count,
      columns: columns)
  }

  /// Some of the `count` equal groups that its columns form.
  fileprivate func columnGroups(_ chosen: [Int], of count: Int) -> Matrix {
    precondition(columns % count == 0)
    let width = columns / count
    var result = Matrix(zeros: rows, chosen.count * width)
    for row in 0..<rows {
      for (place, group) in chosen.enumerated() {
        for j in 0..<width { result[row, place * width + j] = self[row, group * width + j] }
      }
    }
    return result
  }
}
