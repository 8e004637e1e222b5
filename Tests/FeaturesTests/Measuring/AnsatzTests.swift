// The ansatz where it is a theorem, and its null comparisons in networks that have learned nothing.

import Features
import Foundation
import Networks
import Tensors
import Testing

@Suite struct AnsatzTests {
  /// A linear network W_L…W_1 of width 6, fitted to a random map A [4, 6] by gradient descent on ‖W_L…W_1 − A‖²/2.
  ///
  /// Its initial values are small and balanced: orthogonal factors times a small diagonal, so that
  /// W_{l+1}ᵀW_{l+1} = W_l·W_lᵀ. Gradient flow preserves this equation.
  static func trainedLinearNetwork(layers: Int) throws -> (weights: [Matrix], error: Double) {
    let width = 6
    var stream = RandomStream(seed: 21, .initialisation)
    func normal(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(stream.normals(rows * columns).map(Double.init), rows: rows, columns: columns)
    }
    let target = normal(4, width)
    /// An orthogonal matrix: the eigenvectors of a random symmetric matrix.
    func rotation(_ n: Int) throws -> Matrix {
      let a = normal(n, n)
      return try #require(SymmetricEigen(a.transposedTimes(a))).vectors
    }
    let rotations = try (0...layers).map { try rotation($0 == layers ? 4 : width) }
    var weights = (0..<layers).map { l in
      let rows = l == layers - 1 ? 4 : width
      var small = Matrix(zeros: rows, width)
      for i in 0..<4 { small[i, i] = 0.3 + 0.03 * Double(i) }
      return (rotations[l + 1] * small).timesTransposed(rotations[l])
    }
    func product(_ range: Range<Int>) -> Matrix? {
      range.reduce(nil) { result, l in result.map { weights[l] * $0 } ?? weights[l] }
    }
    var error = Double.infinity
    for _ in 0..<20_000 where error > 1e-6 {
      let whole = try #require(product(0..<layers))
      let residual = Matrix(
        zip(whole.values, target.values).map(-), rows: 4, columns: width)
      error = residual.squaredNorm / target.squaredNorm
      let gradients = (0..<layers).map { l in
        let above = product(l + 1..<layers).map { $0.transposedTimes(residual) } ?? residual
        return product(0..<l).map { above.timesTransposed($0) } ?? above
      }
      for l in 0..<layers {
        for i in weights[l].values.indices {
          weights[l].values[i] -= 2e-3 * gradients[l].values[i]
        }
      }
    }
    return (weights, error)
  }

  @Test(arguments: [2, 3, 4])
  func trainedLinearNetworksSatisfyTheAnsatz(_ layers: Int) throws {
    let (weights, error) = try Self.trainedLinearNetwork(layers: layers)
    #expect(error < 1e-2)
    let above = weights.dropFirst(2).reduce(weights[1]) { $1 * $0 }
    let (first, moment) = (weights[0], above.transposedTimes(above))
    let agop = try ThinFactor.agop(first.tensor, moment: moment)
    let alpha = 1 / Double(layers)
    let power = try agop.power(alpha).factor
    let nfm = first.transposedTimes(first)
    #expect(relativeError(power.transposedTimes(power), nfm) < 1e-2)
    let correlation = try AnsatzCorrelation(weight: first, moment: moment)
    #expect(correlation.cosine(power: alpha) > 0.9999)
    #expect(correlation.pearson(power: alpha) > 0.9999)
    #expect(abs(correlation.fittedPower() - alpha) < 1e-2)
    // Another power gives a smaller cosine.
    #expect(correlation.cosine(power: alpha + 0.5) < 0.9999)
  }

  /// The closed form in the space of filters agrees with the correlation of the d×d matrices.
  @Test func correlationAgreesWithThatOfTheMatrices() throws {
    var stream = RandomStream(seed: 6, .initialisation)
    let weight = Tensor(stream.normals(8 * 45).map { $0 + 0.2 }, shape: [8, 45])
    let root = Matrix(stream.normals(5 * 8).map(Double.init), rows: 5, columns: 8)
    let moment = root.transposedTimes(root)
    let correlation = try AnsatzCorrelation(weight: Matrix(weight), moment: moment)
    let (nfm, agop) = (ThinFactor.nfm(weight), try ThinFactor.agop(weight, moment: moment))
    #expect(correlation.spectrum.count == 5)
    for power in [0.2, 0.5, 1, 1.7] {
      let raised = try agop.power(power)
      #expect(abs(correlation.cosine(power: power) - cosine(nfm, raised)) < 1e-10)
      #expect(abs(correlation.pearson(power: power) - pearson(nfm, raised)) < 1e-10)
    }
    // With D = WWᵀ, WᵀDW is (WᵀW)², so α = 1/2 is the only solution.
    let w = Matrix(weight)
    let square = try AnsatzCorrelation(weight: w, moment: w.timesTransposed(w))
    #expect(abs(square.fittedPower() - 0.5) < 1e-4)
    #expect(abs(square.cosine(power: 0.5) - 1) < 1e-9)
    #expect(square.cosine(power: 1) < 0.99)
  }

