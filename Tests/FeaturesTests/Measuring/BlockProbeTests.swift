// The probe of a transformer's blocks, compared with a naive transformer in double precision, and its warnings.

import Features
import Foundation
import Measurements
import Networks
import Tensors
import Testing

struct BlockProbeTests {
  typealias Rows = NaiveTransformer.Rows

  static func probe(_ network: Network, threads: Int = 2) throws -> Probe {
    try Probe(
      network,
      images: TaskImages(
        TransformerFeaturesTests.labelledImages(), preparation: network.preparation,
        pool: WorkerPool(threads: threads)))
  }

  private func images(_ network: Network) throws -> [Rows] {
    let images = try TransformerFeaturesTests.labelledImages()
    return (0..<images.count).map { AGOPTests.map(images, $0, network) }
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private func ratio(_ branch: [Rows], _ stream: [Rows]) -> Double {
    func squares(_ rows: [Rows]) -> Double {
      rows.joined().joined().reduce(0) { $0 + $1 * $1 }
    }
    return (squares(branch) / squares(stream)).squareRoot()
  }

  @Test(arguments: TransformerFeaturesTests.texts)
  func probeAgreesWithANaiveTransformer(text: String) throws {
    let network = try TransformerFeaturesTests.network(text)
    let naive = try NaiveTransformer(network)
    let found = try Self.probe(network).blocks
    #expect(found.map(\.name) == ["blocks.0", "blocks.1"])
    // [images][blocks]
    let passages = try images(network).map { image in
      var seen: [NaiveTransformer.Passage] = []
      _ = naive.logits(image) { seen.append($0) }
      return seen
    }
    func compare(_ found: Double, _ expected: Double) {
      #expect(abs(found / expected - 1) < 1e-4)
    }
    for (index, block) in found.enumerated() {
      let own = passages.map { $0[index] }
      #expect(block.tokens == naive.vit.tokens && block.heads.count == naive.vit.heads)
      compare(block.attentionRatio, ratio(own.map(\.attention), own.map(\.tokens)))
      compare(block.mlpRatio, ratio(own.map(\.mlp), own.map(\.middle)))
      for (number, head) in block.heads.enumerated() {
        let scores = own.map { passage in
          let parts = naive.readers(passage.tokens, block: block.name, head: number)
          return naive.scores(parts[0], parts[1])
        }
        let p = scores.map { rows in
          rows.map { row in
            let weights = row.map { exp($0) }
            return weights.map { $0 / weights.reduce(0, +) }
          }
        }
        let entropies = p.joined().map { row in -row.reduce(0) { $0 + $1 * log($1) } }
        compare(head.entropy, mean(entropies))
        compare(head.effectiveTokens, mean(entropies.map { exp($0) }))
        compare(head.selfMass, mean(p.flatMap { rows in rows.indices.map { rows[$0][$0] } }))
        let variances = scores.joined().map { row in mean(row.map { pow($0 - mean(row), 2) }) }
        compare(head.scoreDeviation, mean(variances).squareRoot())
      }
    }
  }

  /// The slope of the naive loss along the library's gradient of a block is the norm of that gradient.
  @Test(arguments: TransformerFeaturesTests.texts)
  func gradientNormAgreesWithTheSlopeOfTheLoss(text: String) throws {
    let network = try TransformerFeaturesTests.network(text)
    let (images, labels) = try (images(network), TransformerFeaturesTests.labelledImages().labels)
    let indices = Array(0..<images.count)
    let compiled = try CompiledNetwork(
      network, on: TransformerFeaturesTests.labelledImages(), at: indices[...],
      preparation: network.preparation, pool: WorkerPool(threads: 1), trains: true,
      differentiates: true)
    compiled.forward(images: images.count, dropout: nil)
    _ = compiled.loss(labels: labels[...])
    compiled.backward(images: images.count, .keep)
    let gradients = compiled.gradients
    func loss(_ parameters: [String: Tensor]) throws -> Double {
      let naive = try NaiveTransformer(Network(network.architecture, parameters: parameters))
      return mean(
        zip(images, labels).map { image, label in
          let logits = naive.logits(image)
          return log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(label)]
        })
    }
    for block in try Self.probe(network).blocks {
      let step = Float(0.005 / block.gradientNorm)
      let losses = try [step, -step].map { step in
        var moved = network.parameters
        for (name, gradient) in gradients where name.hasPrefix(block.name + ".") {
          moved[name] = network[name].adding(gradient, times: step)
        }
        return try loss(moved)
      }
      let slope = (losses[0] - losses[1]) / (2 * 0.005)
      #expect(abs(slope / block.gradientNorm - 1) < 2e-3, "\(block.name)")
    }
  }

  @Test func threadCountDoesNotChangeNumbers() throws {
    let network = try TransformerFeaturesTests.network()
    let found = try [1, 2, 5].map { try Self.probe(network, threads: $0) }
    #expect(found[0] == found[1] && found[0] == found[2])
  }

  /// The warnings after the queries and keys of a block are multiplied by a factor. A small factor makes attention nearly
  /// uniform, a large one makes it attend to one token.
  private func warnings(size: Float, heads: Range<Int>) throws -> [String] {
    let network = try TransformerFeaturesTests.network()
    var parameters = network.parameters
    let (width, head) = (12, 4)
    for name in ["blocks.1.attn.qkv.weight", "blocks.1.attn.qkv.bias"] {
      guard var tensor = parameters[name] else { continue }
      let length = tensor.values.count / (3 * width)
      for part in 0..<2 {
        let first = part * width + heads.lowerBound * head
        for i in first * length..<(first + heads.count * head) * length {
          tensor.values[i] *= size
        }
      }
      parameters[name] = tensor
    }
    let changed = try Network(
      network.architecture, parameters: parameters, preparation: network.preparation)
    return try Self.probe(changed).warnings.filter { $0.contains("head") }
  }

  @Test func attentionToOneTokenInEveryHeadIsReported() throws {
    let found = try warnings(size: 60, heads: 0..<3)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("blocks.1: every head attends to one token (1.") == true)
    #expect(found.first?.hasSuffix(" effective tokens of 5 at most)") == true)
    #expect(try warnings(size: 60, heads: 0..<2).isEmpty)
    #expect(try warnings(size: 0, heads: 0..<3).isEmpty)
  }

  /// With a head of zeros, no map has a gradient. One line reports it for all maps together. The low ranks that four images
  /// cause are not reported.
  @Test func headOfZerosGivesOneWarning() throws {
    let network = try TransformerFeaturesTests.network()
    #expect(try Self.probe(network).warnings.isEmpty)
    #expect(try network.weightWarnings().isEmpty)
    var parameters = network.parameters
    parameters["head.weight"]?.values = [Float](repeating: 0, count: 36)
    let silent = try Network(
      network.architecture, parameters: parameters, preparation: network.preparation)
    #expect(try Self.probe(silent).warnings == ["no gradient arrives at any map of the body"])
  }
}

extension Tensor {
  fileprivate func adding(_ other: Tensor, times factor: Float) -> Tensor {
    Tensor(zip(values, other.values).map { $0 + factor * $1 }, shape: shape)
  }
}
