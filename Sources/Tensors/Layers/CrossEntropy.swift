/// The loss and its gradient.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Softmax and cross-entropy, computed stably (the largest logit is subtracted).
public enum CrossEntropy {
  /// Σ over images of the loss, and how many logits were largest at the label. With `gradient`, also
  /// ∂(mean loss)/∂logits [N, C].
  ///
  /// - Parameter smoothing: label smoothing ε as PyTorch's: the target is (1−ε)·one-hot + ε/C.
  public static func evaluate(
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
      var (largest, best) = (-Float.infinity, 0)
      var hasNaN = false
      for (j, value) in z.enumerated() {
        if value > largest { (largest, best) = (value, j) }
        if value.isNaN { hasNaN = true }
      }
      guard largest.isFinite, !hasNaN else {
        loss = .nan
        gradient.map { g in for j in 0..<classes { g.start[n * classes + j] = .nan } }
        continue
      }
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
}
