// extract-pretrained on residual networks: files of other programs, and exports that torchvision and timm load.

import Foundation
import HDF5
import Networks
import Tensors
import Testing

struct ExtractResidualTests {
  @Test func foundAndAssumedSettingsAreReported() throws {
    let scratch = try Scratch()
    let file = extractFixture("resnet18.pth")
    let outcome = try scratch.extract(file, "-o", "net.h5")
    #expect(
      outcome.errors == """
        extract-pretrained: resnet18@0.015625 in \(file)
        extract-pretrained: its images are assumed to have side 224, mean 0.485,0.456,0.406 and std \
        0.229,0.224,0.225; --side, --mean and --std set it

        """)
    let network = try scratch.network("net.h5")
    #expect(network.architecture.outputs == 4 && network.preparation.side == 224)
    let cifar = try scratch.extract(extractFixture("resnet8.safetensors"), "-o", "cifar.h5")
    #expect(cifar.errors.contains("resnet8@0.25 in ") && cifar.errors.contains("have side 32"))
  }

  struct Reference: Decodable {
    let side: Int
    /// The images [N, 3, side, side].
    let images: [Float]
    let logits: [Float]
  }

  /// Whether the network in a file computes these logits.
  func check(_ name: String, _ reference: Reference, in scratch: Scratch) throws {
    let size = reference.side * reference.side
    let count = reference.images.count / (3 * size)
    let compiled = try CompiledNetwork(
      scratch.network(name), side: reference.side, batch: count, pool: WorkerPool(threads: 2),
      trains: false, differentiates: false)
    compiled.input.load(
      reference.images.indices.map {
        reference.images[$0 / (3 * size) * 3 * size + $0 % 3 * size + $0 % (3 * size) / 3]
      })
    compiled.evaluate(images: count)
    let ours = compiled.logits.values(reference.logits.count)
    let scale = reference.logits.map(abs).max() ?? 1
    for (a, b) in zip(ours, reference.logits) {
      #expect(abs(a - b) < 1e-4 * scale, "\(ours), \(reference.logits)")
    }
  }

  @Test(
    "Another program's network computes here what it did there",
    arguments: ["resnet18.pth", "resnet8.safetensors"])
  func logitsAgree(file: String) throws {
    let scratch = try Scratch()
    try succeed(scratch.extract(extractFixture(file), "-o", "net.h5"))
    let expected = try JSONDecoder().decode(
      [String: [Float]].self,
      from: Data(contentsOf: URL(fileURLWithPath: extractFixture("resnets.json"))))
    let reference = Reference(
      side: 12, images: try #require(expected["images"]), logits: try #require(expected[file]))
    try check("net.h5", reference, in: scratch)
  }

  @Test(arguments: ["pth", "safetensors"])
  func exportsRoundTrip(format: String) throws {
    let scratch = try Scratch()
    try succeed(scratch.extract(extractFixture("resnet18.pth"), "--side", "64", "-o", "net.h5"))
    try succeed(scratch.extract("net.h5", "-o", "net.\(format)"))
    let back = try scratch.extract("net.\(format)", "-o", "back.h5")
    #expect(back.errors == "extract-pretrained: resnet18@0.015625 in net.\(format)\n")
    let (a, b) = (try scratch.network("net.h5"), try scratch.network("back.h5"))
    #expect(a.parameters == b.parameters && a.architecture == b.architecture)
    #expect(a.preparation == b.preparation)
  }

  @Test func networkWithoutHeadOutputsItsMeans() throws {
    let scratch = try Scratch()
    let outcome = try scratch.extract(
      extractFixture("resnet18.pth"), "--without-head", "-o", "net.h5")
    #expect(outcome.errors.contains("no head: its logits are the means of its last maps"))
    #expect(outcome.errors.contains("not used: fc.weight, fc.bias"))
    let network = try scratch.network("net.h5")
    #expect(network.architecture.outputs == 8)
    #expect(network["fc.weight"].values[..<10] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  }

  static let refusals: [([String], Int32, String)] = [
    (["resnet18.pth", "--as", "vgg11"], 64, "holds a residual network"),
    (["resnet18.pth", "--architecture", "vgg11"], 64, "holds a residual network, which vgg11"),
    (
      ["resnet18.pth", "--architecture", "resnet34"], 65,
      "holds resnet18@0.015625, which is not the stated resnet34"
    ),
    (["resnet18.pth", "--architecture", "resnet50"], 64, "three convolutions"),
    (
      ["vgg11.pth", "--architecture", "resnet18"], 65,
      "no residual network: its tensors are features"
    ),
    (["resnet18.pth", "--patch", "4"], 64, "--patch is for vision transformers"),
  ]

  @Test(arguments: refusals)
  func refused(words: [String], status: Int32, says: String) throws {
    let scratch = try Scratch()
    let outcome = try scratch.extract(
      [extractFixture(words[0])] + words.dropFirst() + ["-o", "net.h5"])
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
    #expect(scratch.names().isEmpty)
  }

  // MARK: torchvision itself

  static let python = ProcessInfo.processInfo.environment["FEATURE_INIT_PYTHON"] ?? "python3"
  static let hasLibraries =
    (try? run(
      "/usr/bin/env", [python, "-c", "import timm, torchvision, safetensors"], in: Scratch()))?
    .status == 0

  @Test(
    .enabled(if: hasLibraries, "needs timm, torchvision and safetensors: set FEATURE_INIT_PYTHON"))
  func torchvisionsResNetRoundTrips() throws {
    let scratch = try Scratch()
    let script = extractFixture("make_resnet_fixtures.py")
    // The script is copied, since the module that it shares with others is in the folder of all tests.
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    func python(_ words: String...) throws -> ToolResult {
      try run(
        "/usr/bin/env", [Self.python, script] + words, environment: ["PYTHONPATH": tests.path],
        in: scratch)
    }
    try succeed(python("whole", "."))
    try succeed(scratch.extract("whole.pth", "-o", "net.h5"))
    #expect(try scratch.network("net.h5").architecture.name == "resnet18")
    let reference = try JSONDecoder().decode(Reference.self, from: scratch.read("whole.json"))
    try check("net.h5", reference, in: scratch)
    let exports = ["out.pth", "out.safetensors"]
    for name in exports { try succeed(scratch.extract("net.h5", "-o", name)) }
    // A draw for torchvision has the same tensors.
    try succeed(
      scratch.run(
        "sample-init", "--method", "kaiming-normal", "--architecture", "resnet18", "--for",
        "torchvision", "--outputs", "5", "-o", "new.pth"))
    // Everything runs in one process, since importing the libraries takes most of the time.
    let checked = try python("check", "whole.json", "new.pth", exports[0], exports[1])
    #expect(checked.text == "agrees\n", "\(checked.errors)")
  }
}
