// Batch normalisation compared with PyTorch's, and its gradients with finite differences.

import Tensors
import Testing

struct BatchNormTests {
  static func norm(
    _ channels: Int, area: Int, images: Int = 2, rectifies: Bool, threads: Int = 2
  ) -> BatchNorm {
    let norm = BatchNorm(
      channels: channels, area: area, images: images, rectifies: rectifies, path: "bn1.",
      pool: WorkerPool(threads: threads), workspace: Workspace())
    norm.runningVariance.load([Float](repeating: 1, count: channels))
    return norm
  }

  @Test("Three steps of training, then evaluation, with and without residual and ReLU")
  func passesAgreeWithPyTorch() throws {
    let cases = try ResidualFixture.read().norms
    for example in cases {
      let norm = Self.norm(
        example.channels, area: example.height * example.width, rectifies: example.rectifies)
      norm.weight.load(example.weight)
      norm.bias.load(example.bias)
      for step in example.steps { expect(norm, step, .batch) }
      expect(norm, example.evaluation, .running)
    }
    #expect(cases.count == 4)
  }

  private func expect(
    _ norm: BatchNorm, _ step: ResidualFixture.Norm.Step, _ statistics: BatchNorm.Statistics
  ) {
    let count = step.z.count
    let (y, dz, dResidual) = (unset(count), unset(count), step.residual.map { _ in unset(count) })
    norm.forward(
      Buffer(step.z), images: 2, adding: step.residual.map(Buffer.init), into: y, statistics,
      retaining: true)
    #expect(agrees(y.values(), step.y))
    #expect(agrees(norm.runningMean.values, step.runningMean))
    #expect(agrees(norm.runningVariance.values, step.runningVariance))
    switch statistics {
    case .batch:
      norm.backward(Buffer(step.dy), images: 2, into: dz, residual: dResidual, .keep)
      #expect(agrees(norm.weight.gradient, step.dWeight))
      #expect(agrees(norm.bias.gradient, step.dBias))
    case .running:
      norm.inputGradient(Buffer(step.dy), images: 2, repeats: 1, into: dz, residual: dResidual)
    }
    #expect(agrees(dz.values(), step.dz, within: 1e-5))
    if let dResidual, let expected = step.dResidual {
      #expect(agrees(dResidual.values(), expected))
    }
  }

  // MARK: Finite differences

  /// The sum Σ dy·y by the formula, in double precision.
  struct Formula {
    let channels: Int
    let rectifies: Bool
    let dy: [Float]
    var z, gain, shift, residual: [Double]

    var loss: Double {
      let n = Double(z.count / channels)
      return (0..<channels).reduce(0) { sum, c in
        let places = Swift.stride(from: c, to: z.count, by: channels)
        let mean = places.reduce(0) { $0 + z[$1] } / n
        let variance = places.reduce(0) { $0 + (z[$1] - mean) * (z[$1] - mean) } / n
        return sum
          + places.reduce(0) { sum, place in
            let normal = (z[place] - mean) / (variance + 1e-5).squareRoot()
            let y = normal * gain[c] + shift[c] + residual[place]
            return sum + Double(dy[place]) * (rectifies ? max(y, 0) : y)
          }
      }
    }

    func slope(_ part: WritableKeyPath<Formula, [Double]>, _ index: Int) -> Double {
      let step = 1e-6
      var (above, below) = (self, self)
      above[keyPath: part][index] += step
      below[keyPath: part][index] -= step
      return (above.loss - below.loss) / (2 * step)
    }
  }

  struct Example {
    let formula: Formula
    let norm: BatchNorm
    let y: Buffer, dz: Buffer, dResidual: Buffer

    init(_ channels: Int, rectifies: Bool, statistics: BatchNorm.Statistics = .batch) {
      let count = 2 * 3 * channels
      let draw = PlainConvolutionTests.draw
      let (z, residual, dy) = (draw(count, 1), draw(count, 2), draw(count, 3))
      norm = BatchNormTests.norm(channels, area: 3, rectifies: rectifies)
      norm.weight.load(draw(channels, 4))
      norm.bias.load(draw(channels, 5))
      formula = Formula(
        channels: channels, rectifies: rectifies, dy: dy, z: z.map(Double.init),
        gain: norm.weight.values.map(Double.init), shift: norm.bias.values.map(Double.init),
        residual: residual.map(Double.init))
      (y, dz, dResidual) = (unset(count), unset(count), unset(count))
      let buffer = Buffer(z)
      norm.forward(
        buffer, images: 2, adding: Buffer(residual), into: y, statistics, retaining: true)
      switch statistics {
      case .batch: norm.backward(Buffer(dy), images: 2, into: dz, residual: dResidual, .keep)
      case .running:
        norm.inputGradient(Buffer(dy), images: 2, repeats: 1, into: dz, residual: dResidual)
      }
    }

    func distance(_ gradient: [Float], _ part: WritableKeyPath<Formula, [Double]>) -> Double {
      gradient.indices.map { abs(Double(gradient[$0]) - formula.slope(part, $0)) }.max() ?? 1
    }
  }

  @Test(arguments: [1, 16, 70], [false, true])
  func backwardIsTheDerivative(channels: Int, rectifies: Bool) {
    let example = Example(channels, rectifies: rectifies)
    #expect(example.distance(example.dz.values(), \.z) < 1e-5)
    #expect(example.distance(example.norm.weight.gradient, \.gain) < 1e-5)
    #expect(example.distance(example.norm.bias.gradient, \.shift) < 1e-5)
    #expect(example.distance(example.dResidual.values(), \.residual) < 1e-5)
  }

  @Test("A gradient that treats the batch's statistics as constants is detected")
  func wrongGradientIsDetected() {
    let example = Example(16, rectifies: true, statistics: .running)
    #expect(example.distance(example.dz.values(), \.z) > 1e-2)
  }
}
