// Gradients of VGG, compared with finite differences of the loss.

import Networks
import Tensors
import Testing

struct GradientTests {
  func network(seed: UInt64, _ name: String, side: Int) throws -> CompiledNetwork {
    let architecture = try Architecture(name, outputs: 4, hidden: [9], pooled: 1, dropout: 0.5)
    var stream = RandomStream(seed: seed, .initialisation)
    let parameters = Dictionary(
      uniqueKeysWithValues: architecture.parameters.map { name, shape in
        let count = shape.reduce(1, *)
        let scale = (2 / Float(max(1, count / (shape.first ?? 1)))).squareRoot()
        return (name, Tensor(stream.normals(count).map { $0 * scale }, shape: shape))
      })
    let compiled = try CompiledNetwork(
      Network(architecture, parameters: parameters), side: side, batch: 3,
      pool: WorkerPool(threads: 2), trains: true)
    compiled.input.load(stream.normals(3 * side * side * 3))
    return compiled
  }

  /// The largest |numerical − analytical| derivative along random directions, relative to the norm of the gradient. A
  /// direction includes all parameters, so a wrong gradient of any of them is detected.
  func discrepancy(
    of compiled: CompiledNetwork, corrupting corrupt: (inout [String: Tensor]) -> Void = { _ in }
  ) throws -> Double {
    let labels: [UInt16] = [0, 3, 1]
    let draws = DropoutDraws(seed: 5, step: 7)
    func loss() -> Double {
      compiled.forward(images: 3, dropout: draws)
      return compiled.loss(labels: labels[...]).sum / 3
    }
    _ = loss()
    compiled.backward(images: 3, .keep)
    var gradients = compiled.gradients
    corrupt(&gradients)
    let network = compiled.network
    let length = gradients.values.reduce(0) { $0 + $1.squaredNorm }.squareRoot()
    var (stream, worst) = (RandomStream(seed: 9, .probes), 0.0)
    for _ in 0..<6 {
      var moved = [[String: Tensor](), [String: Tensor]()]
      var analytical = 0.0
      // Small enough that no ReLU or pool switches, large enough for the rounding of float32.
      let h: Float = 1e-3
      for (name, shape) in compiled.architecture.parameters {
        let direction = stream.normals(shape.reduce(1, *)).map { $0 * 0.02 }
        let values = network[name].values
        analytical += zip(gradients[name]?.values ?? [], direction)
          .reduce(0) { $0 + Double($1.0) * Double($1.1) }
        moved[0][name] = Tensor(zip(values, direction).map { $0 + h * $1 }, shape: shape)
        moved[1][name] = Tensor(zip(values, direction).map { $0 - h * $1 }, shape: shape)
      }
      let losses = try moved.map { parameters in
        compiled.load(try Network(compiled.architecture, parameters: parameters))
        return loss()
      }
      worst = max(worst, abs((losses[0] - losses[1]) / Double(2 * h) - analytical))
    }
    compiled.load(network)
    return worst / (length * 0.02)
  }

  @Test(arguments: [("vgg:6,M,8", 6), ("vgg:16,16,M,32,M", 8), ("vgg:4,M,5,M,6", 7)])
  func lossGradientIsTheDerivative(name: String, side: Int) throws {
    #expect(try discrepancy(of: network(seed: 3, name, side: side)) < 5e-3)
  }

  @Test func wrongGradientIsDetected() throws {
    let found = try discrepancy(of: network(seed: 3, "vgg:6,M,8", side: 6)) { gradients in
      gradients["features.0.weight"] = gradients["features.0.weight"].map {
        Tensor($0.values.map { $0 * 1.1 }, shape: $0.shape)
      }
    }
    #expect(found > 1e-2)
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    let architecture = try Architecture("vgg:16,M,32,M", outputs: 4, hidden: [9])
    var stream = RandomStream(seed: 1, .initialisation)
    let network = try Network(
      architecture,
      parameters: Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { name, shape in
          (name, Tensor(stream.normals(shape.reduce(1, *)).map { $0 * 0.1 }, shape: shape))
        }))
    let images = stream.normals(16 * 8 * 8 * 3)
    let labels = (0..<16).map { UInt16($0 % 4) }
    let results = try [1, 2, 5].map { threads in
      let compiled = try CompiledNetwork(
        network, side: 8, batch: 16, pool: WorkerPool(threads: threads), trains: true)
      compiled.input.load(images)
      for step in 0..<3 {
        compiled.forward(images: 16, dropout: DropoutDraws(seed: 1, step: step))
        _ = compiled.loss(labels: labels[...])
        compiled.backward(images: 16, .keep)
        compiled.update(SGD(learningRate: 0.05))
      }
      return compiled.network.parameters
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }
}
