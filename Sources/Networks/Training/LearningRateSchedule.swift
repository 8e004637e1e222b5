// Learning rate schedules: constant, cosine and step, each with an optional warm-up.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A schedule of the learning rate η over a run.
package enum LearningRateSchedule: Equatable, Sendable {
  /// The learning rate η throughout.
  case constant
  /// The learning rate η·½(1 + cos πt/T) at step t of T, updated at every step: η at the first step, just above 0 at the
  /// last (Loshchilov & Hutter 2017, equation 5, without restarts).
  case cosine
  /// The learning rate η·factor^⌊e/epochs⌋ in epoch e, counted from 0. It is the same for all steps of an epoch.
  case step(epochs: Int, factor: Double)

  /// Whether η depends on the total number of steps. If it does, a run of more epochs differs from the first step on.
  package var dependsOnTotal: Bool { self == .cosine }

  /// The factor of η at step t of T.
  ///
  /// In the first W steps η is multiplied by (t + 1)/(W + 1). This line is 0 one step before the first, so that no step
  /// has η = 0, and 1 at step W. For the cosine, t and T then count the steps after the warm-up. The result is that of
  /// PyTorch's `SequentialLR` of `LinearLR(start_factor=1/(W+1), total_iters=W)` and `CosineAnnealingLR(T−W)`, both
  /// called at every step, and of timm's `CosineLRScheduler` with `warmup_lr_init=η/(W+1)` and `warmup_prefix`.
  /// - Parameters:
  ///   - step: t, counted from 0 over the whole run.
  ///   - steps: T.
  ///   - epoch: The epoch, counted from 0.
  ///   - warmUp: W, in steps.
  package func factor(step: Int, of steps: Int, epoch: Int, warmUp: Int = 0) -> Double {
    let ramp = step < warmUp ? Double(step + 1) / Double(warmUp + 1) : 1
    return switch self {
    case .constant: ramp
    case .cosine:
      step < warmUp
        ? ramp : (1 + cos(Double.pi * Double(step - warmUp) / Double(steps - warmUp))) / 2
    case .step(let epochs, let factor): ramp * pow(factor, Double(epoch / epochs))
    }
  }
}

extension LearningRateSchedule {
  /// Parses `constant`, `cosine` or `step:EPOCHS:FACTOR`. The result is nil for any other text.
  package init?(_ text: String) {
    let words = text.split(separator: ":", omittingEmptySubsequences: false)
    switch (words.first, words.count) {
    case ("constant", 1): self = .constant
    case ("cosine", 1): self = .cosine
    case ("step", 3):
      guard let epochs = Int(words[1]), epochs > 0, let factor = Double(words[2]),
        factor > 0, factor <= 1
      else { return nil }
      self = .step(epochs: epochs, factor: factor)
    default: return nil
    }
  }

  /// The text that `init(_:)` parses.
  package var text: String {
    switch self {
    case .constant: "constant"
    case .cosine: "cosine"
    case .step(let epochs, let factor): "step:\(epochs):\(factor)"
    }
  }
}
