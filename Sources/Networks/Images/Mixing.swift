/// When training images are mixed with others of their batch, and how much.

import Tensors

/// Mixup and CutMix. With both, each batch gets one of the two, with equal probability.
package struct Mixing: Equatable, Sendable {
  /// α of mixup, whose λ is a draw from Beta(α, α) (Zhang et al. 2018); 0: no mixup.
  package let mixup: Double
  /// α of CutMix, likewise (Yun et al. 2019); 0: no CutMix.
  package let cutmix: Double

  /// What α may be, where it is not 0.
  package static let alphas = 1e-3...1e3

  package init(mixup: Double = 0, cutmix: Double = 0) {
    precondition([mixup, cutmix].allSatisfy { $0 == 0 || Self.alphas.contains($0) })
    self.mixup = mixup
    self.cutmix = cutmix
  }

  /// Whether images stay as they are.
  package var isEmpty: Bool { mixup == 0 && cutmix == 0 }

  /// How the batch of a step is mixed; nil where none is. Each step draws from a stream of its own.
  /// - Parameters:
  ///   - step: from 0, over the whole run.
  ///   - side: height and width of the network's input.
  package func draw(seed: UInt64, step: Int, side: Int) -> BatchMixture? {
    guard !isEmpty else { return nil }
    var stream = RandomStream(seed: seed, .mixing, index: step)
    let cuts = stream.sign() > 0
    guard mixup == 0 || (cutmix > 0 && cuts) else {
      return BatchMixture(share: stream.beta(mixup))
    }
    let share = stream.beta(cutmix)
    return BatchMixture(
      share: share, row: stream.below(side), column: stream.below(side), side: side)
  }
}
