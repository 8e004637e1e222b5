// The layers that are drawn already, for initialisers that use their outputs on images.

import Networks
import Tensors

/// A network whose layers are drawn one after another, each from the outputs of the layers before it on a batch of
/// images.
final class GrowingNetwork {
  let compiled: CompiledNetwork
  private let count: Int
  private let seed: UInt64
  private let pool: WorkerPool

  /// - Parameter network: its linear maps are zero.
  init(
    _ network: Network, _ task: TaskImages, withHead: Bool, seed: UInt64
  ) throws(FeatureError) {
    guard task.count > 0 else { throw FeatureError("no images to look at") }
    do {
      // Torchvision's head would take a gigabyte.
      compiled = try (withHead ? network : network.bodyOnly())
        .compiled(on: task, preparation: task.preparation)
    } catch { throw FeatureError(error.description) }
    compiled.statisticsMomentum = 1
    count = task.count
    self.seed = seed
    pool = task.pool
  }

  /// Deviation of the pre-activations that layer `layer` would have with this weight [K, d] and bias [K].
  func deviation(layer: Int, weight: [Float], bias: [Float]) -> Double {
    Preactivations(
      compiled, map: layer, images: count, weight: weight, bias: bias, ranked: false, pool: pool
    ).deviation
  }

  /// Sets weight and bias of layer `layer`, so that the input of the next one can be computed. A batch normalisation that
  /// follows uses the statistics of these images, as in training.
  func grow(layer: Int, weight: [Float], bias: [Float]) {
    compiled.load(map: layer, weight: weight, bias: bias)
    compiled.evaluate(map: layer, images: count, by: .batch)
  }

  /// The linear maps of its body.
  var body: [LinearMap] { compiled.architecture.body }

  /// Windows [n, d] of the input of layer `layer` at n random positions of the images, with their mean subtracted; all
  /// positions if there are no more than `limit`.
  func centredPatches(layer: Int, limit: Int) -> (rows: [Float], count: Int) {
    let (windows, input) = (compiled.windows(of: layer), compiled.input(of: layer))
    let (d, size) = (windows.length, windows.positions)
    var stream = RandomStream(seed: seed, .selection, index: 1 + layer)
    let chosen = stream.permutation(count * size).prefix(limit)
    var rows = [Float](repeating: 0, count: chosen.count * d)
    var mean = [Double](repeating: 0, count: d)
    rows.withUnsafeMutableBufferPointer { rows in
      for (i, place) in chosen.enumerated() {
        let patch = UnsafeMutableBufferPointer(rebasing: rows[i * d..<(i + 1) * d])
        windows.gather(input, place, into: patch)
        for j in 0..<d { mean[j] += Double(patch[j]) }
      }
    }
    let offsets = mean.map { Float($0 / Double(chosen.count)) }
    for i in 0..<chosen.count {
      for j in 0..<d { rows[i * d + j] -= offsets[j] }
    }
    return (rows, chosen.count)
  }
}
