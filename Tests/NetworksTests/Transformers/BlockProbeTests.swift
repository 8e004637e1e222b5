// Measurements of transformer blocks compared with timm's (Fixtures/make_vit_blocks.py), and with values known by theory.

import Foundation
import Measurements
import Networks
import Tensors
import Testing

struct BlockProbeTests {
  struct Case: Decodable {
    struct Block: Decodable {
      let entropy, effectiveTokens, selfMass, scoreDeviation: [Double]
      let attentionRatio, mlpRatio, gradientNorm: Double
    }
    let tokens: Int
    let blocks: [Block]
  }

  static func cases() throws -> [String: Case] {
    let url = try #require(
      Bundle.module.url(
        forResource: "vit_blocks", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: url))
  }

  /// The measurements of all blocks after one forward and backward pass.
  private func blocks(
    _ compiled: CompiledNetwork, labels: [UInt16]
  ) -> [BlockProbe] {
    compiled.forward(images: labels.count, dropout: nil)
    _ = compiled.loss(labels: labels[...])
    compiled.backward(images: labels.count, .keep)
    return compiled.blocks(images: labels.count)
  }

  @Test(arguments: TransformerReferenceTests.cases.keys.sorted())
  func measurementsAgreeWithTimm(name: String) throws {
    let network = try #require(TransformerReferenceTests.cases[name])
    let expected = try #require(Self.cases()[name])
    let found = blocks(
      try TransformerReferenceTests().compiled(network), labels: network.labels)
    func compare(_ found: Double, _ expected: Double) {
      #expect(abs(found / expected - 1) < 1e-5)
    }
    #expect(found.map(\.name) == expected.blocks.indices.map { "blocks.\($0)" })
    for (found, block) in zip(found, expected.blocks) {
      #expect(found.tokens == expected.tokens && found.heads.count == block.entropy.count)
      for (index, head) in found.heads.enumerated() {
        compare(head.entropy, block.entropy[index])
        compare(head.effectiveTokens, block.effectiveTokens[index])
        compare(head.selfMass, block.selfMass[index])
        compare(head.scoreDeviation, block.scoreDeviation[index])
      }
      compare(found.attentionRatio, block.attentionRatio)
      compare(found.mlpRatio, block.mlpRatio)
      compare(found.gradientNorm, block.gradientNorm)
    }
  }

  @Test func threadCountDoesNotChangeNumbers() throws {
    let labels = (0..<9).map { UInt16($0 % 4) }
    let found = try [1, 2, 5].map { threads in
      let network = try TransformerGradientTests.network()
      return blocks(
        try TransformerGradientTests.compiled(network, batch: 9, threads: threads), labels: labels)
    }
    #expect(found[0] == found[1] && found[0] == found[2])
  }

  /// In the first block the queries, the projection and fc2 are 0: attention is uniform and the branches add nothing.
  @Test func blockOfZerosHasUniformAttentionAndNoBranches() throws {
    let network = try TransformerGradientTests.network()
    var parameters = network.parameters
    let silent = ["attn.proj.weight", "attn.proj.bias", "mlp.fc2.weight", "mlp.fc2.bias"]
    for name in silent.map({ "blocks.0." + $0 }) {
      parameters[name] = parameters[name].map { Tensor(zeros: $0.shape) }
    }
    for name in ["blocks.0.attn.qkv.weight", "blocks.0.attn.qkv.bias"] {
      guard var values = parameters[name] else { continue }
      for i in 0..<values.values.count / 3 { values.values[i] = 0 }
      parameters[name] = values
    }
    let still = try Network(network.architecture, parameters: parameters)
    let found = blocks(
      try TransformerGradientTests.compiled(still, batch: 3), labels: [0, 1, 2])
    let tokens = Double(found[0].tokens)
    for head in found[0].heads {
      #expect(abs(head.entropy - log(tokens)) < 1e-6)
      #expect(abs(head.effectiveTokens / tokens - 1) < 1e-6)
      #expect(abs(head.selfMass * tokens - 1) < 1e-6)
      #expect(head.scoreDeviation == 0)
    }
    #expect(found[0].attentionRatio == 0 && found[0].mlpRatio == 0)
    #expect(found[1].attentionRatio > 0 && found[1].heads.allSatisfy { $0.scoreDeviation > 0 })
  }

  /// A branch of size 10⁻⁶ would be lost to rounding if it were computed as a difference of tokens of size 1.
  @Test func ratiosOfSmallBranchesAreAccurate() throws {
    let network = try TransformerGradientTests.network()
    func ratio(_ size: Float) throws -> Double {
      var parameters = network.parameters
      for name in ["blocks.0.attn.proj.weight", "blocks.0.attn.proj.bias"] {
        parameters[name] = parameters[name].map {
          Tensor($0.values.map { size * $0 }, shape: $0.shape)
        }
      }
      let scaled = try Network(network.architecture, parameters: parameters)
      return blocks(
        try TransformerGradientTests.compiled(scaled, batch: 3), labels: [0, 1, 2])[0]
        .attentionRatio
    }
    #expect(abs(try ratio(1e-6) / ratio(1) / 1e-6 - 1) < 1e-5)
  }

  @Test func otherNetworksHaveNoBlocks() throws {
    let architecture = try Architecture("vgg:4,M", outputs: 2, hidden: [])
    let network = try Network(
      architecture,
      parameters: Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { ($0.name, Tensor(zeros: $0.shape)) }))
    let compiled = try CompiledNetwork(
      network, side: 4, batch: 2, pool: WorkerPool(threads: 1), trains: true)
    #expect(blocks(compiled, labels: [0, 1]).isEmpty)
  }
}
