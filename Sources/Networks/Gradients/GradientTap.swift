/// What AGOP needs of a backward pass.

import Tensors

/// Sums D += Σ δδᵀ of some linear maps while a sweep passes them, δ being the gradient by what the map
/// puts out.
final class GradientTap {
  /// D [K, K] by the map's name, zeros at first.
  private(set) var sums: [String: Matrix]
  /// If set, the only map that is listened to.
  var only: String?
  private let gram: GramAccumulator

  init(_ maps: [LinearMap], pool: WorkerPool) {
    sums = Dictionary(
      uniqueKeysWithValues: maps.map { ($0.name, Matrix(zeros: $0.outputs, $0.outputs)) })
    gram = GramAccumulator(widest: maps.map(\.outputs).max() ?? 0, pool: pool)
  }

  /// Calls `body` with D of `map`, if it is wanted.
  func listen(to map: LinearMap, _ body: (GramAccumulator, inout Matrix) -> Void) {
    guard only == nil || only == map.name, let index = sums.index(forKey: map.name) else { return }
    body(gram, &sums.values[index])
  }
}
