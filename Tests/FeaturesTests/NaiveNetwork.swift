// A reference VGG in double precision with plain loops, and the AGOP by its definition. The library's factorisation is
// compared with it. Maps are [C][H·W].

import Networks
import Tensors

struct NaiveNetwork {
  typealias Map = [[Double]]
  let network: Network
  let side: Int

  func values(_ name: String) -> [Double] { network[name].values.map(Double.init) }

  /// The patches [H·W][C·9] of a map.
  static func patches(_ map: Map, side: Int) -> Map {
    (0..<side * side).map { position in
      var patch: [Double] = []
      for channel in map {
        for tap in 0..<9 {
          let (y, x) = (position / side + tap / 3 - 1, position % side + tap % 3 - 1)
          let inside = y >= 0 && y < side && x >= 0 && x < side
          patch.append(inside ? channel[y * side + x] : 0)
        }
      }
      return patch
    }
  }

  /// The pre-activations z [K][H·W] = W·patches + b.
  static func convolve(_ patches: Map, weight: [Double], bias: [Double]) -> Map {
    let d = patches[0].count
    return bias.indices.map { k in
      patches.map { patch in
        var sum = bias[k]
        for i in 0..<d { sum += weight[k * d + i] * patch[i] }
        return sum
      }
    }
  }

  static func pool(_ map: Map, side: Int) -> Map {
    let half = side / 2
    return map.map { channel in
      (0..<half * half).map { position in
        let at = 2 * (position / half) * side + 2 * (position % half)
        let (upper, lower) = (channel[at..<at + 2], channel[at + side..<at + side + 2])
        return max(upper.max() ?? 0, lower.max() ?? 0)
      }
    }
  }

  private var convolutions: [VGG.Convolution] {
    (try? VGG(network.architecture.name))?.convolutions ?? []
  }

  func sideOfMap(at layer: Int) -> Int {
    side >> convolutions[..<layer].count { $0.pools }
  }

  /// The input of convolution `layer`.
  func input(of layer: Int, image: Map) -> Map {
    var map = image
    for l in 0..<layer { map = activate(preactivation(of: l, map), after: l) }
    return map
  }

  func preactivation(of layer: Int, _ map: Map) -> Map {
    let name = network.architecture.body[layer].name
    return Self.convolve(
      Self.patches(map, side: sideOfMap(at: layer)), weight: values(name + ".weight"),
      bias: values(name + ".bias"))
  }

  func activate(_ z: Map, after layer: Int) -> Map {
    let map = z.map { $0.map { max($0, 0) } }
    return convolutions[layer].pools
      ? Self.pool(map, side: sideOfMap(at: layer)) : map
  }

  /// The logits, computed from the pre-activations of convolution `layer`. The average pool's side is 1.
  func logits(from z: Map, of layer: Int) -> [Double] {
    var map = activate(z, after: layer)
    for l in layer + 1..<max(network.architecture.body.count, layer + 1) {
      map = activate(preactivation(of: l, map), after: l)
    }
    return head(Self.averages(map), 0..<network.architecture.head.count)
  }

  static func averages(_ map: Map) -> [Double] {
    map.map { $0.reduce(0, +) / Double($0.count) }
  }

  /// The output of some layers of the head for an input of the first of them.
  /// - Parameter unbiased: A layer whose bias is omitted; nil means none.
  func head(_ inputs: [Double], _ layers: Range<Int>, unbiased: Int? = nil) -> [Double] {
    var values = inputs
    for i in layers {
      let z = self.preactivations(ofHead: i, values, biased: i != unbiased)
      values = i == network.architecture.head.count - 1 ? z : z.map { max($0, 0) }
    }
    return values
  }

  func preactivations(ofHead layer: Int, _ inputs: [Double], biased: Bool = true) -> [Double] {
    let name = network.architecture.head[layer].name
    let (w, b) = (values(name + ".weight"), values(name + ".bias"))
    return b.indices.map { k in
      var sum = biased ? b[k] : 0
      for j in inputs.indices { sum += w[k * inputs.count + j] * inputs[j] }
      return sum
    }
  }

  /// The input of layer `layer` of the head.
  func input(ofHead layer: Int, image: Map) -> [Double] {
    let map = input(of: network.architecture.body.count, image: image)
    return head(Self.averages(map), 0..<layer)
  }

  /// The sum of g gᵀ [d, d] over `logits`, where g = ∂ logit/∂ input of layer `layer` of the head by central differences.
  func agop(ofHead layer: Int, image: Map, logits: [Int], keepsOwnBias: Bool) -> Matrix {
    let (inputs, step) = (input(ofHead: layer, image: image), 1e-7)
    let layers = layer..<network.architecture.head.count
    var jacobian = Matrix(zeros: logits.count, inputs.count)
    for entry in inputs.indices {
      let moved = [1.0, -1.0].map { sign in
        var inputs = inputs
        inputs[entry] += sign * step
        return head(inputs, layers, unbiased: keepsOwnBias ? nil : layer)
      }
      for (row, j) in logits.enumerated() {
        jacobian[row, entry] = (moved[0][j] - moved[1][j]) / (2 * step)
      }
    }
    return jacobian.transposedTimes(jacobian)
  }

  /// The sum of g gᵀ [d, d] over positions and `logits`, where g = ∂ logit/∂ patch by central differences. Each entry of
  /// each patch is moved separately. The network is piecewise linear, so the error is rounding only.
  func agop(of layer: Int, image: Map, logits: [Int], keepsOwnBias: Bool) -> Matrix {
    let convolution = network.architecture.body[layer]
    let weight = values(convolution.name + ".weight")
    let bias = values(convolution.name + ".bias").map { keepsOwnBias ? $0 : 0 }
    let patches = Self.patches(
      input(of: layer, image: image), side: sideOfMap(at: layer))
    let z = Self.convolve(patches, weight: weight, bias: bias)
    let (d, step) = (convolution.fanIn, 1e-7)
    var sum = Matrix(zeros: d, d)
    for position in patches.indices {
      var jacobian = Matrix(zeros: logits.count, d)
      for entry in 0..<d {
        let moved = [1.0, -1.0].map { sign in
          var patch = patches[position]
          patch[entry] += sign * step
          let column = Self.convolve([patch], weight: weight, bias: bias)
          var z = z
          for k in z.indices { z[k][position] = column[k][0] }
          return self.logits(from: z, of: layer)
        }
        for (row, j) in logits.enumerated() {
          jacobian[row, entry] = (moved[0][j] - moved[1][j]) / (2 * step)
        }
      }
      let outer = jacobian.transposedTimes(jacobian)
      for i in sum.values.indices { sum.values[i] += outer.values[i] }
    }
    return sum
  }
}

/// The relative error ‖a − b‖/‖b‖.
func relativeError(_ a: Matrix, _ b: Matrix) -> Double {
  precondition(a.rows == b.rows && a.columns == b.columns)
  let difference = zip(a.values, b.values).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (difference / b.squaredNorm).squareRoot()
}
