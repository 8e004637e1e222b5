/// A 3×3, stride 1, pad 1 convolution with bias and ReLU, and optionally a 2×2 max pool: VGG's only
/// block, fused so that an implementation may keep the map before pooling in cache.
///
/// Layouts: maps are NHWC; weights cross the boundary in PyTorch's order [K, C, 3, 3].
/// Letters: N images, H×W map, C input channels, K filters.
public struct ConvolutionShape: Equatable, Sendable {
  /// The most images one call may hold.
  public let images: Int
  public let height: Int
  public let width: Int
  /// C
  public let inputs: Int
  /// K
  public let outputs: Int
  /// Whether a 2×2 max pool, stride 2, follows (odd last rows and columns are dropped, as in PyTorch).
  public let pools: Bool

  public init(images: Int, height: Int, width: Int, inputs: Int, outputs: Int, pools: Bool) {
    precondition(images > 0 && height > 0 && width > 0 && inputs > 0 && outputs > 0)
    precondition(!pools || (height > 1 && width > 1), "a 2×2 pool needs a 2×2 map")
    self.images = images
    self.height = height
    self.width = width
    self.inputs = inputs
    self.outputs = outputs
    self.pools = pools
  }

  public var outputHeight: Int { pools ? height / 2 : height }
  public var outputWidth: Int { pools ? width / 2 : width }
  /// Floats of one image's input map, map before pooling, and output map.
  public var inputCount: Int { height * width * inputs }
  public var mapCount: Int { height * width * outputs }
  public var outputCount: Int { outputHeight * outputWidth * outputs }
  public var weightCount: Int { 9 * inputs * outputs }
}

/// What a network asks of a convolution block, whichever arithmetic is inside.
///
/// Order of calls in training: `forward(retaining)`, `backward`, `update`. For feature matrices:
/// `forward(retaining)`, then `addMoment` and `inputGradient` as often as wanted.
public protocol ConvolutionBlock: AnyObject {
  var shape: ConvolutionShape { get }

  /// Weights [K, C, 3, 3] and bias [K].
  func load(weight: [Float], bias: [Float])
  var weight: [Float] { get }
  var bias: [Float] { get }

  /// SGD's velocities, shapes as `weight` and `bias`: zero until the first update.
  var momentum: (weight: [Float], bias: [Float]) { get }
  func load(momentum: (weight: [Float], bias: [Float]))

  /// Gradients of the last `backward`, shapes as `weight` and `bias`.
  var gradient: (weight: [Float], bias: [Float]) { get }

  /// input [N, H, W, C] → output [N, H', W', K]. `retaining` keeps what backward passes need.
  func forward(_ input: Buffer, images: Int, into output: Buffer, retaining: Bool)

  /// Gradient of the output [N, H', W', K] → gradients of weights and bias (kept inside) and, if
  /// asked for, of the input [N, H, W, C]. Follows a retaining `forward` whose `input` and `output`
  /// still hold what they held.
  func backward(_ outputGradient: Buffer, images: Int, into inputGradient: Buffer?)

  /// Applies the gradients of the last `backward`.
  func update(_ sgd: SGD)

  /// `backward` and `update` in one: a block may apply gradients as it forms them, and not keep them.
  func backward(
    _ outputGradient: Buffer, images: Int, into inputGradient: Buffer?, applying sgd: SGD)

  /// δ, the gradient by the map before ReLU and pool [R·N, H, W, K], from that by the output
  /// [R·N, H', W', K]: R = `repeats` gradients (logits) of the same N images, image index fastest.
  func preactivationGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into delta: Buffer)

  /// D [K, K] += Σ δδᵀ over gradients and positions, with δ ∈ R^K of `preactivationGradient`: made
  /// piece by piece, never as a whole.
  func addMoment(
    of outputGradient: Buffer, images: Int, repeats: Int, with gram: GramAccumulator,
    into sum: inout Matrix)

  /// Gradient by the output [R·N, H', W', K] → by the input [R·N, H, W, C]; R·N may be up to `images`
  /// of the shape.
  func inputGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into inputGradient: Buffer)
}

extension ConvolutionBlock {
  public func backward(
    _ outputGradient: Buffer, images: Int, into inputGradient: Buffer?, applying sgd: SGD
  ) {
    backward(outputGradient, images: images, into: inputGradient)
    update(sgd)
  }
}

/// Stochastic gradient descent as PyTorch defines it: g ← g + λw; v ← μv + g; w ← w − η·v
/// (Nesterov: w ← w − η·(g + μv)). Velocities start at zero.
public struct SGD: Equatable, Sendable {
  /// η
  public var learningRate: Float
  /// μ
  public var momentum: Float
  /// λ, on weights and biases alike
  public var weightDecay: Float
  public var nesterov: Bool
  /// Every gradient is multiplied by this first (clipping by global norm; 1 otherwise).
  public var gradientScale: Float = 1

  public init(
    learningRate: Float, momentum: Float = 0.9, weightDecay: Float = 5e-4, nesterov: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }

  /// One pass over weights, velocities and gradients.
  func step(
    _ w: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
    count: Int
  ) {
    walk(
      count,
      vector: { i in
        let weight = (w + i).lanes
        let gradient = (g + i).lanes * gradientScale + weight * weightDecay
        let velocity = (v + i).lanes * momentum + gradient
        (v + i).store(velocity)
        (w + i).store(
          weight - (nesterov ? gradient + velocity * momentum : velocity) * learningRate)
      },
      scalar: { i in
        let gradient = g[i] * gradientScale + w[i] * weightDecay
        let velocity = v[i] * momentum + gradient
        v[i] = velocity
        w[i] -= (nesterov ? gradient + velocity * momentum : velocity) * learningRate
      })
  }
}

/// Scratch memory that blocks share, since they run one after another: each asks for the most it
/// will ever need of a role, and the largest request is allocated, when first used.
public final class Workspace {
  /// What the memory is for.
  public enum Role: Int, CaseIterable, Sendable {
    case columns, map, mapGradient, transformed, filters, product, weightGradient, scratch, halo
  }

  private var sizes = [Int](repeating: 0, count: Role.allCases.count)
  private var buffers = [Buffer?](repeating: nil, count: Role.allCases.count)

  public init() {}

  func reserve(_ role: Role, _ count: Int) {
    sizes[role.rawValue] = max(sizes[role.rawValue], count)
  }

  /// Makes all that was reserved: what is not used before is made when it is.
  public func makeAll() { for role in Role.allCases { _ = self[role] } }

  subscript(role: Role) -> Buffer {
    if let buffer = buffers[role.rawValue], buffer.count >= sizes[role.rawValue] { return buffer }
    let buffer = Buffer(count: sizes[role.rawValue])
    buffers[role.rawValue] = buffer
    return buffer
  }
}
