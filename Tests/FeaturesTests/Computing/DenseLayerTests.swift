// Features, ansatz and probe of fully connected layers, compared with their definitions.

import Features
import Foundation
import Networks
import Tensors
import Testing

@Suite struct DenseLayerTests {
  static func moments(
    _ network: Network, of maps: [LinearMap], keepsOwnBias: Bool = true
  ) throws -> GradientMoments {
    // A batch of 7 splits both the images and the logits into several sweeps.
    try GradientSurvey(
      network, images: AGOPTests.labelledImages(), indices: Array(0..<AGOPTests.images),
      layers: maps, logits: .first(3), keepsOwnBias: keepsOwnBias, pool: WorkerPool(threads: 2),
      batch: 7
    ).whole
  }

  static func bruteForce(_ network: Network, layer: Int, keepsOwnBias: Bool) throws -> Matrix {
    let images = try AGOPTests.labelledImages()
    let naive = NaiveNetwork(network: network, side: AGOPTests.side)
    let d = network.architecture.head[layer].inputs
    var sum = Matrix(zeros: d, d)
    for n in 0..<images.count {
      let one = naive.agop(
        ofHead: layer, image: AGOPTests.map(images, n, network), logits: [0, 1, 2],
        keepsOwnBias: keepsOwnBias)
      for i in sum.values.indices { sum.values[i] += one.values[i] }
    }
    return sum
  }

