/// D, the second moment of the logits' gradients, from which AGOP is made.

import Tensors

/// D of each convolution: Σ δδᵀ over images, positions and logits, with δ = ∂logit/∂(pre-activation)
/// in R^K. AGOP = Wᵀ·D·W/(number of terms), for all layers from one backward sweep per logit, where
/// the authors form the Jacobian by every patch (SCIENCE: exact factorisation).
public struct GradientMoments: Sendable {
  /// [K, K] for each convolution, in order; symmetric.
  public internal(set) var sums: [Matrix]
  /// Images seen so far.
  public internal(set) var images = 0
  /// Gradients (logits, or sign vectors that stand for all logits) per image.
  public internal(set) var gradientsPerImage = 0
  /// Logits whose squared gradients one gradient's square estimates: 1, or all for a sign vector.
  public internal(set) var logitsPerGradient = 1
  /// Positions per image for each convolution: H·W.
  public internal(set) var positions: [Int]
}

/// Which outputs of the head the gradients are taken of.
public enum LogitSelection: Equatable, Sendable {
  /// The first n logits.
  case first(Int)
  case all
  /// The logit of each image's own label.
  case label
  /// n random sign vectors r per image: E over r of the gradient of rᵀf squared is the sum over all
  /// logits. Unbiased, and affordable for 1000-way heads.
  case probes(Int)
}

/// Computes `GradientMoments` batch by batch.
public final class GradientMomentsPass {
  /// Of the images added so far.
  public private(set) var moments: GradientMoments
  /// Images per call of `add`.
  public let imagesPerPass: Int
  private let compiled: CompiledNetwork
  private let logits: LogitSelection
  private let keepsOwnBias: Bool
  private let gradientsAtOnce: Int
  private let gradients: Int
  private var probes: RandomStream
  private let gram: GramAccumulator
  private let network: Network

  /// - Parameters:
  ///   - keepsOwnBias: false: for each layer, δ is taken in a network whose layer lacks its own bias,
  ///     as the authors' patch network does; later layers keep theirs.
  ///   - seed: of the sign vectors.
  ///   - batch: images times logits of one backward sweep; nil: `batch(side:)`.
  /// - Throws: `NetworkError` if the selection does not fit the head, the side the pools, or the widest
  ///   layer the memory.
  public init(
    _ network: Network, side: Int, logits: LogitSelection, keepsOwnBias: Bool = true,
    seed: UInt64 = 0, algorithm: ConvolutionAlgorithm = .winograd, pool: WorkerPool,
    batch: Int? = nil
  ) throws(NetworkError) {
    let outputs = network.architecture.outputs
    switch logits {
    case .first(let n):
      guard (1...outputs).contains(n) else {
        throw NetworkError("\(n) logits of a head with \(outputs)")
      }
      gradients = n
    case .all: gradients = outputs
    case .label: gradients = 1
    case .probes(let n):
      guard (1...65_536).contains(n) else { throw NetworkError("\(n) probes an image") }
      gradients = n
    }
    let batch = batch ?? Self.batch(side: side)
    gradientsAtOnce = min(gradients, batch)
    imagesPerPass = max(1, batch / gradientsAtOnce)
    let filters = network.architecture.convolutions.map(\.outputs)
    let widest = filters.max() ?? 0
    let moment = { n in n * n * MemoryLayout<Double>.stride }
    try Footprint.check(
      Buffer.bytes { _ = GramAccumulator(widest: widest, pool: pool) }
        + filters.reduce(0) { $0 + moment($1) } + SymmetricEigen.bytes(order: widest),
      of: "the second moment of the gradients of \(widest) filters",
      remedy: "a narrower network needs less")
    compiled = try CompiledNetwork(
      network, side: side, batch: imagesPerPass * gradientsAtOnce, pool: pool, trains: false,
      algorithm: algorithm)
    self.network = network
    self.logits = logits
    self.keepsOwnBias = keepsOwnBias
    probes = RandomStream(seed: seed, .probes)
    let shapes = compiled.blocks.map(\.shape)
    moments = GradientMoments(
      sums: shapes.map { Matrix(zeros: $0.outputs, $0.outputs) },
      positions: shapes.map { $0.height * $0.width })
    moments.gradientsPerImage = gradients
    if case .probes = logits { moments.logitsPerGradient = outputs }
    gram = GramAccumulator(widest: widest, pool: pool)
  }

  /// Images times logits of one sweep: 480 at side 32, where fewer would leave the late layers' products
  /// small, and less the larger the maps are; half a gigabyte for VGG11.
  static func batch(side: Int) -> Int { max(16, min(512, 480 * 32 * 32 / (side * side))) }

  /// Adds images: fill `input` [n, side, side, 3] with at most `imagesPerPass` first.
  ///
  /// - Parameter labels: of these images; only `.label` needs them.
  /// - Throws: `NetworkError` if a label that is needed is outside the head.
  public func add(images n: Int, labels: [UInt16]) throws(NetworkError) {
    precondition(n > 0 && n <= imagesPerPass && labels.count == n)
    let outputs = compiled.architecture.outputs
    if logits == .label, let largest = labels.max(), Int(largest) >= outputs {
      throw NetworkError("label \(largest) is outside the head's \(outputs) outputs")
    }
    compiled.forward(images: n, from: 0, retaining: true, dropout: nil)
    let last = compiled.blocks.count - 1
    var first = 0
    while first < gradients {
      let count = min(gradientsAtOnce, gradients - first)
      seedGradient(first: first, count: count, images: n, labels: labels)
      if keepsOwnBias {
        sweep(from: last, through: 0, images: n, repeats: count)
      } else {
        // From the last on: a layer without its bias spoils the maps after it, none before.
        for layer in stride(from: last, through: 0, by: -1) {
          withoutBias(of: layer) {
            compiled.forward(images: n, from: layer, retaining: true, dropout: nil)
            sweep(from: last, through: layer, images: n, repeats: count, onlyAdding: layer)
          }
        }
        compiled.forward(images: n, from: 0, retaining: true, dropout: nil)
      }
      first += count
    }
    moments.images += n
  }

  /// [n, side, side, 3], to be filled before `add`.
  public var input: Buffer { compiled.input }

  private func seedGradient(first: Int, count: Int, images n: Int, labels: [UInt16]) {
    let outputs = compiled.architecture.outputs
    let gradient = compiled.classifier.logitsGradient.elements
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

  /// One backward-data sweep, adding δδᵀ of every layer on its way (or of one).
  private func sweep(
    from last: Int, through end: Int, images n: Int, repeats: Int, onlyAdding only: Int? = nil
  ) {
    compiled.classifier.inputGradient(
      images: n, repeats: repeats, into: compiled.mapGradients[last])
    for layer in stride(from: last, through: end, by: -1) {
      let block = compiled.blocks[layer]
      let gradient = compiled.mapGradients[layer]
      if only == nil || only == layer {
        block.addMoment(
          of: gradient, images: n, repeats: repeats, with: gram, into: &moments.sums[layer])
      }
      if layer > end {
        block.inputGradient(
          gradient, images: n, repeats: repeats, into: compiled.mapGradients[layer - 1])
      }
    }
  }

  private func withoutBias(of layer: Int, _ body: () -> Void) {
    let (block, name) = (compiled.blocks[layer], compiled.architecture.convolutions[layer].name)
    let weight = network[name + ".weight"].values
    let bias = network[name + ".bias"].values
    block.load(weight: weight, bias: [Float](repeating: 0, count: bias.count))
    body()
    block.load(weight: weight, bias: bias)
  }
}
