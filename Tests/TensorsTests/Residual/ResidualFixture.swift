// Reference values by PyTorch for small convolutions, batch normalisations and pools (Fixtures/make_residual.py).

import Foundation
import Tensors
import Testing

struct ResidualFixture: Decodable {
  struct Convolution: Decodable {
    let kernel, stride, inputs, outputs, height, width: Int
    let x, weight, z, dz, dx, dw: [Float]

    func shape(images: Int = 2) -> PlainShape {
      PlainShape(
        images: images, height: height, width: width, inputs: inputs, outputs: outputs,
        kernel: kernel, stride: stride)
    }
  }

  struct Norm: Decodable {
    struct Step: Decodable {
      let z, y, dy, dz, dWeight, dBias, runningMean, runningVariance: [Float]
      let residual, dResidual: [Float]?
    }

    let channels, height, width: Int
    let rectifies: Bool
    let weight, bias: [Float]
    let steps: [Step]
    let evaluation: Step
  }

  struct Pool: Decodable {
    let height, width, channels: Int
    let x, y, dy, dx: [Float]
  }

  let convolutions: [Convolution]
  let norms: [Norm]
  let pools: [Pool]

  static func read() throws -> ResidualFixture {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/residual", withExtension: "json"))
    return try JSONDecoder().decode(ResidualFixture.self, from: Data(contentsOf: url))
  }
}

/// Whether all of `a` are within `tolerance` of `b`, relative to the largest of `b`.
func agrees(_ a: [Float], _ b: [Float], within tolerance: Double = 2e-6) -> Bool {
  a.count == b.count && relativeError(a, b.map(Double.init)) < tolerance
}

/// A buffer of `count` NaN, which a pass must overwrite.
func unset(_ count: Int) -> Buffer { Buffer([Float](repeating: .nan, count: count)) }
