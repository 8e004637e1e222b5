/// `--ansatz`: whether NFM ∝ AGOP^α is measured, and on what.

import ArgumentParser
import Networks
import Schemas
import Tensors

struct AnsatzOptions: ParsableArguments {
  @Flag(
    name: .customLong("ansatz"),
    help: "Measure the neural feature ansatz in the networks and runs given.")
  var isAsked = false

  @Option(
    help: "The images file for --ansatz (its gradients are taken there) or --predictions.",
    completion: .file())
  var images: String?

  @Option(
    help:
      "Number of its training images to use, those of compute-agop. [default: 64, or all if fewer]")
  var count: Int?

  @OptionGroup var selection: LayersOption

  @Option(help: "Gradients of which logits: all, a number (the first ones), label, or probes:N.")
  var logits = LogitSelection.all

  @Option(help: "Seed of the signs of --logits probes:N and of the random D.")
  var seed: UInt64 = 0

  func validate() throws {
    guard !isAsked || images != nil else {
      throw ValidationError("--ansatz needs --images")
    }
    if let count, count < 1 { throw ValidationError("--count is at least 1, not \(count)") }
  }

  /// The ansatz in all networks and runs given; nil if it was not asked for.
  /// - Throws: `ToolError` naming the file that is no network or does not fit the images.
  func study(of paths: [String], threads: Int) throws -> AnsatzStudy? {
    guard isAsked, let images else { return nil }
    return try AnsatzStudy(
      paths, images: images, layers: selection, count: count, logits: logits, seed: seed,
      pool: WorkerPool(threads: threads))
  }
}
