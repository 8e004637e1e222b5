/// The loss and its gradient.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Softmax and cross-entropy, computed stably (the largest logit is subtracted).
package enum CrossEntropy {
  /// Σ over images of the loss, and how many logits were largest at the label. With `gradient`, also
  /// ∂(mean loss)/∂logits [N, C].
  ///
  /// - Parameter smoothing: label smoothing ε as PyTorch's: the target is (1−ε)·one-hot + ε/C.
  package static func evaluate(
    _ logits: Buffer, labels: ArraySlice<UInt16>, classes: Int, smoothing: Float = 0,
    gradient: Buffer? = nil
  ) -> (loss: Double, correct: Int) {
    precondition(logits.count >= labels.count * classes)
    precondition(gradient.map { $0.count >= labels.count * classes } ?? true)
    var (loss, correct) = (0.0, 0)
    for (n, label) in labels.enumerated() {
      let label = Int(label)
      precondition(label < classes, "a label outside the head")
      let z = UnsafeBufferPointer(start: logits.start + n * classes, count: classes)
      guard let best = answer(z) else {
        loss = .nan
        gradient.map { g in for j in 0..<classes { g.start[n * classes + j] = .nan } }
        continue
      }
      let largest = z[best]
      if best == label { correct += 1 }
      let sum = z.reduce(0.0) { $0 + exp(Double($1 - largest)) }
      let logSum = log(sum)
      func negativeLogLikelihood(_ j: Int) -> Double { logSum - Double(z[j] - largest) }
      let target = Double(1 - smoothing)
      loss += target * negativeLogLikelihood(label)
      if smoothing > 0 {
        let all = (0..<classes).reduce(0.0) { $0 + negativeLogLikelihood($1) }
        loss += Double(smoothing) / Double(classes) * all
      }
      guard let gradient else { continue }
      let (share, count) = (Double(smoothing) / Double(classes), Double(labels.count))
      for j in 0..<classes {
        let probability = exp(Double(z[j] - largest)) / sum
        let wanted = (j == label ? target : 0) + share
        gradient.start[n * classes + j] = Float((probability - wanted) / count)
      }
    }
    return (loss, correct)
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