  @Test(arguments: [0, 1], [true, false])
  func agopAgreesWithJacobiansOfEveryInput(_ layer: Int, keepsOwnBias: Bool) throws {
    let network = try AGOPTests.network()
    let maps = network.architecture.linearMaps
    let name = network.architecture.head[layer].name
    let moments = try Self.moments(network, of: maps, keepsOwnBias: keepsOwnBias)
    let expected = try Self.bruteForce(network, layer: layer, keepsOwnBias: keepsOwnBias)
    let features = try FeatureSet.agop(
      network, layers: maps, moments: moments, reduction: .sum, power: 1)
    #expect(features.maps == maps)
    let f = try #require(features.layers[name]).factor.factor
    #expect(relativeError(f.transposedTimes(f), expected) < 1e-5)
    let root = try #require(
      FeatureSet.agop(network, layers: maps, moments: moments, power: 0.5).layers[name]
    ).factor.factor
    let square = root.transposedTimes(root)
    // There is one position per image, so the mean is over images and logits.
    let terms = Double(AGOPTests.images) * 3
    let mean = CovarianceTests.scaled(expected, by: 1 / terms)
    #expect(relativeError(square * square, mean) < 1e-5)
    // The bias of a hidden layer determines which units fire. The bias of the last layer does not change gradients.
    let other = try Self.bruteForce(network, layer: layer, keepsOwnBias: !keepsOwnBias)
    #expect((relativeError(other, expected) > 1e-2) == (layer == 0))
  }

  @Test func nfmIsTheProductOfTheWeights() throws {
    let network = try AGOPTests.network()
    let head = network.architecture.head
    let features = try FeatureSet.nfm(network, layers: head)
    #expect(features.maps == head && features.layers.count == 2)
    for map in head {
      let (w, layer) = (network[map.weight].values, try #require(features.layers[map.name]))
      let dense = layer.dense().values
      for i in 0..<map.inputs {
        for j in 0..<map.inputs {
          let sum = (0..<map.outputs).reduce(0.0) {
            $0 + Double(w[$1 * map.inputs + i]) * Double(w[$1 * map.inputs + j])
          }
          #expect(abs(Double(dense[i * map.inputs + j]) - sum) < 1e-5)
        }
      }
    }
  }

  /// The matrix of a layer has the same bytes whichever other layers are requested.
  @Test(arguments: [true, false])
  func layersAreComputedIndependently(keepsOwnBias: Bool) throws {
    let network = try AGOPTests.network()
    let all = network.architecture.linearMaps
    let whole = try Self.moments(network, of: all, keepsOwnBias: keepsOwnBias)
    for maps in [network.architecture.body, [all[1], all[4]], [all[2]], [all[4]]] {
      let some = try Self.moments(network, of: maps, keepsOwnBias: keepsOwnBias)
      #expect(some.sums.count == maps.count)
      for map in maps { #expect(some.sums[map.name] == whole.sums[map.name], "\(map.name)") }
    }
  }

  @Test func convergenceCoversTheRequestedLayers() throws {
    let network = try AGOPTests.network()
    let all = network.architecture.linearMaps
    func cosines(_ maps: [LinearMap]) throws -> [[Double]] {
      try GradientSurvey(
        network, images: AGOPTests.labelledImages(), indices: Array(0..<8), layers: maps,
        logits: .all, pool: WorkerPool(threads: 1)
      ).convergence(network, power: 0.5).map(\.cosines)
    }
    let whole = try cosines(all)
    #expect(try cosines([all[1], all[3]]) == whole.map { [$0[1], $0[3]] })
  }

  @Test func ansatzIsTheCosineOfTheMatrices() throws {
    let network = try AGOPTests.network()
    let all = network.architecture.linearMaps
    let moments = try Self.moments(network, of: all)
    let ansatz = try Ansatz(network, layers: all, moments: moments, seed: 3)
    #expect(ansatz.layers.map(\.name) == all.map(\.name))
    for (map, layer) in zip(all, ansatz.layers) {
      let nfm = ThinFactor.nfm(network[map.weight])
      let agop = try ThinFactor.agop(network[map.weight], moment: moments.matrix(of: map, .mean))
      #expect(abs(layer.measured.cosineOne - cosine(nfm, agop)) < 1e-6, "\(map.name)")
      #expect(abs(layer.measured.cosineHalf - cosine(nfm, try agop.power(0.5))) < 1e-6)
    }
    // The null comparisons of a layer do not depend on which other layers are measured.
    let some = try Ansatz(network, layers: [all[1], all[3]], moments: moments, seed: 3)
    #expect(some.layers == [ansatz.layers[1], ansatz.layers[3]])
    #expect(throws: FeatureError.self) {
      _ = try Ansatz(
        network, layers: all, moments: Self.moments(network, of: [all[3]]), seed: 3)
    }
  }

  @Test func probeAgreesWithANaiveNetwork() throws {
    let network = try ImageInitialiserTests.draw("kaiming-normal", "vgg:12,M,16,M")
    let all = network.architecture.linearMaps
    let probe = try Probe(network, layers: all, images: ImageInitialiserTests.task())
    #expect(probe.layers.map(\.name) == all.map(\.name))
    // The results for the convolutions are the same as without the head.
    let body = try Probe(network, images: ImageInitialiserTests.task())
    #expect(Array(probe.layers.prefix(2)) == body.layers)
    let naive = NaiveNetwork(network: network, side: ImageInitialiserTests.side)
    for index in 0..<2 {
      let z = try ImageInitialiserTests.maps().map { image in
        naive.preactivations(ofHead: index, naive.input(ofHead: index, image: image))
      }
      let found = probe.layers[2 + index]
      let deviation = ImageInitialiserTests.deviation(z.flatMap { $0 })
      #expect(abs(found.deviation / deviation - 1) < 1e-5)
      let dead = z[0].indices.count { unit in z.allSatisfy { $0[unit] <= 0 } }
      #expect(found.deadShare == Double(dead) / Double(z[0].count))
    }
  }

  @Test func gradientNormsOfTheHeadBelongToTheMeanLoss() throws {
    let network = try ImageInitialiserTests.draw("kaiming-normal", "vgg:4,M")
    let task = try ImageInitialiserTests.task(threads: 1)
    let all = network.architecture.linearMaps
    let probe = try Probe(network, layers: all, images: task)
    for (map, layer) in zip(all, probe.layers).dropFirst() {
      var square = 0.0
      for i in network[map.weight].values.indices {
        let losses = try [Float(0.01), -0.01].map { step in
          var parameters = network.parameters
          parameters[map.weight]?.values[i] += step
          let moved = try Network(network.architecture, parameters: parameters)
          return try Probe(moved, images: task).loss
        }
        square += pow((losses[0] - losses[1]) / 0.02, 2)
      }
      #expect(abs(layer.gradientNorm / square.squareRoot() - 1) < 1e-2, "\(map.name)")
    }
  }

  /// Units that never fire and equal rows are reported for hidden layers, not for logits.
  @Test func faultsOfTheHeadAreNamed() throws {
    let healthy = try ImageInitialiserTests.draw("kaiming-normal", "vgg:12,M,16,M")
    let maps = healthy.architecture.head
    var parameters = healthy.parameters
    for map in maps {
      parameters[map.weight] = Tensor(
        (0..<map.outputs).flatMap { _ in healthy[map.weight].row(0) }, shape: map.weightShape)
      parameters[map.bias] = Tensor(
        [Float](repeating: -1e3, count: map.outputs), shape: [map.outputs])
    }
    let ill = try Network(healthy.architecture, parameters: parameters)
    #expect(try ill.weightWarnings(layers: maps) == ["classifier.0: units of effective rank 1.0"])
    #expect(try ill.weightWarnings().isEmpty)
    let probe = try Probe(ill, layers: maps, images: ImageInitialiserTests.task())
    #expect(
      probe.warnings == [
        "classifier.0: 100 % of the units never fire",
        "classifier.0: activations of effective rank 1.0", "classifier.0: no gradient arrives",
        "classifier.3: no gradient arrives",
      ])
  }

  @Test func missingLayersAreNamed() throws {
    let network = try AGOPTests.network()
    let all = network.architecture.linearMaps
    let some = try FeatureSet.nfm(network, layers: [all[0], all[3]])
    try some.require([all[0], all[3]])
    #expect(
      InitialiserOptionsTests.message { try some.require(all) }.hasPrefix(
        "no features of features.3, features.5, classifier.3; --layers of compute-nfm"))
    #expect(
      InitialiserOptionsTests.message {
        _ = try FeatureSet(
          kind: .nfm, architecture: network.architecture, preparation: .init(),
          layers: ["classifier.9": LayerFeatures(ThinFactor(Matrix(zeros: 1, 8)))], power: 1)
      } == "features of 'classifier.9', which is no layer of vgg:5,M,6,7,M")
    // Only convolutions that are drawn from features require features.
    func draw(_ layers: String) throws {
      var options = InitialisationOptions()
      options.layers = try LayerSelection(layers)
      _ = try initialise(
        network.architecture, method: Initialisers.named("nfm"), options: options, seed: 1,
        features: some)
    }
    try draw("1")
    #expect(
      InitialiserOptionsTests.message { try draw("1-2") }.hasPrefix("no features of features.3;"))
  }
}
