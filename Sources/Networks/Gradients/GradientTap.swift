// Accumulation of D during a backward pass.

import Tensors

/// The accumulator of D += Σ δδᵀ for some linear maps during a backward sweep. δ is the gradient with respect to the
/// map's output.
final class GradientTap {
  /// D [K, K] by the map's name, initially zero.
  private(set) var sums: [String: Matrix]
  /// The name of the only map for which D is accumulated; nil means all maps.
  var only: String?
  private let gram: GramAccumulator

  init(_ maps: [LinearMap], pool: WorkerPool) {
    sums = Dictionary(
      uniqueKeysWithValues: maps.map { ($0.name, Matrix(zeros: $0.outputs, $0.outputs)) })
    gram = GramAccumulator(widest: maps.map(\.outputs).max() ?? 0, pool: pool)
  }

  /// Calls `body` with D of `map` if D is accumulated for that map.
  func listen(to map: LinearMap, _ body: (GramAccumulator, inout Matrix) -> Void) {
    guard only == nil || only == map.name, let index = sums.index(forKey: map.name) else { return }
    body(gram, &sums.values[index])
  }
}
