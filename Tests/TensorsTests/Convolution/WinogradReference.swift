// The convolution block by its definition in double precision, with which Winograd's passes are compared. Layouts are those
// of `ConvolutionBlock`.

import Tensors

struct ReferenceConvolution {
  let shape: ConvolutionShape
  let images: Int
  /// The weights [3, 3, C, K].
  let weight: [Double]
  let bias: [Double]

  init(_ shape: ConvolutionShape, images: Int, weight: [Float], bias: [Float]) {
    self.shape = shape
    self.images = images
    let (c, k) = (shape.inputs, shape.outputs)
    var ordered = [Double](repeating: 0, count: weight.count)
    for filter in 0..<k {
      for channel in 0..<c {
        for tap in 0..<9 {
          ordered[(tap * c + channel) * k + filter] = Double(
            weight[(filter * c + channel) * 9 + tap])
        }
      }
    }
    self.weight = ordered
    self.bias = bias.map(Double.init)
  }

  /// Calls `body(output pixel, input pixel, tap)` for every tap inside the map.
  private func eachTap(_ body: (_ output: Int, _ input: Int, _ tap: Int) -> Void) {
    let (h, w) = (shape.height, shape.width)
    for n in 0..<images {
      for y in 0..<h {
        for x in 0..<w {
          for r in 0..<3 where y + r >= 1 && y + r <= h {
            for s in 0..<3 where x + s >= 1 && x + s <= w {
              body((n * h + y) * w + x, (n * h + y + r - 1) * w + x + s - 1, r * 3 + s)
            }
          }
        }
      }
    }
  }

  /// The pre-activations z [N, H, W, K] without bias.
  func map(_ input: [Float]) -> [Double] {
    let (c, k) = (shape.inputs, shape.outputs)
    var z = [Double](repeating: 0, count: images * shape.mapCount)
    z.withUnsafeMutableBufferPointer { z in
      weight.withUnsafeBufferPointer { weight in
        eachTap { output, pixel, tap in
          for channel in 0..<c {
            let value = Double(input[pixel * c + channel])
            let (row, target) = ((tap * c + channel) * k, output * k)
            for filter in 0..<k { z[target + filter] += value * weight[row + filter] }
          }
        }
      }
    }
    return z
  }

  /// The block's output, and the index in z of each of its elements; nil if the element was rectified.
  func output(_ z: [Double]) -> (values: [Double], from: [Int?]) {
    let k = shape.outputs
    var (values, from) = ([Double](), [Int?]())
    for n in 0..<images {
      for y in 0..<shape.outputHeight {
        for x in 0..<shape.outputWidth {
          for filter in 0..<k {
            var best: (value: Double, index: Int)?
            for i in 0..<(shape.pools ? 2 : 1) {
              for j in 0..<(shape.pools ? 2 : 1) {
                let (row, column) = shape.pools ? (2 * y + i, 2 * x + j) : (y, x)
                let index = ((n * shape.height + row) * shape.width + column) * k + filter
                if best.map({ z[index] > $0.value }) ?? true { best = (z[index], index) }
              }
            }
            let value = (best?.value ?? 0) + bias[filter]
            values.append(max(value, 0))
            from.append(value > 0 ? best?.index : nil)
          }
        }
      }
    }
    return (values, from)
  }

  /// The gradient δ [N, H, W, K] with respect to z, from the gradient with respect to the output.
  func delta(_ gradient: [Float], from: [Int?]) -> [Double] {
    var delta = [Double](repeating: 0, count: images * shape.mapCount)
    for (i, index) in from.enumerated() { if let index { delta[index] = Double(gradient[i]) } }
    return delta
  }

  /// The gradient [N, H, W, C] with respect to the input.
  func inputGradient(_ delta: [Double]) -> [Double] {
    let (c, k) = (shape.inputs, shape.outputs)
    var dx = [Double](repeating: 0, count: images * shape.inputCount)
    delta.withUnsafeBufferPointer { delta in
      weight.withUnsafeBufferPointer { weight in
        eachTap { output, pixel, tap in
          for channel in 0..<c {
            let row = (tap * c + channel) * k
            var sum = 0.0
            for filter in 0..<k { sum += delta[output * k + filter] * weight[row + filter] }
            dx[pixel * c + channel] += sum
          }
        }
      }
    }
    return dx
  }

  /// The gradients of weights [K, C, 3, 3] and bias [K].
  func weightGradient(_ input: [Float], _ delta: [Double]) -> (weight: [Double], bias: [Double]) {
    let (c, k) = (shape.inputs, shape.outputs)
    var sum = [Double](repeating: 0, count: 9 * c * k)
    sum.withUnsafeMutableBufferPointer { sum in
      delta.withUnsafeBufferPointer { delta in
        eachTap { output, pixel, tap in
          for channel in 0..<c {
            let value = Double(input[pixel * c + channel])
            let row = (tap * c + channel) * k
            for filter in 0..<k { sum[row + filter] += value * delta[output * k + filter] }
          }
        }
      }
    }
    var ordered = sum
    for filter in 0..<k {
      for channel in 0..<c {
        for tap in 0..<9 {
          ordered[(filter * c + channel) * 9 + tap] = sum[(tap * c + channel) * k + filter]
        }
      }
    }
    var bias = [Double](repeating: 0, count: k)
    for (i, value) in delta.enumerated() { bias[i % k] += value }
    return (ordered, bias)
  }
}

/// The relative error max |a − b| / max |b|.
func relativeError(_ a: [Float], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let largest = b.reduce(0) { max($0, abs($1)) }
  let difference = zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
  return difference.isFinite ? difference / max(largest, .leastNormalMagnitude) : .infinity
}

/// The data of a convolution: images of about unit variance, weights with He's variance, small biases and gradients.
struct ConvolutionExample {
  let shape: ConvolutionShape
  let images: Int
  let input: [Float]
  let weight: [Float]
  let bias: [Float]
  let gradient: [Float]

  init(_ shape: ConvolutionShape, images: Int? = nil, seed: UInt64 = 1) {
    self.shape = shape
    self.images = images ?? shape.images
    var stream = RandomStream(seed: seed, .initialisation)
    func uniform(_ n: Int, _ scale: Float) -> [Float] {
      stream.uniforms(n).map { (2 * $0 - 1) * scale }
    }
    input = uniform(self.images * shape.inputCount, 1.7)
    weight = uniform(shape.weightCount, (6 / Float(9 * shape.inputs)).squareRoot())
    bias = uniform(shape.outputs, 0.1)
    gradient = uniform(self.images * shape.outputCount, 0.01)
  }

  /// A block of this shape with these weights.
  func block(
    _ algorithm: ConvolutionAlgorithm = .winograd, threads: Int = 2, trains: Bool = true
  ) -> any ConvolutionBlock {
    let block = algorithm.block(
      shape, path: "", pool: WorkerPool(threads: threads), workspace: Workspace(), trains: trains)
    block.weight.load(weight)
    block.bias.load(bias)
    return block
  }

  /// A buffer for a batch, filled with NaN, which a pass must overwrite.
  func room(_ perImage: Int) -> Buffer {
    Buffer([Float](repeating: .nan, count: images * perImage))
  }
}
