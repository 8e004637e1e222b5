// Other initialisers of transformers through sample-init: their outputs and errors.

import Foundation
import HDF5
import Testing

struct TransformerRivalsTests {
  private static let architecture = TransformerFeaturesTests.architecture

  private func sample(_ words: [String], to name: String) throws -> ToolResult {
    let scratch = try #require(TransformerFeaturesTests.scratch)
    return try scratch.run("sample-init", ["--images", "images.h5", "-o", name] + words)
  }

  private func sampled(_ words: String...) throws -> Group {
    let scratch = try #require(TransformerFeaturesTests.scratch)
    let name = "\(UUID().uuidString).h5"
    try succeed(sample(words, to: name))
    return try File.open(scratch.file(name)).root
  }

  /// The rows of values, or of queries, of both heads [8, 8].
  private func rows(_ network: Group, _ first: Int) throws -> [Double] {
    let weight = try network.read("blocks.1.attn.qkv.weight", as: Float.self)
    #expect(weight.shape == [24, 8])
    return weight.values[8 * first..<8 * (first + 8)].map(Double.init)
  }

  private func product(_ a: [Double], _ b: [Double]) -> [Double] {
    (0..<64).map { at -> Double in
      let (row, column) = (at / 8, at % 8)
      return (0..<8).reduce(0.0) { sum, i in sum + a[row * 8 + i] * b[i * 8 + column] }
    }
  }

  private func transposed(_ a: [Double]) -> [Double] {
    (0..<64).map { at -> Double in a[(at % 8) * 8 + at / 8] }
  }

  @Test func conditionedIsWritten() throws {
    let network = try sampled("--method", "conditioned", "--architecture", Self.architecture)
    #expect(try network.attribute("init_method")?.string == "conditioned")
    let identity = (0..<64).map { $0 % 9 == 0 ? 1.0 : 0 }
    #expect(try rows(network, 16) == identity)
    for first in [0, 8] {
      // Heads have four rows, so [4, 4] blocks on the diagonal are the identity.
      let all = try rows(network, first)
      let gram = product(all, transposed(all))
      for i in 0..<64 where i / 32 == i % 8 / 4 { #expect(abs(gram[i] - identity[i]) < 1e-5) }
    }
  }

  /// The mean of the diagonal of W_O·W_V is −0.4 ± 0.4/8, since its 8 entries have a standard deviation of 0.4/√8.
  @Test func mimeticIsWritten() throws {
    let network = try sampled("--method", "mimetic", "--architecture", Self.architecture)
    let projection = try network.read("blocks.1.attn.proj.weight", as: Float.self)
    let product = product(projection.values.map(Double.init), try rows(network, 16))
    let mean = (0..<8).reduce(0) { $0 + product[9 * $1] } / 8
    #expect(abs(mean + 0.4) < 4.5 * 0.05)
    let positions = try network.read("pos_embed", as: Float.self)
    // The position of the class token comes first, then row 0 and column 0 with two sines of 0 and two cosines of 0 each.
    #expect(positions.values.prefix(16) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1])
  }

  @Test func tFixupIsWritten() throws {
    let network = try sampled("--method", "t-fixup", "--architecture", Self.architecture)
    let bound = (6.0 / 16).squareRoot()
    let queries = try rows(network, 0).map(abs).max() ?? 0
    let values = try rows(network, 16).map(abs).max() ?? 0
    // The factor is 0.67·2^(−1/4).
    #expect(values <= bound * 0.563_399 && values > bound * 0.5)
    #expect(queries <= bound && queries > bound * 0.85)
  }

  /// An isotropic draw at timm's scale has 64 weights with a standard deviation of 0.02.
  @Test func theDefaultSizeIsRecordedAndDrawn() throws {
    let scratch = try #require(TransformerFeaturesTests.scratch)
    try succeed(scratch.run("compute-nfm", "run.h5", "-o", "rivals.nfm.h5"))
    let network = try sampled(
      "rivals.nfm.h5", "--method", "nfm", "--scale", "default", "--shrink", "1")
    #expect(try network.attribute("init_scale")?.string == "default")
    let weight = try network.read("blocks.1.attn.proj.weight", as: Float.self).values
    let variance = weight.reduce(0) { $0 + Double($1) * Double($1) } / 64
    #expect(abs(variance / 4e-4 - 1) < 4.5 * (2.0 / 64).squareRoot())
  }

  private static let select = ["--method", "select", "--source", "run.h5", "--architecture"]

  static let refusals: [(words: [String], status: Int32, says: String)] = [
    (["--method", "mimetic", "--architecture", "vgg:4,M"], 65, "'mimetic' is of transformers"),
    (
      ["--method", "conditioned", "--architecture", "vgg:4,M"], 65,
      "'conditioned' is of transformers"
    ),
    (["--method", "t-fixup", "--architecture", "vgg:4,M"], 65, "'t-fixup' is of transformers"),
    (
      [
        "--method", "mimetic", "--architecture", "vit:side=8,patch=4,width=6,depth=1,heads=2,mlp=4",
      ],
      65, "sine-cosine positions need a width divisible by 4, not 6"
    ),
    (
      ["--method", "mimetic", "--architecture", architecture, "--scale", "default"], 65,
      "'mimetic' has a size of its own"
    ),
    (
      select + ["vit:side=8,patch=4,width=12,depth=2,heads=2,mlp=6"], 65,
      "its width is 8, this network's 12"
    ),
    (
      select + ["vit:side=8,patch=2,width=4,depth=2,heads=2,mlp=6"], 65,
      "extract-pretrained --side and --patch"
    ),
    (
      select + ["vgg:4,M"], 65,
      "has no convolution at the place of 'features.0'"
    ),
  ]

  @Test(arguments: refusals)
  func unsuitableUsesAreRefused(_ refusal: (words: [String], status: Int32, says: String)) throws {
    let scratch = try #require(TransformerFeaturesTests.scratch)
    let result = try sample(refusal.words, to: "refused-rival.h5")
    #expect(
      result.status == refusal.status && result.errors.contains(refusal.says), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(!scratch.names().contains("refused-rival.h5"))
  }
}
