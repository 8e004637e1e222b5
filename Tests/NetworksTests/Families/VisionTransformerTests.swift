// The text form of vision transformers, and their maps and parameters.

import Networks
import Testing

struct VisionTransformerTests {
  @Test(arguments: [
    ("vit-micro", "vit-micro:side=28"), ("vit-micro:side=28", "vit-micro:side=28"),
    ("vit-tiny:patch=4,side=32", "vit-tiny:side=32,patch=4"),
    ("vit:patch=4,width=64,depth=6,heads=4,mlp=128,pool=mean,side=28", "vit-micro:side=28"),
    (
      "vit:side=8,patch=2,width=16,depth=2,heads=2",
      "vit:side=8,patch=2,width=16,depth=2,heads=2,mlp=64"
    ),
    (
      "vit-micro:positions=sincos,droppath=0.1,epsilon=1e-12",
      "vit-micro:side=28,positions=sincos,droppath=0.1,epsilon=1e-12"
    ),
  ])
  func textsAreParsed(text: String, canonical: String) throws {
    let architecture = try Architecture(text, outputs: 3)
    #expect(architecture.name == canonical)
    #expect(try Architecture(canonical, outputs: 3) == architecture)
  }

  @Test(arguments: [
    "vit", "vit:", "vit:patch=4,width=64,depth=6", "vit-huge", "vit-micro:side=30",
    "vit-micro:heads=5", "vit-micro:depth=65", "vit-micro:depth=2,depth=2", "vit-micro:colour=1",
    "vit-micro:patch=0", "vit-micro:pool=last", "vit-micro:droppath=1", "vit-micro:droppath=nan",
    "vit-micro:epsilon=0", "vit-micro:side=4096,patch=1", "vit-micro:width=9223372036854775807",
    "vit:side=10,patch=5,width=6,depth=1,heads=1,positions=sincos",
  ])
  func invalidTextsAreRefused(text: String) {
    #expect(throws: NetworkError.self) { try Architecture(text, outputs: 3) }
  }

  @Test func defaultSideAppliesWithoutSideInText() throws {
    #expect(try Architecture("vit-micro", outputs: 3, side: 32).side == 32)
    #expect(try Architecture("vit-micro:side=28", outputs: 3, side: 32).side == 28)
    #expect(throws: NetworkError.self) {
      try Architecture("vit-micro", outputs: 3, hidden: [512], side: 32)
    }
  }

  /// The expected number is the published one of DeiT-tiny.
  @Test func deiTTinyHasThePublishedNumberOfParameters() throws {
    let tiny = try Architecture("vit-tiny", outputs: 1000)
    #expect(tiny.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) } == 5_717_416)
    #expect(tiny.parameters.contains { $0.name == "pos_embed" && $0.shape == [1, 197, 192] })
    #expect(
      tiny.parameters.contains {
        $0.name == "patch_embed.proj.weight" && $0.shape == [192, 3, 16, 16]
      })
  }

  /// The rows of one head's keys come after the queries of all heads, in the order of heads.
  @Test func partsOfAttentionAreRowsOfOneTensor() throws {
    let maps = try Architecture("vit-micro", outputs: 3).body
    #expect(maps.count == 1 + 6 * (3 * 4 + 3))
    let keys = try #require(maps.first { $0.name == "blocks.2.attn.k.1" })
    #expect(keys.weight == "blocks.2.attn.qkv.weight" && keys.rows == 80..<96)
    #expect(keys.layerShape == [192, 64] && keys.weightShape == [16, 64])
    #expect(keys.norm == "blocks.2.norm1")
  }
}