  /// The expected values are cosines of torchvision's random VGG11, from 10 logits and 32 images of white noise.
  ///
  /// Over five seeds a layer's values have a standard deviation of up to 0.018, so a difference of two has 0.025. The bound
  /// is 0.075. For 32×32 images torchvision's 7×7 average pool repeats one value 49 times. A head with pool 1 is therefore
  /// the same network up to the scale of its logits, which does not change cosines.
  @Test func randomVGG11HasTheKnownCosines() throws {
    let one = [0.999, 0.937, 0.794, 0.879, 0.660, 0.663, 0.353, 0.343]
    let half = [0.967, 0.947, 0.871, 0.932, 0.839, 0.866, 0.640, 0.615]
    let architecture = try Architecture("vgg11", outputs: 10, hidden: [4096, 4096], pooled: 1)
    let network = try initialise(
      architecture, method: Initialisers.named("default"),
      options: InitialisationOptions(convention: .paper), seed: 0)
    let pass = try GradientMomentsPass(
      network, side: 32, logits: .all, pool: WorkerPool(threads: 2))
    var stream = RandomStream(seed: 0, .selection)
    for _ in 0..<2 {
      pass.input.load(stream.normals(16 * 32 * 32 * 3))
      try pass.add(images: 16, labels: [UInt16](repeating: 0, count: 16))
    }
    let ansatz = try Ansatz(network, moments: pass.moments, seed: 1)
    for (i, layer) in ansatz.layers.enumerated() {
      #expect(abs(layer.measured.cosineOne - one[i]) < 0.075)
      #expect(abs(layer.measured.cosineHalf - half[i]) < 0.075)
      // Nothing was learned, so a random D with the same spectrum gives the same cosines.
      #expect(abs(layer.random.cosineHalf - layer.measured.cosineHalf) < 0.1)
      #expect(abs(layer.identity.cosineOne - 1) < 1e-9)
      #expect(layer.initial == nil && layer.centred == nil)
    }
  }

  /// For a trained network, the null values of the initial network come from its own features, and the centred values come
  /// from W − W₀.
  @Test func nullsBelongToTheirNetworks() throws {
    let architecture = try Architecture("vgg:6,M,8,M", outputs: 4, hidden: [])
    let networks = try [UInt64(1), 2].map { seed in
      var network = try initialise(
        architecture, method: Initialisers.named("kaiming-normal"), seed: seed)
      network.preparation = .init(mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25])
      return network
    }
    let images = try AGOPTests.labelledImages()
    let moments = try networks.map {
      try GradientSurvey(
        $0, images: images, indices: Array(0..<11), logits: .all, pool: WorkerPool(threads: 1)
      ).whole
    }
    let both = try Ansatz(
      networks[1], moments: moments[1], initial: (networks[0], moments[0]), seed: 3)
    let first = try Ansatz(networks[0], moments: moments[0], seed: 3)
    for (layer, alone) in zip(both.layers, first.layers) {
      #expect(layer.initial == alone.measured)
      let name = layer.name + ".weight"
      let change = zip(networks[1][name].values, networks[0][name].values).map(-)
      let map = try #require(networks[1].architecture.body.first { $0.name == layer.name })
      let weight = Tensor(change, shape: networks[0][name].shape)
      let agop = try ThinFactor.agop(weight, moment: moments[1].matrix(of: map, .mean))
      let centred = try #require(layer.centred)
      #expect(abs(centred.cosineHalf - cosine(.nfm(weight), try agop.power(0.5))) < 1e-6)
      #expect(abs(centred.pearsonOne - pearson(.nfm(weight), agop)) < 1e-6)
    }
    let other = try initialise(
      Architecture("vgg:6,M,9,M", outputs: 4, hidden: []),
      method: Initialisers.named("zero"), seed: 1)
    #expect(throws: FeatureError.self) {
      _ = try Ansatz(networks[1], moments: moments[1], initial: (other, moments[0]), seed: 3)
    }
  }
}
