// `sample-init --align` for vision transformers with the built tools: messages, outputs and errors.

import Foundation
import HDF5
import Schemas
import Testing

struct TransformerAlignTests {
  /// The architecture of the source.
  static let settings = "side=8,patch=4,width=8,depth=2,heads=2,mlp=6"

  /// A folder with images.h5, init.h5, run.h5 (trained for an epoch), run.nfm.h5, outside.nfm.h5, run.agop.h5 and vgg.h5.
  static let scratch: Scratch? = try? prepared()

  static func prepared() throws -> Scratch {
    let scratch = try TransformerFeaturesTests.prepared()
    try succeed(scratch.run("compute-nfm", "run.h5", "-o", "run.nfm.h5"))
    try succeed(
      scratch.run("compute-nfm", "run.h5", "--gain", "outside", "-o", "outside.nfm.h5"))
    try succeed(
      scratch.run("compute-agop", "run.h5", "--images", "images.h5", "-o", "run.agop.h5"))
    try succeed(
      scratch.run(
        "sample-init", "--method", "kaiming-normal", "--images", "images.h5", "--architecture",
        "vgg:8,M", "--hidden", "4", "-o", "vgg.h5"))
    return scratch
  }

  static func drawing(_ settings: String, _ output: String) -> [String] {
    [
      "--align", "run.h5", "--images", "images.h5", "--architecture", "vit:\(settings)", "-o",
      output,
    ]
  }

  /// The new networks are narrower or shallower, and have other widths of heads and of the MLP.
  @Test(arguments: [
    ("nfm", "run.nfm.h5"), ("agop", "run.agop.h5"), ("spectrum", "run.nfm.h5"), ("copy", nil),
    ("permuted", nil), ("rotated", nil), ("coupled-nfm", nil),
  ]) func drawsOfAnotherShapeTrain(_ method: String, _ features: String?) throws {
    let scratch = try #require(Self.scratch)
    let settings = "side=8,patch=4,width=6,depth=1,heads=2,mlp=5,pool=mean"
    let drawn = try scratch.run(
      "sample-init",
      (features.map { [$0] } ?? []) + ["--method", method, "--scale", "source"]
        + Self.drawing(settings, "\(method).h5"))
    try succeed(drawn)
    let labels = try NetworkFile(File.open(scratch.file("\(method).h5"))).labels
    #expect(labels.method == "\(method)-aligned")
    #expect(labels.explained.count == 1 + 3 * 2 + 3)
    #expect(labels.explained["patch_embed.proj"] == 1)
    #expect(labels.explained["blocks.0.attn.q.0"] == labels.explained["blocks.0.attn.v.1"])
    try succeed(
      scratch.run(
        "train", "\(method).h5", "--images", "images.h5", "--epochs", "2", "--batch", "16",
        "--quiet", "--optimiser", "adamw", "-o", "\(method).run.h5"))
    let losses = try File.open(scratch.file("\(method).run.h5")).root.read(
      "epochs/train_loss", as: Double.self)
    #expect(losses.values.count == 2 && losses.values.allSatisfy(\.isFinite))
  }

