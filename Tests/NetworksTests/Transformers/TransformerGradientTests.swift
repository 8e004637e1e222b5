// Gradients of vision transformers compared with finite differences, and the same bytes for any number of threads.

import Networks
import Tensors
import Testing

struct TransformerGradientTests {
  static let text = "vit:side=8,patch=2,width=12,depth=3,heads=2,mlp=20,droppath=0.4"

  static func network(_ text: String = text, dropout: Float = 0.3, outputs: Int = 4) throws
    -> Network
  {
    let architecture = try Architecture(text, outputs: outputs, dropout: dropout)
    var stream = RandomStream(seed: 3, .initialisation)
    return try Network(
      architecture,
      parameters: Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { name, shape in
          let isGain = name.contains("norm") && name.hasSuffix("weight")
          let values = stream.normals(shape.reduce(1, *)).map { (isGain ? 1 : 0) + 0.4 * $0 }
          return (name, Tensor(values, shape: shape))
        }))
  }

  static func compiled(_ network: Network, batch: Int, threads: Int = 2) throws -> CompiledNetwork {
    let side = network.architecture.side ?? 0
    let compiled = try CompiledNetwork(
      network, side: side, batch: batch, pool: WorkerPool(threads: threads), trains: true, slots: 2)
    var stream = RandomStream(seed: 4, .probes)
    compiled.input.load(stream.normals(batch * side * side * 3))
    return compiled
  }

  /// The differentiated loss includes dropout and drop-path.
  @Test(arguments: [text, text + ",pool=mean", text + ",positions=sincos"])
  func lossGradientIsTheDerivative(text: String) throws {
    let compiled = try Self.compiled(Self.network(text), batch: 3)
    #expect(try GradientTests().discrepancy(of: compiled) < 5e-3)
  }

  @Test(arguments: ["blocks.1.attn.qkv.weight", "blocks.0.norm2.weight", "pos_embed"])
  func wrongGradientIsDetected(name: String) throws {
    let compiled = try Self.compiled(Self.network(), batch: 3)
    let found = try GradientTests().discrepancy(of: compiled) { gradients in
      gradients[name] = gradients[name].map { Tensor(zeros: $0.shape) }
    }
    #expect(found > 1e-2)
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    let labels = (0..<9).map { UInt16($0 % 4) }
    let results = try [1, 2, 5].map { threads in
      let compiled = try Self.compiled(Self.network(), batch: 9, threads: threads)
      for step in 0..<3 {
        compiled.forward(images: 9, dropout: DropoutDraws(seed: 1, step: step))
        _ = compiled.loss(labels: labels[...])
        compiled.backward(images: 9, .apply(AdamW(learningRate: 0.01, step: step + 1)))
      }
      return compiled.network.parameters
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  /// In a network laid out for evaluation only, blocks share memory.
  @Test func evaluationIsTheSameWithoutMemoryForGradients() throws {
    let network = try Self.network()
    let (first, second) = (
      try Self.compiled(network, batch: 5),
      try CompiledNetwork(
        network, side: 8, batch: 5, pool: WorkerPool(threads: 2), trains: false,
        differentiates: false)
    )
    second.input.load(first.input.values())
    first.evaluate(images: 5)
    second.evaluate(images: 5)
    #expect(first.logits.values() == second.logits.values())
  }
}
