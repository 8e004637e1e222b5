// The random matrix that a draw puts between the two maps of a circuit.

import Networks
import Tensors

/// The random matrix Z that a draw puts between the two maps of a circuit. Circuits are the queries and keys of a head,
/// whose product W_QᵀW_K gives scores; its values and attention's projection, W_O·W_V; and the MLP's two maps. Maps that
/// write the values in between become Z·W, maps that read them W·Zᵀ, with the same Z.
enum CircuitMixing: Sendable {
  /// Z orthogonal in attention, a permutation of the MLP's hidden units: the network computes what the source does.
  case gauge
  /// Z [k', k] of entries N(0, 1/k'), E[ZᵀZ] = I: the products are the source's in the mean.
  case coupled
  /// The same with keys and projection of the next head, and hidden units shuffled: each map is drawn as before, but the
  /// products are those of maps from different circuits.
  case mispaired

  /// Z [k', k] of attention.
  ///
  /// - Throws: `FeatureError` if there is none for these sizes.
  func ofAttention(
    _ new: Int, _ old: Int, _ stream: inout RandomStream
  ) throws(FeatureError) -> Matrix {
    guard self == .gauge else { return Self.gaussian(new, old, &stream) }
    return try Self.square(new, old) { order throws(FeatureError) in
      try stream.orthonormalRows(order, of: order)
    }
  }

  /// Z [k', k] of the MLP's hidden units.
  ///
  /// - Throws: `FeatureError` if there is none for these sizes.
  func ofHiddenUnits(
    _ new: Int, _ old: Int, _ stream: inout RandomStream
  ) throws(FeatureError) -> Matrix {
    guard self == .gauge else { return Self.gaussian(new, old, &stream) }
    return try Self.square(new, old) { order throws(FeatureError) in
      var z = Matrix(zeros: order, order)
      for (i, j) in stream.permutation(order).enumerated() { z[i, j] = 1 }
      return z
    }
  }

  private static func gaussian(_ new: Int, _ old: Int, _ stream: inout RandomStream) -> Matrix {
    let deviation = 1 / Double(new).squareRoot()
    return Matrix(
      stream.normals(new * old).map { Double($0) * deviation }, rows: new, columns: old)
  }

  private static func square(
    _ new: Int, _ old: Int, _ make: (Int) throws(FeatureError) -> Matrix
  ) throws(FeatureError) -> Matrix {
    guard new == old else {
      throw FeatureError(
        "'gauge' turns \(old) values into as many, this network has \(new)")
    }
    return try make(new)
  }
}
