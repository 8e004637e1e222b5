// Predictions of a network for a set of images.

import Tensors

/// A network in evaluation mode that predicts the class of images. It prepares them as the network's file says.
package struct Predictor {
  /// The prediction for one image.
  package struct Answer {
    /// The index of the image.
    package let image: Int
    /// The index of the largest logit; the first of them if several are equal.
    package let output: Int
    /// The softmax of the logits, [outputs].
    package let probabilities: [Double]
  }

  private let compiled: CompiledNetwork
  private let preparation: Network.Preparation
  private static let batch = 64

  /// Makes the network ready to evaluate images of one size.
  ///
  /// - Parameter side: The height and width of the images in pixels, used if the network's preparation names no side.
  /// - Throws: `NetworkError` if images of that side do not fit the network.
  package init(_ network: Network, side: Int, pool: WorkerPool) throws(NetworkError) {
    var preparation = network.preparation
    preparation.side = preparation.side ?? side
    self.preparation = preparation
    compiled = try CompiledNetwork(
      network, side: preparation.side ?? side, batch: Self.batch, pool: pool, trains: false,
      differentiates: false)
  }

  /// Calls `body` with the prediction for each image, in order.
  /// - Throws: `NetworkError` if a logit is not finite, and what `body` throws.
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
