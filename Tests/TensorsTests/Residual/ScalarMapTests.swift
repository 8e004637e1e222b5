// A multiplier and a bias for a whole map, compared with values computed by hand and for several numbers of threads.

import Tensors
import Testing

struct ScalarMapTests {
  static func map(
    _ count: Int, images: Int, scale: String? = "layer1.0.scale", rectifies: Bool, threads: Int = 2
  ) -> ScalarMap {
    ScalarMap(
      count: count, images: images, scale: scale, bias: "layer1.0.bias2b", rectifies: rectifies,
      pool: WorkerPool(threads: threads), workspace: Workspace())
  }

  /// The function is y = relu(2z + 1 + r).
  @Test func passesAgreeWithHandComputation() {
    let map = Self.map(2, images: 2, rectifies: true)
    map.scale?.load([2])
    map.bias.load([1])
    let (y, dz, dResidual) = (unset(4), unset(4), unset(4))
    map.forward(
      Buffer([1, -1, 0.5, 3]), images: 2, adding: Buffer([0, 0.5, -3, 1]), into: y, retaining: true)
    #expect(y.values() == [3, 0, 0, 8])
    map.backward(Buffer([10, 20, 30, 40]), images: 2, into: dz, residual: dResidual, .keep)
    #expect(dResidual.values() == [10, 0, 0, 40])
    #expect(dz.values() == [20, 0, 0, 80])
    // The gradients are Σ g·z and Σ g.
    #expect(map.scale?.gradient == [130])
    #expect(map.bias.gradient == [50])
    map.backward(Buffer([10, 20, 30, 40]), images: 2, into: dz, .apply(SGD(learningRate: 0.1)))
    #expect(map.bias.values != [1])
    #expect(map.parameters.map(\.name) == ["layer1.0.scale", "layer1.0.bias2b"])
  }

  @Test("A bias alone, in place, and several gradients of the same image")
  func biasAlone() {
    let map = Self.map(3, images: 1, scale: nil, rectifies: false)
    map.bias.load([-1])
    let y = Buffer([1, 2, 3])
    map.forward(y, images: 1, into: y, retaining: true)
    #expect(y.values() == [0, 1, 2])
    let dz = unset(6)
    map.inputGradient(Buffer([1, 2, 3, 4, 5, 6]), images: 1, repeats: 2, into: dz)
    #expect(dz.values() == [1, 2, 3, 4, 5, 6])
    #expect(map.parameters.count == 1)
  }

  @Test(arguments: [1, 80, 4096, 65_600])
  func threadCountDoesNotChangeBytes(count: Int) {
    let draw = PlainConvolutionTests.draw
    let (z, dy) = (draw(3 * count, 1), draw(3 * count, 2))
    let passes = [1, 2, 5].map { threads in
      let map = Self.map(count, images: 3, rectifies: true, threads: threads)
      map.scale?.load([0.7])
      let (y, dz) = (unset(3 * count), unset(3 * count))
      map.forward(Buffer(z), images: 3, into: y, retaining: true)
      map.backward(Buffer(dy), images: 3, into: dz, .keep)
      return y.values() + dz.values() + (map.scale?.gradient ?? []) + map.bias.gradient
    }
    #expect(passes[0] == passes[1])
    #expect(passes[0] == passes[2])
    let products = zip(z, dy).reduce(0.0) { $0 + ($1.0 > 0 ? Double($1.0) * Double($1.1) : 0) }
    #expect(abs(Double(passes[0][6 * count]) - products) < 1e-5 * max(1, products.magnitude) * 10)
  }
}
