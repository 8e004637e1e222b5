// Computation of D from batches of images.

import Tensors

/// The computation of `GradientMoments`, batch by batch.
package final class GradientMomentsPass {
  /// The moments of the images added so far.
  package var moments: GradientMoments {
    var moments = counts
    moments.sums = tap.sums
    return moments
  }
  /// The largest number of images in a call of `add`.
  package let imagesPerPass: Int
  private let compiled: CompiledNetwork
  private let logits: LogitSelection
  private let keepsOwnBias: Bool
  private let gradientsAtOnce: Int
  private let gradients: Int
  private var probes: RandomStream
  private let maps: [LinearMap]
  /// The moments without their sums, which grow in `tap`.
  private var counts: GradientMoments
  private let tap: GradientTap
  private let network: Network

  /// Prepares the computation for images of one size.
  ///
  /// - Parameters:
  ///   - side: The height and width of the input, in pixels.
  ///   - maps: The linear maps for which D is computed. nil means those of the body.
  ///   - logits: The logits that gradients are taken of.
  ///   - keepsOwnBias: With false, δ of each map is taken in a network without that map's own bias, as in the authors'
  ///     patch network. Later maps keep their biases.
  ///   - seed: The seed of the sign vectors.
  ///   - batch: The number of images times logits in one backward sweep. nil means `Architecture.sweepBatch(side:)`.
  /// - Throws: `NetworkError` if the selection does not fit the head, if the side does not fit the pools, or if there is
  ///   too little memory for the widest map.
  package init(
    _ network: Network, side: Int, maps: [LinearMap]? = nil, logits: LogitSelection,
    keepsOwnBias: Bool = true, seed: UInt64 = 0, algorithm: ConvolutionAlgorithm = .winograd,
    pool: WorkerPool, batch: Int? = nil
  ) throws(NetworkError) {
    guard keepsOwnBias || !network.architecture.isTransformer else {
      throw NetworkError(
        "own biases can be dropped in convolutional networks only, as in the authors' code, and not"
          + " in a transformer")
    }
    guard keepsOwnBias || network.architecture.body.contains(where: \.hasBias) else {
      throw NetworkError("no convolution of \(network.architecture.name) has a bias to drop")
    }
    let outputs = network.architecture.outputs
    switch logits {
    case .first(let n):
      guard (1...outputs).contains(n) else {
        throw NetworkError("\(n) logits are asked for, but the head has \(outputs)")
      }
      gradients = n
    case .all: gradients = outputs
    case .label: gradients = 1
    case .probes(let n):
      guard (1...65_536).contains(n) else {
        throw NetworkError("probes per image are 1 to 65536, not \(n)")
      }
      gradients = n
    }
    let batch = batch ?? network.architecture.sweepBatch(side: side)
    gradientsAtOnce = min(gradients, batch)
    imagesPerPass = max(1, batch / gradientsAtOnce)
    let maps = maps ?? network.architecture.body
    let widest = maps.map(\.outputs).max() ?? 0
    let moment = { n in n * n * MemoryLayout<Double>.stride }
    try Footprint.check(
      Buffer.bytes { _ = GramAccumulator(widest: widest, pool: pool) }
        + maps.reduce(0) { $0 + moment($1.outputs) } + SymmetricEigen.bytes(order: widest),
      of: "the second moment of the gradients of \(widest) filters or units",
      remedy: "a narrower network needs less")
    compiled = try CompiledNetwork(
      network, side: side, batch: imagesPerPass * gradientsAtOnce, pool: pool, trains: false,
      algorithm: algorithm)
    self.network = network
    self.logits = logits
    self.keepsOwnBias = keepsOwnBias
    probes = RandomStream(seed: seed, .probes)
    self.maps = maps
    tap = GradientTap(maps, pool: pool)
    var positions: [String: Int] = [:]
    for (index, map) in network.architecture.linearMaps.enumerated() where maps.contains(map) {
      positions[map.name] = compiled.windows(of: index).positions
    }
    counts = GradientMoments(sums: [:], positions: positions)
    counts.gradientsPerImage = gradients
    if case .probes = logits { counts.logitsPerGradient = outputs }
  }

  /// Adds the images in `input` to the moments. Fill `input` [n, side, side, 3] first, with at most `imagesPerPass` images.
  ///
  /// - Parameter labels: The labels of these images, which only `.label` uses.
  /// - Throws: `NetworkError` if a label that is used is not below the head's number of outputs.
  package func add(images n: Int, labels: [UInt16]) throws(NetworkError) {
    precondition(n > 0 && n <= imagesPerPass && labels.count == n)
    let outputs = compiled.architecture.outputs
    if logits == .label, let largest = labels.max(), Int(largest) >= outputs {
      throw NetworkError("label \(largest) is outside the head's \(outputs) outputs")
    }
    compiled.forward(images: n, dropout: nil)
    var first = 0
    while first < gradients {
      let count = min(gradientsAtOnce, gradients - first)
      seedGradient(first: first, count: count, images: n, labels: labels)
      let sweep = Sweep(images: n, repeats: count, tap: tap)
      if keepsOwnBias {
        compiled.backward(sweep, through: place(of: maps.first))
      } else {
        // The last map comes first: removing a map's bias changes only the values after it.
        for map in maps.reversed() { sweepWithoutBias(of: map, sweep) }
        compiled.forward(images: n, dropout: nil)
      }
      first += count
    }
    counts.images += n
  }

  /// The input [n, side, side, 3], to be filled before `add`.
  package var input: Buffer { compiled.input }

  private func seedGradient(first: Int, count: Int, images n: Int, labels: [UInt16]) {
    let outputs = compiled.architecture.outputs
    let gradient = compiled.logitsGradient.elements
    for g in 0..<count {
      for image in 0..<n {
        let row = (g * n + image) * outputs
        if case .probes = logits {
          for j in 0..<outputs { gradient[row + j] = probes.sign() }
          continue
        }
        for j in 0..<outputs { gradient[row + j] = 0 }
        if logits == .label {
          gradient[row + Int(labels[image])] = 1
        } else {
          gradient[row + first + g] = 1
        }
      }
    }
  }

  /// The index of a map's layer.
  private func place(of map: LinearMap?) -> Int {
    compiled.layers.firstIndex { $0.maps.contains { $0.map == map } } ?? 0
  }

  private func sweepWithoutBias(of map: LinearMap, _ sweep: Sweep) {
    let place = place(of: map)
    guard let mapped = compiled.layers[place].maps.first(where: { $0.map == map }) else { return }
    mapped.loadBias([Float](repeating: 0, count: map.outputs))
    compiled.forward(
      ForwardPass(images: sweep.images, retaining: true, dropout: nil),
      through: place..<compiled.layers.count)
    tap.only = map.name
    compiled.backward(sweep, through: place)
    tap.only = nil
    mapped.loadBias(network.bias(of: map).values)
  }
}