  /// All heads read the same tokens, so the log has one line for a layer, and the table one line for a part.
  @Test func theLogHasALineForEachBlock() throws {
    let scratch = try #require(Self.scratch)
    let drawn = try scratch.run(
      "sample-init", ["run.nfm.h5", "--method", "nfm"] + Self.drawing(Self.settings, "log.h5"))
    try succeed(drawn)
    let lines = drawn.errors.split(separator: "\n").filter { $0.contains("R²") }.map(String.init)
    let start = "sample-init: R² of the source's channels in the new ones"
    #expect(lines.count == 3 && lines.first == "\(start): patch_embed.proj 1.0")
    for (block, line) in lines.dropFirst().enumerated() {
      let pattern =
        "^\(start), block \(block): attn.qkv [-0-9.]+, attn.proj [-0-9.]+, mlp.fc1 [-0-9.]+, mlp.fc2 [-0-9.]+$"
      #expect(line.range(of: pattern, options: .regularExpression) != nil, "\(line)")
    }
    try succeed(
      scratch.run(
        "train", "log.h5", "--images", "images.h5", "--epochs", "0", "--quiet", "-o", "log.run.h5"))
    let table = try scratch.run("report", "probe", "log.run.h5", "--format", "markdown")
    try succeed(table)
    // A second table has a line for each block.
    let rows = table.text.split(separator: "\n").filter {
      $0.contains("nfm-aligned") && !$0.contains(#/blocks\.\d /#)
    }
    #expect(rows.count == 1 + 2 * 6, "\(table.text)")
    #expect(table.text.contains("R² of channels"))
    #expect(rows.contains { $0.contains("blocks.1.attn.k (2 heads)") })
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
  func theFigureHasAPointForEachPart() throws {
    let scratch = try #require(Self.scratch)
    try succeed(
      scratch.run(
        "sample-init", ["--method", "copy"] + Self.drawing(Self.settings, "figure.h5")))
    try succeed(
      scratch.run(
        "train", "figure.h5", "--images", "images.h5", "--epochs", "1", "--quiet", "--batch", "16",
        "-o", "figure.run.h5"))
    try succeed(scratch.run("report", "table", "figure.run.h5", "-o", "page"))
    let table = String(decoding: try scratch.read("page/alignment.tsv"), as: UTF8.self)
    let lines = table.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(lines.dropFirst().map { String($0[2]) } == (1...13).map(String.init))
    let page = String(decoding: try scratch.read("page/index.html"), as: UTF8.self)
    #expect(page.contains("channels that a linear map reads"))
  }

  /// A network copied to the same shape for the same images gives the same predictions and the same loss.
  @Test func copyKeepsThePredictions() throws {
    let scratch = try #require(Self.scratch)
    try succeed(
      scratch.run(
        "sample-init", "--method", "copy", "--head", "copy", "--align", "init.h5", "--align-ridge",
        "0", "--images", "images.h5", "-o", "same.h5"))
    let losses = try ["init", "same", "nfm-aligned"].map { name in
      if name == "nfm-aligned" {
        try succeed(
          scratch.run(
            "sample-init",
            ["run.nfm.h5", "--method", "nfm"]
              + Self.drawing(Self.settings, "nfm-aligned.h5")))
      }
      try succeed(
        scratch.run(
          "train", "\(name).h5", "--images", "images.h5", "--epochs", "0", "--quiet", "-o",
          "\(name).0.h5"))
      let probe = try File.open(scratch.file("\(name).0.h5")).root.group("probe")
      return try #require(try probe.attribute("loss")?.double)
    }
    #expect(abs(losses[1] / losses[0] - 1) < 1e-5, "\(losses)")
    #expect(abs(losses[2] / losses[0] - 1) > 1e-3, "\(losses)")
  }

  static let refusals: [(options: [String], message: String)] = [
    (
      ["--method", "copy", "--align", "vgg.h5"],
      "a transformer's tokens and a convolution's channels cannot be aligned: vgg:8,M with vit:"
    ),
    (
      ["--method", "copy", "--align", "run.h5", "--architecture", "vgg:8,M"],
      "cannot be aligned: vit:"
    ),
    (
      [
        "--method", "copy", "--align", "run.h5", "--architecture",
        "vit:side=8,patch=4,width=8,depth=3,heads=2,mlp=6",
      ],
      "no linear map at the place of 'blocks.2.attn.q.0' to align with; --layers can leave it out"
    ),
    (
      [
        "--method", "rotated", "--align", "run.h5", "--architecture",
        "vit:side=8,patch=4,width=8,depth=2,heads=4,mlp=6",
      ], "at the place of 'blocks.0.attn.q.2'"
    ),
    (
      [
        "--method", "copy", "--align", "run.h5", "--architecture",
        "vit:side=8,patch=2,width=8,depth=2,heads=2,mlp=6",
      ], "extract-pretrained --patch 2 makes a source with these"
    ),
    (
      [
        "--method", "copy", "--align", "run.h5", "--side", "12", "--architecture",
        "vit:side=12,patch=4,width=8,depth=2,heads=2,mlp=6",
      ], "extract-pretrained --side 12"
    ),
    (
      ["outside.nfm.h5", "--method", "nfm", "--align", "run.h5"],
      "outside.nfm.h5: features with the gain outside"
    ),
    (["--method", "copy", "--align", "run.h5", "--scale", "balanced"], "scale 'balanced'"),
    (["run.nfm.h5", "--method", "spatial", "--align", "run.h5"], "'spatial' is of patches"),
  ]

  @Test(arguments: refusals)
  func unsuitableAlignmentsAreRefused(_ refusal: (options: [String], message: String)) throws {
    let scratch = try #require(Self.scratch)
    let result = try scratch.run(
      "sample-init",
      refusal.options + ["--images", "images.h5", "-o", "refused.h5"]
        + (refusal.options.contains("--architecture")
          ? [] : ["--architecture", "vit:\(Self.settings)"]))
    #expect(result.status == 65, "\(result.errors)")
    #expect(result.errors.contains(refusal.message), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(!scratch.names().contains("refused.h5"))
  }
}
