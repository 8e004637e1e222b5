// A network's state before training.

import Measurements
import Networks
import Tensors

/// Sizes of signals and gradients in a network before training, which distinguish an initialisation that
/// will learn from one that explodes, collapses or is dead.
package struct Probe: Equatable, Sendable {
  /// Those asked for, in the network's order.
  package let layers: [LayerProbe]
  /// A transformer's blocks, in order; empty for other networks.
  package let blocks: [BlockProbe]
  /// Mean cross-entropy of the batch; ln(outputs) when all logits are equal.
  package let loss: Double
  /// The number of images that were used.
  package let images: Int
  // For its faults: names of the network's first linear map, which images enter, and of the last, which logits leave.
  let (first, last): (String?, String?)
  let isTransformer: Bool
  /// Names of the maps of residual branches that start at zero, as Fixup's do.
  let idle: Set<String>

  /// - Parameters:
  ///   - maps: which linear maps; nil: the body's.
  ///   - images: with labels; as many as `TaskImages` says, others than initialisers look at.
  /// - Throws: `FeatureError` if images, labels and network do not fit together.
  package init(
    _ network: Network, layers maps: [LinearMap]? = nil, images task: TaskImages
  ) throws(FeatureError) {
    let maps = maps ?? network.architecture.body
    guard task.count > 0 else { throw FeatureError("no images to look at") }
    let chosen: ArraySlice<Int>
    do { chosen = try task.choose(for: .probe) } catch { throw FeatureError(error.description) }
    let labels = try task.labels(of: chosen, outputs: network.architecture.outputs)
    let widest = maps.map(\.outputs).max() ?? 0
    do {
      try Footprint.check(
        Preactivations.bytes(filters: widest),
        of: "the effective rank of \(widest) filters or units",
        remedy: "a narrower network needs less")
      let compiled = try task.compile(network, on: chosen, trains: true)
      compiled.forward(images: task.count, dropout: nil)
      loss = compiled.loss(labels: labels[...]).sum / Double(task.count)
      compiled.backward(images: task.count, .keep)
      let all = network.architecture.linearMaps
      (first, last) = (all.first?.name, all.last?.name)
      isTransformer = network.architecture.isTransformer
      layers = all.enumerated().filter { maps.contains($1) }.map { index, map in
        let gradient = compiled.weightGradient(of: index)
        let (weight, bias) = network.withFollower(of: map)
        let z = Preactivations(
          compiled, map: index, images: task.count, weight: weight.values, bias: bias.values,
          ranked: true, pool: task.pool)
        return LayerProbe(
          name: map.name, deviation: z.deviation, effectiveRank: z.effectiveRank,
          // A unit that gelu or attention reads is never off, nor is a filter's before a sum.
          deadShare: network.architecture.isTransformer || map.isSummand ? nil : z.deadShare,
          gradientNorm: gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot(),
          isOfHead: map.role == .head, part: map.part)
      }
      idle = network.namesInIdleBranches
      blocks = compiled.blocks(images: task.count)
    } catch { throw FeatureError(error.description) }
    self.images = task.count
  }
}
