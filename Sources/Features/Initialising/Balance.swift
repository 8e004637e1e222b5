// Sizes of layers at which gradients change all of them by the same share.

import Foundation
import Networks
import Tensors

extension Network {
  /// The same function, its size moved between convolutions until ‖∇W‖/‖W‖ is the same for all of them.
  ///
  /// A network of ReLUs and max pools whose convolutions have no bias is positively homogeneous in each of
  /// them. With W_l → α_l·W_l and Π α_l = 1 its logits do not change, nor do the gradients at the logits,
  /// and ∇W_l becomes ∇W_l/α_l. The ratio r_l = ‖∇W_l‖/‖W_l‖ becomes r_l/α_l²: with α_l = √(r_l/r), r the
  /// geometric mean of all r_l, each of them becomes r. So one measurement of the gradients gives exact sizes.
  ///
  /// - Parameters:
  ///   - maps: convolutions; none of the network's has a bias.
  ///   - task: ∇ is that of the mean cross-entropy of the images that initialisers look at, without dropout.
  /// - Throws: `FeatureError` if no gradient arrives at one of them, or labels or memory do not suffice.
  func balanced(_ maps: [LinearMap], on task: TaskImages) throws(FeatureError) -> Network {
    let body = architecture.body
    let gradients = try gradientNorms(body.indices.filter { maps.contains(body[$0]) }, on: task)
    var logarithms: [Double] = []
    for (map, norm) in zip(maps, gradients) {
      guard norm > 0, norm.isFinite else {
        throw FeatureError(
          norm == 0
            ? "no gradient arrives at '\(map.name)': it cannot be balanced"
            : "gradients of '\(map.name)' are not finite: it cannot be balanced")
      }
      logarithms.append(log(norm) - log(self[map.weight].squaredNorm) / 2)
    }
    let mean = logarithms.reduce(0, +) / Double(maps.count)
    var parameters = parameters
    for (map, logarithm) in zip(maps, logarithms) {
      let factor = exp((logarithm - mean) / 2)
      let weight = self[map.weight]
      parameters[map.weight] = Tensor(
        weight.values.map { Float(Double($0) * factor) }, shape: weight.shape)
    }
    do {
      return try Network(architecture, parameters: parameters, preparation: preparation)
    } catch { throw FeatureError(error.description) }
  }

  /// ‖∇W‖ of some of the convolutions, batch by batch: an alignment looks at more images than one backward
  /// pass should hold.
  private func gradientNorms(
    _ indices: [Int], on task: TaskImages
  ) throws(FeatureError) -> [Double] {
    do {
      let chosen = try task.choose(for: .initialisation)
      let labels = try task.labels(of: chosen, outputs: architecture.outputs)[...]
      let batches = try BatchAssembler(task.images, task.preparation)
      let batch = min(chosen.count, TaskImages.count(area: batches.side * batches.side))
      let compiled = try CompiledNetwork(
        self, side: batches.side, batch: batch, pool: task.pool, trains: true, slots: 0)
      var sums = indices.map {
        [Double](repeating: 0, count: self[architecture.body[$0].weight].count)
      }
      for first in stride(from: 0, to: chosen.count, by: batch) {
        let range = first..<min(first + batch, chosen.count)
        batches.assemble(chosen[range], into: compiled.input, pool: task.pool)
        compiled.forward(images: range.count, dropout: nil)
        _ = compiled.loss(labels: labels[range])
        compiled.backward(images: range.count, .keep)
        let share = Double(range.count) / Double(chosen.count)
        for (i, index) in indices.enumerated() {
          for (j, value) in compiled.weightGradient(of: index).enumerated() {
            sums[i][j] += share * Double(value)
          }
        }
      }
      return sums.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    } catch { throw FeatureError("\(error)") }
  }
}
