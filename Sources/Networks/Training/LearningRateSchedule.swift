/// Constant, cosine and stepped learning rates, each with a warm-up before it or without.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How the learning rate η changes over a run.
package enum LearningRateSchedule: Equatable, Sendable {
  /// η.
  case constant
  /// η·½(1 + cos πt/T) at step t of T: anew at each step, η at the first, just above 0 at the last
  /// (Loshchilov & Hutter 2017, equation 5, without restarts).
  case cosine
  /// η·factor^⌊e/epochs⌋ in epoch e, counted from 0: the same for all steps of an epoch.
  case step(epochs: Int, factor: Double)

  /// Whether η depends on how many steps there are in all: then a run of more epochs differs from the
  /// first step.
  package var dependsOnTotal: Bool { self == .cosine }

  /// What η is multiplied by at step t of T.
  ///
  /// In the first W steps it is multiplied by (t + 1)/(W + 1): a line that is 0 one step before the
  /// first, so that no step is made with η = 0, and 1 at step W. The cosine's T is then that of the steps
  /// after the warm-up. It is PyTorch's `LinearLR(start_factor=1/(W+1), total_iters=W)`, followed in
  /// `SequentialLR` by `CosineAnnealingLR(T−W)`, both by step; timm's `CosineLRScheduler` with
  /// `warmup_lr_init=η/(W+1)` and `warmup_prefix`.
  /// - Parameters:
  ///   - step: t, from 0, over the whole run.
  ///   - steps: T.
  ///   - epoch: from 0.
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
  /// From `constant`, `cosine` or `step:EPOCHS:FACTOR`; nil when it is none of them.
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

  /// As `init(_:)` takes it.
  package var text: String {
    switch self {
    case .constant: "constant"
    case .cosine: "cosine"
    case .step(let epochs, let factor): "step:\(epochs):\(factor)"
    }
  }
}
