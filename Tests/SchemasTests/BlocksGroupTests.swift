// The measurements of a transformer's blocks in a run file, read as documented, and refused if they are damaged.

import Features
import HDF5
import Measurements
import Networks
import Schemas
import Tensors
import Testing
import Tooling

struct BlocksGroupTests {
  /// The measurements of two blocks with two heads and five tokens.
  static let text = VisionTransformerFileTests.text
  typealias Values = (values: [Double], shape: [Int])

  /// The attention of the last head is uniform, where rounding may exceed the limits.
  static let stored: [String: Values] = [
    "entropy": ([1, 1.1, 1.2, 1.6095], [2, 2]),
    "effective_tokens": ([3, 3.5, 4, 5.001], [2, 2]),
    "self_mass": ([0.2, 0.3, 0, 1], [2, 2]),
    "score_deviation": ([0, 1, .nan, 9], [2, 2]),
    "attention_ratio": ([0.5, .nan], [2]),
    "mlp_ratio": ([0, 30], [2]),
    "gradient_norm": ([1, 2], [2]),
  ]

  static func write(_ file: File, probe: ProbeGroup?, _ network: Network) throws {
    try RunFile(
      NetworkFile(network), best: nil, bestEpoch: nil, probe: probe,
      epochs: [
        EpochRecord(
          trainLoss: 1, trainAccuracy: 0, trainLossEvaluated: 1, trainAccuracyEvaluated: 0,
          validationLoss: 1, validationAccuracy: 0, testLoss: 1, testAccuracy: 0)
      ],
      divergedAt: nil, dataset: "dots", seed: 1, options: [:]
    ).write(to: file)
  }

  /// A run file of a transformer, whose measurements are written dataset by dataset.
  static func write(
    _ file: File, _ blocks: [String: Values]?, tokens: AttributeValue? = .integer(5),
    network: Network? = nil
  ) throws {
    try write(file, probe: nil, try network ?? VisionTransformerFileTests.network(text))
    let probe = try file.root.createGroup("probe")
    for name in ["deviation", "effective_rank", "dead_share", "gradient_norm"] {
      try probe.write([1.0], shape: [1], to: name)
    }
    try probe.setAttribute("layers", .strings(["patch_embed.proj"]))
    try probe.setAttribute("loss", .double(1))
    try probe.setAttribute("images", .integer(8))
    guard let blocks else { return }
    let group = try probe.createGroup("blocks")
    for (name, dataset) in blocks.sorted(by: { $0.key < $1.key }) {
      try group.write(dataset.values, shape: dataset.shape, to: name)
    }
    if let tokens { try group.setAttribute("tokens", tokens) }
  }

  @Test func blocksAreReadAsDocumented() throws {
    let blocks = try roundTrip {
      try Self.write($0, Self.stored)
    } _: {
      try #require(RunSummary($0).probe).blocks
    }
    #expect(blocks.map(\.name) == ["blocks.0", "blocks.1"])
    #expect(blocks.allSatisfy { $0.tokens == 5 && $0.heads.count == 2 })
    let heads = blocks.flatMap(\.heads)
    #expect(heads.map(\.entropy) == [1, 1.1, 1.2, 1.6095])
    #expect(heads.map(\.effectiveTokens) == [3, 3.5, 4, 5.001])
    #expect(heads.map(\.selfMass) == [0.2, 0.3, 0, 1])
    #expect(heads.map { $0.scoreDeviation.isNaN } == [false, false, true, false])
    #expect(heads[3].scoreDeviation == 9)
    #expect(blocks[0].attentionRatio == 0.5 && blocks[1].attentionRatio.isNaN)
    #expect(blocks.map(\.mlpRatio) == [0, 30] && blocks.map(\.gradientNorm) == [1, 2])
  }

  @Test func measurementsRoundTrip() throws {
    let network = try VisionTransformerFileTests.network(Self.text)
    let images = try LabelledImages(
      pixels: (0..<6 * 64 * 3).map { UInt8($0 * 37 % 251) }, labels: [0, 1, 2, 0, 1, 2],
      height: 8, width: 8, channels: 3)
    let probe = try Probe(
      network,
      images: TaskImages(
        images, preparation: network.preparation, pool: WorkerPool(threads: 1)))
    #expect(probe.blocks.count == 2)
    let found = try roundTrip {
      try Self.write($0, probe: ProbeGroup(probe), network)
    } _: {
      try #require(RunSummary($0).probe)
    }
    #expect(found.blocks == probe.blocks && found.layers == probe.layers)
  }

  @Test func filesWithoutTheGroupHaveNoBlocks() throws {
    let probe = try roundTrip {
      try Self.write($0, nil)
    } _: {
      try #require(RunSummary($0).probe)
    }
    #expect(probe.blocks.isEmpty && probe.layers.count == 1)
  }

  static let damages: [(name: String, values: Values?, says: String)] = [
    ("entropy", nil, "/entropy' is missing or not [2, 2]"),
    ("self_mass", ([0, 0, 0, 0], [4]), "/self_mass' is missing or not [2, 2]"),
    ("mlp_ratio", ([1, 1, 1], [3]), "/mlp_ratio' is missing or not [2]"),
    ("gradient_norm", ([1, 1], [2, 1]), "/gradient_norm' is missing or not [2]"),
    ("self_mass", ([0, 0, 0, 1.5], [2, 2]), "/self_mass' holds 1.5, which is not from 0 to 1.0"),
    ("effective_tokens", ([1, 1, 6, 1], [2, 2]), "holds 6.0, which is not from 0 to 5.0"),
    ("entropy", ([1, 1, 1.7, 1], [2, 2]), "holds 1.7, which is not from 0 to 1.6"),
    ("score_deviation", ([1, -1, 1, 1], [2, 2]), "holds -1.0, which is not from 0 to any"),
    ("attention_ratio", ([.infinity, 1], [2]), "holds inf, which is not from 0 to any"),
  ]

  @Test(arguments: damages.indices)
  func aDamagedGroupIsRefused(index: Int) throws {
    let damage = Self.damages[index]
    var stored = Self.stored
    stored[damage.name] = damage.values
    let error = try refusal {
      try Self.write($0, stored)
    } _: {
      _ = try RunSummary($0)
    }
    #expect(error?.status == .data)
    #expect(error?.message.contains("'probe/blocks/\(damage.name)'") == true)
    #expect(error?.message.contains(damage.says) == true, "\(error?.message ?? "read")")
    #expect(error?.message.contains("\n") == false)
  }

  @Test func aGroupOfAnotherNetworkIsRefused() throws {
    func error(_ tokens: AttributeValue?, _ network: Network? = nil) throws -> String? {
      try refusal {
        try Self.write($0, Self.stored, tokens: tokens, network: network)
      } _: {
        _ = try RunSummary($0)
      }?.message
    }
    #expect(try error(.integer(6))?.contains("is of 6 tokens, the network of 5") == true)
    #expect(try error(.string("5"))?.contains("attribute 'tokens' is not an integer") == true)
    #expect(try error(nil)?.contains("no attribute 'tokens'") == true)
    let vgg = try error(.integer(5), smallNetwork(1))
    #expect(vgg?.contains("'probe/blocks' is of a transformer, but this is vgg11@0.05") == true)
  }
}
