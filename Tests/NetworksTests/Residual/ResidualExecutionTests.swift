// Residual networks: evaluation one linear map at a time, gradients with running statistics, and recomputed statistics.

import Networks
import Tensors
import Testing

struct ResidualExecutionTests {
  typealias Case = ResidualReferenceTests.Case

  /// The input of every map, evaluated map by map, equals that of the whole pass, and so do the logits.
  @Test(arguments: ResidualReferenceTests.cases.keys.sorted())
  func mapByMapEvaluationAgreesWithWholePass(name: String) throws {
    let c = try #require(ResidualReferenceTests.cases[name])
    let whole = try c.compiled(trains: false, differentiates: true)
    whole.forward(images: c.images, dropout: nil)
    let grown = try c.compiled(trains: false, differentiates: false)
    let network = try c.network()
    // All maps start as zeros, so that no input is right before its map is loaded.
    for (index, map) in network.architecture.linearMaps.enumerated() {
      grown.load(
        map: index, weight: [Float](repeating: 0, count: map.outputs * map.fanIn),
        bias: [Float](repeating: 0, count: map.outputs))
    }
    for (index, map) in network.architecture.linearMaps.enumerated() {
      let windows = grown.windows(of: index)
      #expect(windows == whole.windows(of: index) && windows.length == map.fanIn)
      let count = map.inputs * windows.inputPositions * c.images
      #expect(
        grown.input(of: index).values(count) == whole.input(of: index).values(count), "\(map.name)")
      grown.load(
        map: index, weight: network.weight(of: map).values, bias: network.bias(of: map).values)
      grown.evaluate(map: index, images: c.images)
    }
    #expect(error(grown.logits.values(c.evaluated.count), c.evaluated) < 1e-5)
  }

  /// A convolution of stride 2 on a map with an even side reads four times as many positions as it has windows.
  @Test func inputPositionsAreThoseOfTheWholeMap() throws {
    let compiled = try #require(ResidualReferenceTests.cases["CIFAR's"]).compiled()
    let maps = compiled.architecture.linearMaps
    for (name, windows, inputs) in [
      ("layer1.0.conv2", 100, 100), ("layer2.0.conv1", 25, 100), ("layer2.0.downsample.0", 25, 100),
      ("layer3.0.conv1", 9, 25), ("layer3.0.conv2", 9, 9), ("fc", 1, 1),
    ] {
      let index = try #require(maps.firstIndex { $0.name == name })
      #expect(compiled.windows(of: index).positions == windows, "\(name)")
      #expect(compiled.windows(of: index).inputPositions == inputs, "\(name)")
    }
  }

  /// W times the windows of a block's first map, after what follows it and ReLU, is the input of the second map. Without
  /// batch normalisation, a bias is added after the ReLU.
  @Test(arguments: ResidualReferenceTests.cases.keys.sorted())
  func windowsAreTheInputsOfFilters(name: String) throws {
    let c = try #require(ResidualReferenceTests.cases[name])
    let network = try c.network()
    let compiled = try c.compiled(trains: false, differentiates: true)
    compiled.forward(images: c.images, dropout: nil)
    let maps = network.architecture.linearMaps
    for (index, map) in maps.enumerated() where map.name.hasSuffix(".conv1") {
      let windows = compiled.windows(of: index)
      let (weight, bias) = network.withFollower(of: map)
      let block = String(map.name.dropLast("conv1".count))
      let shift = network.parameters[block + "bias2a"]?.values.first ?? 0
      let rows = c.images * windows.positions
      let expected = compiled.input(of: index + 1).values(rows * map.outputs)
      var found: [Float] = []
      let window = Buffer(count: windows.length)
      for row in 0..<rows {
        windows.gather(compiled.input(of: index), row, into: window.elements)
        for k in 0..<map.outputs {
          let z = zip(weight.row(k), window.values()).reduce(bias.values[k]) { $0 + $1.0 * $1.1 }
          found.append(max(0, z) + shift)
        }
      }
      #expect(error(found, expected) < 1e-5, "\(map.name)")
    }
  }

  /// With running statistics, which a probe uses, the gradient is the derivative of the loss with respect to the weight.
  @Test(arguments: ["CIFAR's", "Fixup's for CIFAR"])
  func gradientsWithRunningStatisticsAreDerivatives(name: String) throws {
    let c = try #require(ResidualReferenceTests.cases[name])
    let compiled = try c.compiled()
    compiled.forward(images: c.images, dropout: nil)
    _ = compiled.loss(labels: c.labels[...])
    compiled.backward(images: c.images, .keep)
    let network = try c.network()
    for (index, map) in network.architecture.linearMaps.enumerated() {
      let gradient = compiled.weightGradient(of: index)
      let weight = network.weight(of: map).values
      // The derivative is largest along the gradient.
      let norm = Float(gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot())
      let moved = try [Float(1e-2), -1e-2].map { step in
        let other = try c.compiled(trains: false, differentiates: false)
        other.load(
          map: index, weight: zip(weight, gradient).map { $0 + step * $1 / norm },
          bias: network.bias(of: map).values)
        other.evaluate(images: c.images)
        return other.loss(labels: c.labels[...]).sum / Double(c.images)
      }
      let slope = (moved[0] - moved[1]) / 2e-2
      #expect(abs(slope - Double(norm)) < 0.05 * Double(norm), "\(map.name)")
    }
  }

  /// After `measureStatistics` the running statistics are those of the batch, and evaluation gives the logits of a training
  /// pass. The running variance is unbiased, while the batch's is not, so the logits agree approximately.
  @Test func measuredStatisticsAreThoseOfTheImages() throws {
    let c = try #require(ResidualReferenceTests.cases["CIFAR's"])
    let compiled = try c.compiled(trains: false, differentiates: false)
    compiled.measureStatistics(images: c.images)
    #expect(compiled.statisticsMomentum == 0.1)
    let measured = compiled.network
    // The first convolution has 6 images of 10×10 positions.
    let (n, k) = (600, 3)
    let network = try c.network()
    let map = network.architecture.body[0]
    let windows = compiled.windows(of: 0)
    let window = Buffer(count: windows.length)
    var values = [[Double]](repeating: [], count: k)
    for row in 0..<n {
      windows.gather(compiled.input(of: 0), row, into: window.elements)
      for i in 0..<k {
        values[i].append(
          zip(network.weight(of: map).row(i), window.values()).reduce(0.0) {
            $0 + Double($1.0) * Double($1.1)
          })
      }
    }
    for i in 0..<k {
      let mean = values[i].reduce(0, +) / Double(n)
      let variance = values[i].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n - 1)
      #expect(abs(Double(measured["bn1.running_mean"].values[i]) - mean) < 1e-5)
      #expect(abs(Double(measured["bn1.running_var"].values[i]) - variance) < 1e-4 * variance)
    }
    compiled.evaluate(images: c.images)
    #expect(error(compiled.logits.values(c.logits.count), c.logits) < 0.05)
    #expect(error(c.evaluated, c.logits) > 0.2)
  }
}
