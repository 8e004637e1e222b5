// The loss and its gradient.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The labels of the images that those of a batch are mixed with.
package struct PartnerLabels {
  /// One for each image.
  let labels: [UInt16]
  /// λ: the share of an image's own label; its partner's has 1 − λ.
  let share: Double

  package init(_ labels: [UInt16], share: Double) {
    precondition((0...1).contains(share))
    self.labels = labels
    self.share = share
  }
}

/// Softmax and cross-entropy, computed stably (the largest logit is subtracted).
package enum CrossEntropy {
  /// Σ over images of the loss, and how many logits were largest at the label. With `gradient`, also
  /// ∂(mean loss)/∂logits [N, C].
  ///
  /// - Parameters:
  ///   - partners: of mixed images, whose target is λ·one-hot + (1−λ)·one-hot of the partner. An answer then
  ///     counts as λ of a correct one at the image's own label, as 1−λ at its partner's, as 1 at both.
  ///   - smoothing: label smoothing ε as PyTorch's: the target is (1−ε)·target + ε/C.
  package static func evaluate(
    _ logits: Buffer, labels: ArraySlice<UInt16>, partners: PartnerLabels? = nil, classes: Int,
    smoothing: Float = 0, gradient: Buffer? = nil
  ) -> (loss: Double, correct: Double) {
    precondition(logits.count >= labels.count * classes)
    precondition(gradient.map { $0.count >= labels.count * classes } ?? true)
    precondition(partners.map { $0.labels.count == labels.count } ?? true)
    var (loss, correct) = (0.0, 0.0)
    for (n, label) in labels.enumerated() {
      let target = Target(
        label: Int(label), partner: partners.map { Int($0.labels[n]) },
        share: partners?.share ?? 1)
      precondition(target.isWithin(classes), "a label outside the head")
      let z = UnsafeBufferPointer(start: logits.start + n * classes, count: classes)
      guard let best = answer(z) else {
        loss = .nan
        gradient.map { g in for j in 0..<classes { g.start[n * classes + j] = .nan } }
        continue
      }
      let largest = z[best]
      correct += target.weight(best)
      let sum = z.reduce(0.0) { $0 + exp(Double($1 - largest)) }
      let logSum = log(sum)
      func negativeLogLikelihood(_ j: Int) -> Double { logSum - Double(z[j] - largest) }
      let kept = Double(1 - smoothing)
      loss += kept * target.mean(negativeLogLikelihood)
      if smoothing > 0 {
        let all = (0..<classes).reduce(0.0) { $0 + negativeLogLikelihood($1) }
        loss += Double(smoothing) / Double(classes) * all
      }
      guard let gradient else { continue }
      let (share, count) = (Double(smoothing) / Double(classes), Double(labels.count))
      for j in 0..<classes {
        let probability = exp(Double(z[j] - largest)) / sum
        let wanted = kept * target.weight(j) + share
        gradient.start[n * classes + j] = Float((probability - wanted) / count)
      }
    }
    return (loss, correct)
  }

  /// One image's labels with their shares.
  private struct Target {
    let label: Int
    let partner: Int?
    /// The share of `label`.
    let share: Double

    func isWithin(_ classes: Int) -> Bool { label < classes && (partner ?? 0) < classes }

    func weight(_ j: Int) -> Double {
      (j == label ? share : 0) + (j == partner ? 1 - share : 0)
    }

    /// Weighted mean of a quantity at the labels.
    func mean(_ quantity: (Int) -> Double) -> Double {
      guard let partner else { return quantity(label) }
      return share * quantity(label) + (1 - share) * quantity(partner)
    }
  }

  /// For each of the first `images` rows of logits [N, C] the index of the largest, the first of equals;
  /// nil where one is NaN or the largest is not finite.
  package static func answers(_ logits: Buffer, images: Int, classes: Int) -> [Int?] {
    precondition(images >= 0 && logits.count >= images * classes)
    return (0..<images).map { n in
      answer(UnsafeBufferPointer(start: logits.start + n * classes, count: classes))
    }
  }

  /// Softmax of row `image` of logits [N, C]: C probabilities.
  package static func probabilities(_ logits: Buffer, image: Int, classes: Int) -> [Double] {
    precondition(image >= 0 && logits.count >= (image + 1) * classes)
    let z = UnsafeBufferPointer(start: logits.start + image * classes, count: classes)
    let largest = z.max() ?? 0
    let powers = z.map { exp(Double($0 - largest)) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  private static func answer(_ z: UnsafeBufferPointer<Float>) -> Int? {
    var (largest, best) = (-Float.infinity, 0)
    for (j, value) in z.enumerated() {
      guard !value.isNaN else { return nil }
      if value > largest { (largest, best) = (value, j) }
    }
    return largest.isFinite ? best : nil
  }
}
