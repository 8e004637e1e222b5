// A source network that is evaluated beside the new one, on the same images.

import Networks
import Tensors

/// The inputs of every map of a source on the images with which a new network is drawn, and the channel maps between
/// the two networks.
final class AlignedSource {
  private let alignment: Alignment
  private let compiled: CompiledNetwork
  private let growing: GrowingNetwork
  private let task: TaskImages
  /// The first of the source's maps that has not been evaluated.
  private var next = 0
  /// The last regression, and the layers whose inputs it fitted: it is reused for heads, which read the same tokens.
  private var last: (layers: [String], map: ChannelMap)?

  /// - Throws: `FeatureError` if the source does not fit images of this side, or memory.
  init(_ alignment: Alignment, beside growing: GrowingNetwork, _ task: TaskImages)
    throws(FeatureError)
  {
    (self.alignment, self.growing, self.task) = (alignment, growing, task)
    var preparation = alignment.source.preparation
    preparation.side = task.preparation.side
    do {
      compiled = try alignment.source.bodyOnly().compiled(on: task, preparation: preparation)
    } catch { throw FeatureError("the source to align with: \(error)") }
  }

  /// The linear maps of the source's body.
  var body: [LinearMap] { alignment.source.architecture.body }

  /// The partner of map `index` of `architecture`: the source's map between the same pools, or in the same block,
  /// part and head.
  ///
  /// - Throws: `FeatureError` if there is none.
  func partner(of index: Int, in architecture: Architecture) throws(FeatureError) -> Int {
    let source = alignment.source.architecture
    guard let found = source.partner(of: index, in: architecture) else {
      throw FeatureError(
        "\(source.name) has no \(source.isTransformer ? "linear map" : "convolution") at the place of"
          + " '\(architecture.body[index].name)' to align with; --layers can leave it out")
    }
    return found
  }

  /// The channel map from the inputs of map `partner` of the source to the inputs of map `index` of the new network,
  /// as drawn so far. It is called in the network's order.
  ///
  /// - Throws: `FeatureError` if there are none.
  func channelMap(from partner: Int, to index: Int) throws(FeatureError) -> ChannelMap {
    guard index > 0 else {
      return ChannelMap(normalisedBy: alignment.source.preparation, and: task.preparation)
    }
    let layers = [body[partner].layer, growing.body[index].layer]
    if let last, last.layers == layers { return last.map }
    while next < partner {
      compiled.evaluate(map: next, images: task.count)
      next += 1
    }
    let map = try regression(from: partner, to: index)
    last = (layers, map)
    return map
  }

  private func regression(from partner: Int, to index: Int) throws(FeatureError) -> ChannelMap {
    let (width, targets) = (growing.body[index].inputs, body[partner].inputs)
    do {
      try Footprint.check(
        RegressionMoments.bytes(regressors: width, targets: targets)
          + SymmetricEigen.bytes(order: width)
          + Channels.bytes(compiled, map: partner)
          + Channels.bytes(growing.compiled, map: index),
        of: "aligning \(targets) with \(width) channels",
        remedy: "a narrower network or fewer --align-images need less")
    } catch { throw FeatureError(error.description) }
    let new = Channels(growing.compiled, map: index)
    let old = Channels(compiled, map: partner)
    let shared = min(new.positions, old.positions)
    let moments = RegressionMoments(
      rows: task.count * shared, regressors: width, targets: targets, pool: task.pool
    ) { rows, values in
      new.copy(rows, of: shared, to: values, from: 0, stride: width + targets)
      old.copy(rows, of: shared, to: values, from: width, stride: width + targets)
    }
    return try ChannelMap(moments, ridge: alignment.ridge, cutoff: alignment.cutoff)
  }
}
