// D of fully connected maps, compared with finite differences with respect to their biases.

import Networks
import Tensors
import Testing

struct GradientMomentsTests {
  static let (side, images) = (4, 3)

  static func network() throws -> Network {
    let architecture = try Architecture("vgg:4,M", outputs: 3, hidden: [6, 5], pooled: 1)
    var stream = RandomStream(seed: 8, .initialisation)
    return try Network(
      architecture,
      parameters: Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { name, shape in
          (name, Tensor(stream.normals(shape.reduce(1, *)).map { $0 * 0.5 }, shape: shape))
        }))
  }

  static func pixels() -> [Float] {
    var stream = RandomStream(seed: 9, .probes)
    return stream.normals(images * side * side * 3)
  }

  /// The logits [images][3] of each image after one bias is changed by `step`.
  func logits(moving name: String, _ unit: Int, by step: Float) throws -> [Float] {
    let network = try Self.network()
    var parameters = network.parameters
    parameters[name]?.values[unit] += step
    let compiled = try CompiledNetwork(
      Network(network.architecture, parameters: parameters), side: Self.side, batch: Self.images,
      pool: WorkerPool(threads: 1), trains: false)
    compiled.input.load(Self.pixels())
    compiled.evaluate(images: Self.images)
    return compiled.logits.values(Self.images * 3)
  }

  /// δ is the derivative with respect to the map's own bias. The network is piecewise linear, so that the finite difference
  /// has a rounding error only.
  @Test func momentsOfDenseMapsAgreeWithDerivativesOfBiases() throws {
    let network = try Self.network()
    let maps = network.architecture.head
    let pass = try GradientMomentsPass(
      network, side: Self.side, maps: maps, logits: .all, pool: WorkerPool(threads: 2), batch: 9)
    pass.input.load(Self.pixels())
    try pass.add(images: Self.images, labels: [0, 1, 2])
    let moments = pass.moments
    #expect(moments.cover(maps) && !moments.cover(network.architecture.body))
    let step: Float = 1e-3
    for map in maps {
      let derivatives = try (0..<map.outputs).map { unit in
        let (up, down) = (
          try logits(moving: map.bias, unit, by: step),
          try logits(moving: map.bias, unit, by: -step)
        )
        return zip(up, down).map { Double($0 - $1) / Double(2 * step) }
      }
      let sum = try #require(moments.sums[map.name])
      #expect(moments.positions[map.name] == 1)
      for i in 0..<map.outputs {
        for j in 0..<map.outputs {
          let expected = zip(derivatives[i], derivatives[j]).reduce(0) { $0 + $1.0 * $1.1 }
          #expect(abs(sum[i, j] - expected) < 1e-2, "\(map.name) \(i) \(j)")
        }
      }
      #expect(sum.trace > 0.1)
    }
  }
}
