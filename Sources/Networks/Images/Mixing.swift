// The settings of mixup and CutMix, and their draws for each batch.

import Tensors

/// The settings of mixup and CutMix. If both are on, each batch gets one of them, with equal probability.
package struct Mixing: Equatable, Sendable {
  /// α of mixup, whose λ is drawn from Beta(α, α) (Zhang et al. 2018). 0 means no mixup.
  package let mixup: Double
  /// α of CutMix, whose λ is drawn from Beta(α, α) (Yun et al. 2019). 0 means no CutMix.
  package let cutmix: Double

  /// The range of an α that is not 0.
  package static let alphas = 1e-3...1e3

  package init(mixup: Double = 0, cutmix: Double = 0) {
    precondition([mixup, cutmix].allSatisfy { $0 == 0 || Self.alphas.contains($0) })
    self.mixup = mixup
    self.cutmix = cutmix
  }

  /// Whether neither mixup nor CutMix is on.
  package var isEmpty: Bool { mixup == 0 && cutmix == 0 }

  /// The mixture for the batch of a step; nil if images are not mixed. Each step has its own random stream.
  /// - Parameters:
  ///   - step: The step, counted from 0 over the whole run.
  ///   - side: The height and width of the network's input, in pixels.
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
