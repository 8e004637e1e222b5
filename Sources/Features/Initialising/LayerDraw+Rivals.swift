// Starts of vision transformers that need no trained network, beside those of libraries.

import Foundation
import Networks
import Tensors

extension LayerDraw {
  /// Products like those of trained transformers (Trockman & Kolter 2023, *Mimetic Initialization of Self-Attention
  /// Layers*): in each head W_QᵀW_K is the best approximation of rank h to 0.7·Z + 0.7·I, and W_O·W_V = 0.4·Z − 0.4·I, with
  /// entries of Z from N(0, 1/d); other maps as timm's.
  ///
  /// - Throws: `FeatureError` if the decomposition of a product does not converge.
  mutating func mimetic() throws(FeatureError) -> [Float] {
    switch map.station {
    case .reader(.value, let head, let block):
      let factors = try mimicked(.values, block, noise: 0.4, identity: -0.4)
      return factors.right.rows(head * map.outputs..<(head + 1) * map.outputs)
    case .reader(let part, let head, let block):
      let factors = try mimicked(.scores, block, head, noise: 0.7, identity: 0.7)
      let rows = part == .query ? factors.left.transposed : factors.right
      return rows.rows(0..<map.outputs)
    case .projection(let block):
      return try mimicked(.values, block, noise: 0.4, identity: -0.4).left.tensor.values
    default: return timm()
    }
  }

  /// U·√S and √S·Vᵀ [d, d] of a·Z + b·I = U·S·Vᵀ, singular values descending.
  private func mimicked(
    _ circuit: Circuit, _ block: Int, _ head: Int = 0, noise a: Double, identity b: Double
  ) throws(FeatureError) -> (left: Matrix, right: Matrix) {
    let d = map.inputs
    var stream = RandomStream.circuit(circuit, block: block, head: head, seed: seed)
    let deviation = a / Double(d).squareRoot()
    var product = Matrix(
      stream.normals(d * d).map { Double($0) * deviation }, rows: d, columns: d)
    for i in 0..<d { product[i, i] += b }
    guard let eigen = SymmetricEigen(product.transposedTimes(product)) else {
      throw FeatureError("the products of '\(map.name)' have no singular values")
    }
    let roots = eigen.values.map { pow(max($0, 0), 0.25) }
    let left = (eigen.vectors.timesTransposed(product)).scalingRows(
      roots.map { $0 > 0 ? 1 / $0 : 0 })
    return (left.transposed, eigen.vectors.scalingRows(roots))
  }

  /// Well-conditioned attention (Saratchandran & Lucey 2026): queries and keys of each head semi-orthogonal, drawn
  /// apart; values the rows of the identity that belong to the head, so that all heads' are the identity; other maps as
  /// timm's.
  mutating func conditioned() throws(FeatureError) -> [Float] {
    switch map.station {
    case .reader(.value, let head, _):
      var rows = constant(0)
      for i in 0..<map.outputs { rows[i * map.fanIn + head * map.outputs + i] = 1 }
      return rows
    case .reader: return try stream.orthonormalRows(map.outputs, of: map.fanIn).tensor.values
    default: return timm()
    }
  }

  /// Xavier's uniform, with values, projection and MLP × 0.67·L^(−1/4), L the number of blocks (Huang et al. 2020,
  /// *Improving Transformer Optimization Through Better Initialization*); the patch embedding as timm's.
  mutating func tFixup() -> [Float] {
    guard let depth = architecture.transformer?.depth, let station = map.station,
      station != .embedding
    else { return timm() }
    var (outputs, gain) = (map.outputs, 0.67 * pow(Double(depth), -0.25))
    if case .reader(let part, _, _) = station {
      // Xavier's fan-out is that of all heads.
      outputs = map.inputs
      if part != .value { gain = 1 }
    }
    return uniform(bound: gain * (6 / Double(map.fanIn + outputs)).squareRoot())
  }
}

extension Matrix {
  /// Some of its rows, in single precision.
  fileprivate func rows(_ range: Range<Int>) -> [Float] {
    values[range.lowerBound * columns..<range.upperBound * columns].map(Float.init)
  }
}
