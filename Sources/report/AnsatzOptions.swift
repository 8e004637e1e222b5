// On which images, layers and logits the ansatz is measured.

import ArgumentParser
import Networks
import Schemas
import Tensors

struct AnsatzOptions: ParsableArguments {
  @Option(
    help:
      "Number of training images to measure the ansatz on; they are the first of those of compute-agop. [default: 64, or all if fewer]"
  )
  var count: Int?

  @OptionGroup var selection: LayersOption

  @OptionGroup var norms: GainOption

  @Option(
    help:
      "Gradients of which logits: all; a number N, the first N; label, that of the image's class; or probes:N, N random sums with signs."
  )
  var logits = LogitSelection.all

  @Option(help: "Seed of the signs of --logits probes:N and of the random D.")
  var seed: UInt64 = 0

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count is at least 1, not \(count)") }
  }

  /// The ansatz in networks and runs.
  /// - Throws: `ToolError` naming the file that is not a network or does not fit the images.
  func study(of paths: [String], images: String, threads: Int) throws -> AnsatzStudy {
    try AnsatzStudy(
      paths, images: images, layers: selection, norms: norms, count: count, logits: logits,
      seed: seed,
      pool: WorkerPool(threads: threads))
  }
}
