// Features of vision transformers through the tools: the results of the two conventions, and errors.

import Foundation
import HDF5
import Testing

struct TransformerFeaturesTests {
  static let architecture = "vit:side=8,patch=4,width=8,depth=2,heads=2,mlp=6"
  /// The names of the maps of the body: the patch embedding, and in each block three maps for each head and three others.
  static let maps =
    ["patch_embed.proj"]
    + (0..<2).flatMap { block in
      (readers(block) + ["attn.proj", "mlp.fc1", "mlp.fc2"]).map { "blocks.\(block).\($0)" }
    }
  static func readers(_ block: Int) -> [String] {
    ["q", "k", "v"].flatMap { part in (0..<2).map { "attn.\(part).\($0)" } }
  }

  /// A folder with images.h5, init.h5 and run.h5.
  static let scratch: Scratch? = try? prepared()

  static func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try succeed(
      scratch.run(
        "sample-init", "--method", "xavier-normal", "--images", "images.h5", "--architecture",
        architecture, "-o", "init.h5"))
    try succeed(
      scratch.run(
        "train", "init.h5", "--images", "images.h5", "--epochs", "1", "--batch", "16", "--quiet",
        "--optimiser", "adamw", "-o", "run.h5"))
    return scratch
  }

  private func computed(_ tool: String, _ options: String...) throws -> Group {
    let scratch = try #require(Self.scratch)
    let name = "\(UUID().uuidString).h5"
    let images = tool == "compute-agop" ? ["--images", "images.h5"] : []
    try succeed(scratch.run(tool, ["run.h5", "-o", name] + images + options))
    return try File.open(scratch.file(name)).root
  }

  private func texts(_ root: Group, _ names: [String]) throws -> [String?] {
    try names.map { try root.attribute($0)?.string }
  }

  private let described = ["features_reduction", "features_gain", "features_own_bias"]

  @Test func exactFeaturesCoverEveryMapOfTheBody() throws {
    let root = try computed("compute-agop")
    #expect(try Self.maps.allSatisfy { try root.shape(of: "\($0)/factor")[1] > 0 })
    #expect(try root.attribute("layers") == nil)
    #expect(try texts(root, described) == ["mean", "folded", "kept"])
    // The network has no convolutions.
    #expect(try root.attribute("features_convolution") == nil)
  }

  @Test func paperConventionCoversQueriesKeysAndValues() throws {
    let readers = (0..<2).flatMap { block in
      Self.readers(block).map { "blocks.\(block).\($0)" }
    }
    let root = try computed("compute-agop", "--convention", "paper")
    #expect(try root.attribute("layers")?.strings == readers)
    #expect(try texts(root, described) == ["position-mean", "outside", "kept"])
    #expect(try root.attribute("features_images")?.integer == 10)
    #expect(try texts(root, ["features_logits", "features_shift"]) == ["all", "none"])
    // The only difference is the reduction, which also averages over 10 images and 2 logits.
    let mean = try computed(
      "compute-agop", "--convention", "paper", "--reduction", "mean", "--power", "1")
    let sum = try computed("compute-agop", "--convention", "paper", "--power", "1")
    for name in readers {
      let traces = try [mean, sum].map { try $0.group(name).attribute("trace")?.double ?? .nan }
      #expect(abs(traces[1] / traces[0] - 20) < 1e-4)
    }
    let nfm = try computed("compute-nfm", "--convention", "paper")
    #expect(try nfm.attribute("layers")?.strings == readers)
    #expect(try texts(nfm, ["features_gain", "features_rows"]) == ["outside", "mean"])
    let own = try computed("compute-nfm", "--layers", "blocks.0.attn.q", "--gain", "outside")
    for name in ["blocks.0.attn.q.0", "blocks.0.attn.q.1"] {
      let traces = try [nfm, own].map { try $0.group(name).attribute("trace")?.double ?? .nan }
      // A head has four rows.
      #expect(abs(traces[1] / traces[0] - 4) < 1e-4)
    }
  }

  static let refusals: [(tool: String, words: [String], status: Int32, says: String)] = [
    ("compute-agop", ["--own-bias", "dropped"], 65, "and not in a transformer"),
    ("compute-agop", ["--convolution", "direct"], 64, "--convolution"),
    ("compute-agop", ["--layers", "blocks.2"], 64, "no layer 'blocks.2'"),
  ]

  @Test(arguments: refusals)
  func optionsWithoutEffectAreRefused(
    _ refusal: (tool: String, words: [String], status: Int32, says: String)
  ) throws {
    let scratch = try #require(Self.scratch)
    let words = ["run.h5", "--images", "images.h5", "-o", "refused.h5"] + refusal.words
    let result = try scratch.run(refusal.tool, words)
    #expect(result.status == refusal.status && result.errors.contains(refusal.says))
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(!scratch.names().contains("refused.h5"))
  }

  /// `select` uses every second value of the first block's tokens. A third block cannot be selected.
  @Test func selectUsesASubsetOfALargerTransformer() throws {
    let scratch = try #require(Self.scratch)
    func select(_ architecture: String, _ name: String) throws -> ToolResult {
      try scratch.run(
        "sample-init", "--method", "select", "--source", "run.h5", "--images", "images.h5",
        "--architecture", architecture, "-o", name)
    }
    try succeed(select("vit:side=8,patch=4,width=4,depth=1,heads=2,mlp=3", "half.h5"))
    let name = "blocks.0.mlp.fc1.weight"
    let half = try File.open(scratch.file("half.h5")).root.read(name, as: Float.self)
    let whole = try File.open(scratch.file("run.h5")).root.read(name, as: Float.self)
    #expect(half.shape == [3, 4])
    let selected: [Float] = [0, 2, 4].flatMap { row in
      [0, 2, 4, 6].map { column in whole.values[8 * row + column] }
    }
    #expect(half.values == selected)
    let deeper = try select("vit:side=8,patch=4,width=8,depth=3,heads=2,mlp=6", "deeper.h5")
    #expect(deeper.status == 65 && deeper.errors.contains("its depth is 2, this network's 3"))
    #expect(!scratch.names().contains("deeper.h5"))
  }

  /// Features that are used with a source must include the gains. A warning says if they were not computed from the source.
  @Test func featuresUsedWithASourceMustFitIt() throws {
    let scratch = try #require(Self.scratch)
    try succeed(scratch.run("compute-nfm", "run.h5", "--gain", "outside", "-o", "outside.nfm.h5"))
    func draw(_ features: String) throws -> ToolResult {
      try scratch.run(
        "sample-init", features, "--method", "nfm", "--scale", "source", "--source", "run.h5",
        "--images", "images.h5", "-o", "beside.h5")
    }
    let refused = try draw("outside.nfm.h5")
    #expect(refused.status == 65 && refused.errors.contains("with the gain outside are not of"))
    #expect(!scratch.names().contains("beside.h5"))
    try succeed(scratch.run("compute-nfm", "init.h5", "-o", "other.nfm.h5"))
    let warned = try draw("other.nfm.h5")
    #expect(warned.status == 0 && warned.errors.contains("were not computed from run.h5"))
    try succeed(scratch.run("compute-nfm", "run.h5", "-o", "own.nfm.h5"))
    let own = try draw("own.nfm.h5")
    #expect(own.status == 0 && !own.errors.contains("were not computed"))
  }

  @Test func gainOptionRequiresNormalisations() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    let result = try scratch.run("compute-nfm", "init.h5", "--gain", "outside", "-o", "nfm.h5")
    #expect(result.status == 64 && result.errors.contains("has no normalisation"))
  }

  @Test func ansatzAndProbeHaveOneLinePerPart() throws {
    let scratch = try #require(Self.scratch)
    let words = ["init.h5", "run.h5", "--images", "images.h5", "--count", "8", "--quiet"]
    let table = try scratch.run("report", ["ansatz", "--format", "markdown"] + words)
    try succeed(table)
    let lines = table.text.split(separator: "\n")
    // Each of two networks has a line for the patch embedding and six lines for each block.
    #expect(lines.count { $0.contains("patch_embed.proj") || $0.contains("blocks.") } == 2 * 13)
    #expect(lines.count { $0.contains("blocks.1.attn.v (2 heads)") } == 2)
    let csv = try scratch.run("report", ["ansatz", "--format", "csv"] + words)
    try succeed(csv)
    #expect(csv.text.split(separator: "\n").count == 1 + 2 * Self.maps.count)
    // The line is the mean of its heads, and the untrained network is the trained one's null.
    let heads = csv.text.split(separator: "\n").filter { $0.hasPrefix("run,blocks.1.attn.v.") }
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let halves = heads.compactMap { Double($0[2]) }
    #expect(halves.count == 2 && heads.allSatisfy { Double($0[3]) != nil })
    let mean = String(format: "%.3f", halves.reduce(0, +) / 2)
    #expect(
      lines.contains {
        $0.contains("run") && $0.contains("blocks.1.attn.v (2 heads)") && $0.contains(mean)
      })

    let probe = try scratch.run("report", "probe", "run.h5", "--format", "markdown")
    try succeed(probe)
    #expect(probe.text.contains("blocks.0.attn.q (2 heads)") && !probe.text.contains("dead"))
    let shares = try File.open(scratch.file("run.h5")).root.read(
      "probe/dead_share", as: Double.self)
    #expect(shares.values.count == Self.maps.count && shares.values.allSatisfy(\.isNaN))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
  func featureMapsShowPatchesAndTokens() throws {
    let scratch = try #require(Self.scratch)
    try succeed(scratch.run("compute-nfm", "run.h5", "-o", "nfm.h5"))
    let words = ["maps", "images.h5", "--network", "run.h5", "-o", "maps"]
    try succeed(scratch.run("report", words + ["--features", "nfm.h5"]))
    let table = String(decoding: try scratch.read("maps/feature-maps.tsv"), as: UTF8.self)
    let blocks = table.components(separatedBy: "\n\n\n").map {
      $0.split(separator: "\n").count { !$0.hasPrefix("#") }
    }
    // The figure has the picture, 2×2 patches, and 2×2 tokens of each of two blocks.
    #expect(blocks.filter { $0 > 0 } == [64, 4, 4, 4])
    try succeed(scratch.run("compute-nfm", "run.h5", "--convention", "paper", "-o", "paper.h5"))
    let refused = try scratch.run("report", words + ["--features", "paper.h5"])
    #expect(refused.status == 65 && refused.errors.contains("no features of patch_embed.proj"))
  }
}
