/// A network's state before training.

import Networks
import Tensors

/// How signals and gradients fare in a network before it is trained: what tells an initialisation that
/// will learn from one that explodes, collapses or is dead.
public struct Probe: Equatable, Sendable {
  /// One linear map on a batch of images, in evaluation mode.
  public struct Layer: Equatable, Sendable {
    /// `features.0`
    public let name: String
    /// What its outputs are called: filters, or units.
    let rows: String
    /// Of all its filters or units, positions and images.
    public let preactivations: Preactivations
    /// ‖∂(mean cross-entropy)/∂W‖
    public let gradientNorm: Double
  }

  /// Those asked for, in the network's order.
  public let layers: [Layer]
  /// Mean cross-entropy of the batch; ln(outputs) when all logits are equal.
  public let loss: Double
  /// How many images were looked at.
  public let images: Int
  /// Names of the network's first linear map, which images enter, and of the last, which logits leave.
  let (first, last): (String?, String?)

  /// - Parameters:
  ///   - maps: which linear maps; nil: the body's.
  ///   - images: with labels; as many as `TaskImages` says, others than initialisers look at.
  /// - Throws: `FeatureError` if images, labels and network do not fit together.
  public init(
    _ network: Network, layers maps: [LinearMap]? = nil, images task: TaskImages
  ) throws(FeatureError) {
    let maps = maps ?? network.architecture.body
    guard task.count > 0 else { throw FeatureError("no images to look at") }
    let chosen: ArraySlice<Int>
    do { chosen = try task.choose(for: .probe) } catch { throw FeatureError(error.description) }
    let labels = chosen.map { task.images.labels[$0] }
    let outputs = network.architecture.outputs
    if let largest = labels.max(), Int(largest) >= outputs {
      throw FeatureError("label \(largest) is outside the head's \(outputs) outputs")
    }
    let widest = maps.map(\.outputs).max() ?? 0
    do {
      try Footprint.check(
        Preactivations.bytes(filters: widest), of: "the effective rank of \(widest) filters",
        remedy: "a narrower network needs less")
      let side = task.preparation.side ?? task.images.height
      let assembler = try BatchAssembler(
        task.images, side: side, mean: task.preparation.mean, std: task.preparation.std)
      let compiled = try CompiledNetwork(
        network, side: side, batch: task.count, pool: task.pool, trains: true)
      assembler.assemble(chosen, into: compiled.input, pool: task.pool)
      compiled.forward(images: task.count, dropout: nil)
      loss = compiled.loss(labels: labels[...]).sum / Double(task.count)
      compiled.backward(images: task.count, .keep)
      let all = network.architecture.linearMaps
      (first, last) = (all.first?.name, all.last?.name)
      layers = all.enumerated().filter { maps.contains($1) }.map { index, map in
        let gradient = compiled.weightGradient(of: index)
        return Layer(
          name: map.name, rows: map.rows,
          preactivations: Preactivations(
            compiled, map: index, images: task.count,
            weight: network[map.weight].values,
            bias: network[map.bias].values, ranked: true, pool: task.pool),
          gradientNorm: gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
      }
    } catch { throw FeatureError(error.description) }
    self.images = task.count
  }
}
