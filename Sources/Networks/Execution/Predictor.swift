/// A network's answers to images.

import Tensors

/// A network that answers images, prepared as it says and without dropout.
package struct Predictor {
  /// The answer to one image.
  package struct Answer {
    /// Index of the image.
    package let image: Int
    /// Index of the largest logit, the first of equals.
    package let output: Int
    /// Softmax of the logits, [outputs].
    package let probabilities: [Double]
  }

  private let compiled: CompiledNetwork
  private let preparation: Network.Preparation
  private static let batch = 64

  /// - Parameter side: of the images, where the network's preparation says none.
  /// - Throws: `NetworkError` when such images do not fit the network.
  package init(_ network: Network, side: Int, pool: WorkerPool) throws(NetworkError) {
    var preparation = network.preparation
    preparation.side = preparation.side ?? side
    self.preparation = preparation
    compiled = try CompiledNetwork(
      network, side: preparation.side ?? side, batch: Self.batch, pool: pool, trains: false,
      differentiates: false)
  }

  /// Answers every image, the first first.
  /// - Throws: `NetworkError` for logits that are not finite, and what `body` throws.
  package func answer(_ images: LabelledImages, _ body: (Answer) throws -> Void) throws {
    let batches = try BatchAssembler(images, preparation)
    let outputs = compiled.architecture.outputs
    let all = Array(0..<images.count)
    try compiled.evaluate(all[...], from: batches, atMost: Self.batch) { batch in
      let answers = CrossEntropy.answers(compiled.logits, images: batch.count, classes: outputs)
      for (row, image) in batch.enumerated() {
        guard let output = answers[row] else {
          throw NetworkError("the logits of image \(image) are not finite")
        }
        try body(
          Answer(
            image: image, output: output,
            probabilities: CrossEntropy.probabilities(
              compiled.logits, image: row, classes: outputs)))
      }
    }
  }
}
