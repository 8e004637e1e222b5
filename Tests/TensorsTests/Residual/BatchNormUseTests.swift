// Batch normalisation in use: threads, buffers shared by two maps, long sums, statistics over batches.

import Tensors
import Testing

struct BatchNormUseTests {
  static let draw = PlainConvolutionTests.draw

  struct Passes: Equatable {
    var y, dz, dResidual, parameters: [Float]
  }

  /// The result of three training steps.
  private func train(
    channels: Int, area: Int, images: Int, threads: Int, atOnce: Bool = false, inPlace: Bool = false
  ) -> Passes {
    let norm = BatchNormTests.norm(
      channels, area: area, images: images, rectifies: true, threads: threads)
    norm.weight.load(Self.draw(channels, 1))
    let count = images * area * channels
    let (z, residual) = (Buffer(Self.draw(count, 2)), Buffer(Self.draw(count, 3)))
    let (y, dResidual) = (unset(count), unset(count))
    var dz = unset(count)
    let rule = SGD(learningRate: 0.1)
    for step in 0..<3 {
      let dy = Buffer(Self.draw(count, UInt64(4 + step)))
      if inPlace { dz = dy }
      norm.forward(z, images: images, adding: residual, into: y, .batch, retaining: true)
      norm.backward(
        dy, images: images, into: dz, residual: dResidual, atOnce ? .apply(rule) : .keep)
      if !atOnce {
        for parameter in [norm.weight, norm.bias] {
          parameter.step(rule, pool: WorkerPool(threads: 1))
        }
      }
    }
    return Passes(
      y: y.values(), dz: dz.values(), dResidual: dResidual.values(),
      parameters: norm.parameters.flatMap(\.values))
  }

  @Test(arguments: [(16, 64, 33), (64, 49, 20), (80, 25, 30), (7, 9, 500), (600, 4, 9)])
  func threadCountDoesNotChangeBytes(channels: Int, area: Int, images: Int) {
    let one = train(channels: channels, area: area, images: images, threads: 1)
    #expect(one == train(channels: channels, area: area, images: images, threads: 2))
    #expect(
      one
        == train(channels: channels, area: area, images: images, threads: 5, atOnce: true))
    #expect(
      one == train(channels: channels, area: area, images: images, threads: 2, inPlace: true))
  }

  @Test(
    "Without a residual the backward pass recomputes where y is positive", arguments: [16, 70, 7])
  func backwardDoesNotReadY(channels: Int) {
    let (area, images) = (12, 5)
    let count = channels * area * images
    let (z, dy) = (Self.draw(count, 1), Self.draw(count, 2))
    func norm(rectifies: Bool) -> BatchNorm {
      let norm = BatchNormTests.norm(channels, area: area, images: images, rectifies: rectifies)
      norm.weight.load(Self.draw(channels, 3))
      norm.bias.load(Self.draw(channels, 4))
      return norm
    }
    let (rectifying, linear, y) = (norm(rectifies: true), norm(rectifies: false), unset(count))
    rectifying.forward(Buffer(z), images: images, into: y, .batch, retaining: true)
    let masked = zip(dy, y.values()).map { $1 > 0 ? $0 : 0 }
    y.load([Float](repeating: -1, count: count))
    linear.forward(Buffer(z), images: images, into: unset(count), .batch, retaining: true)
    let (dz, expected) = (unset(count), unset(count))
    rectifying.backward(Buffer(dy), images: images, into: dz, .keep)
    linear.backward(Buffer(masked), images: images, into: expected, .keep)
    #expect(dz.values() == expected.values())
    #expect(rectifying.weight.gradient == linear.weight.gradient)
    #expect(rectifying.bias.gradient == linear.bias.gradient)
  }

  /// The mean is 300 times the standard deviation, over 80,000 positions. A plain sum of squares in single precision would
  /// lose the variance.
  @Test func longSumsAreAccurate() {
    let (channels, area, images) = (16, 400, 200)
    let z = Self.draw(channels * area * images, 1).map { $0 + 300 }
    let norm = BatchNormTests.norm(channels, area: area, images: images, rectifies: false)
    norm.momentum = 1
    norm.forward(Buffer(z), images: images, into: unset(z.count), .batch, retaining: false)
    let n = Double(area * images)
    for c in 0..<channels {
      let values = stride(from: c, to: z.count, by: channels).map { Double(z[$0]) }
      let mean = values.reduce(0, +) / n
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
      #expect(abs(Double(norm.runningMean.values[c]) - mean) < 2e-5)
      #expect(abs(Double(norm.runningVariance.values[c]) / variance - 1) < 1e-6)
    }
  }

  @Test("A momentum of 1/n at batch n gives the mean of the batches' statistics")
  func momentumOfOneOverNGivesTheMean() {
    let norm = BatchNormTests.norm(4, area: 2, rectifies: false)
    var means = [Float](repeating: 0, count: 4)
    for batch in 1...3 {
      let z = Self.draw(16, UInt64(batch))
      norm.momentum = 1 / Double(batch)
      norm.forward(Buffer(z), images: 2, into: unset(16), .batch, retaining: false)
      for i in z.indices { means[i % 4] += z[i] / 12 }
    }
    #expect(agrees(norm.runningMean.values, means))
  }

  @Test("By running statistics, several gradients of the same images do not mix, in place too")
  func repeatsAreIndependent() {
    let (channels, area, images) = (20, 6, 3)
    let count = channels * area * images
    let norm = BatchNormTests.norm(channels, area: area, images: images, rectifies: true)
    norm.weight.load(Self.draw(channels, 1))
    let y = Buffer(Self.draw(count, 2))
    // z and y share a buffer.
    norm.forward(y, images: images, into: y, .running, retaining: true)
    let dy = Self.draw(2 * count, 3)
    let (together, gated) = (Buffer(dy), unset(2 * count))
    norm.inputGradient(together, images: images, repeats: 2, into: together, residual: gated)
    for r in 0..<2 {
      let part = Array(dy[r * count..<(r + 1) * count])
      let alone = unset(count)
      norm.inputGradient(Buffer(part), images: images, repeats: 1, into: alone)
      #expect(alone.values() == Array(together.values()[r * count..<(r + 1) * count]))
      let expected = zip(part, y.values()).map { $1 > 0 ? $0 : 0 }
      #expect(Array(gated.values()[r * count..<(r + 1) * count]) == expected)
    }
  }

  @Test func statisticsDoNotLearn() {
    let norm = BatchNormTests.norm(3, area: 1, rectifies: false)
    #expect(norm.parameters.map(\.learns) == [true, true, false, false])
    #expect(norm.parameters.allSatisfy { !$0.decays })
    #expect(
      norm.parameters.map(\.name)
        == ["bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"])
    norm.runningMean.reserveState(2)
    norm.runningMean.load([1, 2, 3], state: 0)
    #expect(norm.runningMean.state(0) == [0, 0, 0])
  }
}
