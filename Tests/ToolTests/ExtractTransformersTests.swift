// extract-pretrained on vision transformers: files of other programs, other sides and patch sizes, and exports that timm
// and torchvision load.

import Foundation
import HDF5
import Networks
import Schemas
import Tensors
import Testing

struct ExtractTransformersTests {
  static let assumed = """
    1 head of 64 and epsilon 1e-06 are assumed; --architecture \
    vit:side=16,patch=4,width=64,depth=2,heads=1,mlp=32,epsilon=1e-06 states others
    """

  @Test func foundAndAssumedSettingsAreReported() throws {
    let scratch = try Scratch()
    let file = extractFixture("vit-deit.pth")
    let outcome = try scratch.extract(file, "-o", "net.h5")
    #expect(
      outcome.errors == """
        extract-pretrained: vit:side=16,patch=4,width=64,depth=2,heads=1,mlp=32 in \(file)
        extract-pretrained: \(Self.assumed)
        extract-pretrained: its images are assumed to have mean 0.485,0.456,0.406 and std \
        0.229,0.224,0.225; --mean and --std set it

        """)
    let network = try scratch.network("net.h5")
    #expect(network.architecture.name == "vit:side=16,patch=4,width=64,depth=2,heads=1,mlp=32")
    #expect(network.architecture.outputs == 5 && network.preparation.side == 16)
    let root = try File.open(scratch.file("net.h5")).root
    #expect(try root.attribute("source_format")?.string == "torchZip")
    #expect(try root.attribute("source_architecture")?.string == network.architecture.name)
  }

  static let heads4 = "vit:side=16,patch=4,width=64,depth=2,heads=4,mlp=32,pool=mean"
  static let computed: [(file: String, options: [String])] = [
    ("vit-timm.safetensors", []), ("vit-scales.safetensors", []), ("vit-torchvision.pth", []),
    ("vit-mean.safetensors", ["--architecture", heads4]), ("vit-huggingface.safetensors", []),
    ("vit-huggingface-body.pth", []),
  ]

  @Test("Networks of other programs compute the same logits here", arguments: computed)
  func logitsAgree(file: String, options: [String]) throws {
    let scratch = try Scratch()
    try succeed(scratch.extract([extractFixture(file), "-o", "net.h5"] + options))
    let expected = try JSONDecoder().decode(
      [String: [Float]].self,
      from: Data(contentsOf: URL(fileURLWithPath: extractFixture("transformers.json"))))
    let (images, theirs) = (try #require(expected["images"]), try #require(expected[file]))

    let compiled = try CompiledNetwork(
      scratch.network("net.h5"), side: 16, batch: 3, pool: WorkerPool(threads: 1), trains: false)
    // [3, 3, 16, 16] → [3, 16, 16, 3]
    compiled.input.load(
      images.indices.map { images[$0 / 768 * 768 + $0 % 3 * 256 + $0 % 768 / 3] })
    compiled.evaluate(images: 3)
    let ours = compiled.logits.values(theirs.count)
    let scale = theirs.map(abs).max() ?? 1
    for (a, b) in zip(ours, theirs) { #expect(abs(a - b) < 1e-4 * scale, "\(ours), \(theirs)") }
  }

  @Test func everyNamingGivesTheSameNetwork() throws {
    let scratch = try Scratch()
    try succeed(scratch.extract(extractFixture("vit-timm.safetensors"), "-o", "timm.h5"))
    let timm = try scratch.network("timm.h5")
    for (file, epsilon, mean) in [
      ("vit-deit.pth", 1e-6, 0.485), ("vit-torchvision.pth", 1e-6, 0.485),
      ("vit-huggingface.safetensors", 1e-12, 0.5),
    ] {
      try succeed(scratch.extract(extractFixture(file), "-o", "other.h5"))
      let other = try scratch.network("other.h5")
      #expect(other.parameters == timm.parameters)
      #expect(other.architecture.transformer?.epsilon == epsilon)
      #expect(other.preparation.mean[0] == mean)
    }
  }

  @Test func numberOfHeadsIsStatedOrReadFromExports() throws {
    let scratch = try Scratch()
    let stated = try scratch.extract(
      extractFixture("vit-mean.safetensors"), "--architecture", Self.heads4, "-o", "net.h5")
    #expect(!stated.errors.contains("epsilon"), "\(stated.errors)")
    let network = try scratch.network("net.h5")
    #expect(network.architecture.transformer?.heads == 4)
    try succeed(scratch.extract("net.h5", "-o", "net.safetensors"))
    let back = try scratch.extract("net.safetensors", "-o", "back.h5")
    #expect(!back.errors.contains("assumed"), "\(back.errors)")
    #expect(try scratch.network("back.h5").architecture == network.architecture)
  }

  @Test func networkWithoutHeadOutputsItsToken() throws {
    let scratch = try Scratch()
    for options in [["vit-huggingface-body.pth"], ["vit-torchvision.pth", "--without-head"]] {
      let outcome = try scratch.extract(
        [extractFixture(options[0])] + options.dropFirst() + ["-o", "net.h5"])
      #expect(
        outcome.errors.contains(
          "no head: its logits are the values of the token that a head would read"))
      #expect(outcome.errors.contains("not used: "))
      let network = try scratch.network("net.h5")
      #expect(network.architecture.outputs == 64)
      let row = [1] + [Float](repeating: 0, count: 64)
      #expect(Array(network["head.weight"].values[..<66]) == row + [1])
    }
  }

  @Test func gradientsWithoutAHeadAreReported() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", count: 8, side: 16, channels: 3)
    let warning =
      "it came without a head: gradients are of the values of the token that a head would read"
    for (file, isHeadless) in [
      ("vit-huggingface-body.pth", true), ("vit-huggingface.safetensors", false),
    ] {
      try succeed(scratch.extract(extractFixture(file), "-o", "net.h5"))
      let outcome = try scratch.run(
        "compute-agop", "net.h5", "--images", "images.h5", "--count", "4", "-o", "agop.h5")
      try succeed(outcome)
      #expect(outcome.errors.contains("the source: \(warning)") == isHeadless)
    }
  }

  // MARK: Other sides and patches

  @Test func otherSidesAndPatchSizesAreResampled() throws {
    let scratch = try Scratch()
    let file = extractFixture("vit-timm.safetensors")
    try succeed(scratch.extract(file, "-o", "net.h5"))
    let whole = try scratch.network("net.h5")
    let options = ["--side", "30", "--patch", "5"]
    let direct = try scratch.extract([file, "-o", "direct.h5"] + options)
    #expect(
      direct.errors.contains(
        "resampled bilinearly: positions from 4×4 to 6×6, patch embedding from 4×4 to 5×5"))
    try succeed(scratch.extract(["net.h5", "-o", "later.h5"] + options))
    let (a, b) = (try scratch.network("direct.h5"), try scratch.network("later.h5"))
    #expect(a.parameters == b.parameters && a.architecture == b.architecture)
    #expect(a.architecture.name == "vit:side=30,patch=5,width=64,depth=2,heads=1,mlp=32")
    #expect(a.preparation.side == 30)
    #expect(a["pos_embed"].shape == [1, 37, 64] && a["patch_embed.proj.weight"].shape[2] == 5)
    #expect(a["pos_embed"].values[..<64] == whole["pos_embed"].values[..<64])
    #expect(a["blocks.0.attn.qkv.weight"] == whole["blocks.0.attn.qkv.weight"])
    let root = try File.open(scratch.file("direct.h5")).root
    #expect(try root.attribute("history")?.string?.contains("--side 30 --patch 5 <") == true)
    // The grid is the same, so only the kernels are resampled.
    let same = try scratch.extract("net.h5", "--side", "32", "--patch", "8", "-o", "same.h5")
    #expect(same.errors.contains("bilinearly: patch embedding from 4×4 to 8×8\n"))
    #expect(try scratch.network("same.h5")["pos_embed"] == whole["pos_embed"])
  }

  // MARK: Exports

  @Test(
    "Each naming comes back to the same bytes",
    arguments: [
      ("timm", "pth"), ("timm", "safetensors"), ("torchvision", "pth"),
      ("torchvision", "safetensors"),
    ])
  func exportsRoundTrip(naming: String, format: String) throws {
    let scratch = try Scratch()
    try succeed(
      scratch.extract(extractFixture("vit-huggingface.safetensors"), "--quiet", "-o", "net.h5"))
    let out = try scratch.extract("net.h5", "--naming", naming, "-o", "out.\(format)")
    #expect(
      out.errors
        == "extract-pretrained: its epsilon is 1e-12: \(naming)'s networks have 1e-06 unless their "
        + "norm_layer says otherwise\n")
    let back = try scratch.extract("out.\(format)", "-o", "back.h5")
    #expect(
      back.errors.hasSuffix("in out.\(format)\n") && back.status == 0, "\(back.errors)")
    let (a, b) = (try scratch.network("net.h5"), try scratch.network("back.h5"))
    #expect(a.parameters == b.parameters && a.architecture == b.architecture)
    #expect(a.preparation == b.preparation)
    // A second round trip gives the same bytes of tensors. The remarks differ in their history.
    try succeed(scratch.extract("back.h5", "--naming", naming, "-o", "again.\(format)"))
    let name =
      naming == "timm" ? "blocks.1.mlp.fc2.bias" : "encoder.layers.encoder_layer_1.mlp.3.bias"
    #expect(try scratch.read("again.\(format)").range(of: Data(name.utf8)) != nil)
    try succeed(scratch.extract("again.\(format)", "-o", "thrice.h5"))
    #expect(try scratch.network("thrice.h5").parameters == a.parameters)
  }

  @Test func fixedPositionsRoundTrip() throws {
    let scratch = try Scratch()
    let text = "vit:side=8,patch=4,width=8,depth=1,heads=2,mlp=8,positions=sincos"
    let architecture = try Architecture(text, outputs: 3, dropout: 0.1)
    let network = try Network(
      architecture,
      parameters: Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { ($0.name, Tensor(zeros: $0.shape)) }),
      preparation: .init(mean: [0, 0, 0], std: [1, 1, 1]))
    let file = try File.create(scratch.file("net.h5"))
    try NetworkFile(network).write(to: file)
    try file.close()
    for naming in ["timm", "torchvision"] {
      try succeed(scratch.extract("net.h5", "--naming", naming, "-o", "net.safetensors"))
      let header = String(decoding: try scratch.read("net.safetensors").prefix(4000), as: UTF8.self)
      #expect(header.contains(#"pos_embed"#) && header.contains("[1,5,8]"))
      try succeed(scratch.extract("net.safetensors", "-o", "back.h5"))
      let back = try scratch.network("back.h5")
      #expect(back.architecture == architecture && back.parameters == network.parameters)
      #expect(back.preparation == network.preparation)
    }
    // Learned positions are not sines and cosines.
    let stated = "vit:side=16,patch=4,width=64,depth=2,heads=1,mlp=32,positions=sincos"
    let other = try scratch.extract(
      extractFixture("vit-timm.safetensors"), "--architecture", stated, "-o", "other.h5")
    #expect(other.status == 65)
    #expect(other.errors.contains("pos_embed holds other positions than sines and cosines"))
  }

  static let python = ProcessInfo.processInfo.environment["FEATURE_INIT_PYTHON"] ?? "python3"
  static let hasLibraries =
    (try? run(
      "/usr/bin/env", [python, "-c", "import timm, torchvision, safetensors"], in: Scratch()))?
    .status == 0

  @Test(
    .enabled(if: hasLibraries, "needs timm, torchvision and safetensors: set FEATURE_INIT_PYTHON"))
  func timmAndTorchvisionLoadExports() throws {
    let scratch = try Scratch()
    for format in ["pth", "safetensors"] {
      for naming in ["timm", "torchvision"] {
        try succeed(
          scratch.extract(
            extractFixture("vit-huggingface.safetensors"), "--side", "16", "--naming", naming, "-o",
            "\(naming).\(format)"))
      }
      let script = extractFixture("check_transformers.py")
      let checked = try run(
        "/usr/bin/env",
        [
          Self.python, script, extractFixture("transformers.json"), "timm.\(format)",
          "torchvision.\(format)",
        ], in: scratch)
      #expect(checked.text == "agrees\n", "\(checked.errors)")
    }
  }

  // MARK: Refusals

  static let refusals: [([String], Int32, String)] = [
    (["vit-timm.safetensors", "--as", "vgg11"], 64, "--as takes part of a VGG: "),
    (
      ["vit-timm.safetensors", "--architecture", "vgg11"], 64,
      "holds a vision transformer, which vgg11"
    ),
    (
      ["vgg11.pth", "--architecture", "vit-tiny"], 65,
      "no vision transformer: its tensors are features"
    ),
    (["vit-timm.safetensors", "--architecture", "vit-huge"], 64, "no architecture 'vit-huge'"),
    (
      ["vit-timm.safetensors", "--architecture", "vit-micro"], 65,
      "has a depth of 2, where the stated architecture has 6"
    ),
    (["vit-timm.safetensors", "--side", "18"], 64, "are not divisible into patches"),
    (["vit-timm.safetensors", "--patch", "0"], 64, "--patch is 1 to 256 ("),
    (["vit-timm.safetensors", "--patch", "5"], 64, "are not divisible into patches"),
    (["vgg11.pth", "--patch", "4"], 64, "--patch is for vision transformers: vgg"),
    (["vit-timm.safetensors", "--naming", "timm"], 64, "--naming is for --export, or -o FILE.pth"),
    (
      ["vgg11.pth", "--export", "pth", "--naming", "timm"], 64,
      "--naming is for vision transformers"
    ),
    (["vit-timm.safetensors", "--export", "pth", "--naming", "keras"], 64, "'keras' is invalid"),
    (
      ["vit-mean.safetensors", "--export", "pth", "--naming", "torchvision"], 64,
      "torchvision's vision transformers read a class token"
    ),
  ]

  @Test func truncatedTransformersOfThisProjectAreRefused() throws {
    let scratch = try Scratch()
    try succeed(scratch.extract(extractFixture("vit-timm.safetensors"), "-o", "net.h5"))
    let outcome = try scratch.extract("net.h5", "--as", "vgg11", "-o", "part.h5")
    #expect(outcome.status == 64 && scratch.names() == ["net.h5"])
    #expect(outcome.errors.contains("--as takes part of a VGG: net.h5 holds a vision transformer"))
  }

  @Test("An error is one line with its status, without output", arguments: refusals.indices)
  func refusal(index: Int) throws {
    let (arguments, status, line) = Self.refusals[index]
    let scratch = try Scratch()
    let outcome = try scratch.extract(
      [extractFixture(arguments[0])] + arguments.dropFirst() + ["-o", "net.out", "--quiet"])
    #expect(outcome.status == status && outcome.errors.contains(line), "\(outcome.errors)")
    #expect(outcome.errors.count { $0 == "\n" } == 1, "\(outcome.errors)")
    #expect(scratch.names().isEmpty)
  }
}
