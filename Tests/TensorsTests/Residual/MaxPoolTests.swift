// Max pooling compared with PyTorch's, including ties and odd sides, and for several numbers of threads.

import Tensors
import Testing

struct MaxPoolTests {
  @Test func passesAgreeWithPyTorch() throws {
    let cases = try ResidualFixture.read().pools
    for example in cases {
      let pool = MaxPool(
        channels: example.channels, height: example.height, width: example.width, images: 3,
        pool: WorkerPool(threads: 2))
      let (y, dx) = (unset(example.y.count), unset(example.x.count))
      pool.forward(Buffer(example.x), images: 2, into: y)
      #expect(y.values() == example.y)
      pool.backward(Buffer(example.dy), images: 2, into: dx)
      #expect(agrees(dx.values(), example.dx, within: 1e-6))
      let twice = unset(2 * example.x.count)
      pool.backward(Buffer(example.dy + example.dy), images: 2, repeats: 2, into: twice)
      #expect(twice.values() == dx.values() + dx.values())
    }
    #expect(cases.count == 4)
  }

  /// Without ties, the comparison above could not distinguish the first maximum from the last.
  @Test func fixtureHasTies() throws {
    for example in try ResidualFixture.read().pools where example.height > 1 {
      let wrong = zip(example.x, example.dx).count { value, gradient in
        gradient == 0 && example.y.contains(value)
      }
      #expect(wrong > 0)
    }
  }

  @Test func threadCountDoesNotChangeBytes() {
    let x = PlainConvolutionTests.draw(5 * 13 * 11 * 40, 1)
    let dy = PlainConvolutionTests.draw(5 * 7 * 6 * 40, 2)
    let passes = [1, 2, 5].map { threads in
      let pool = MaxPool(
        channels: 40, height: 13, width: 11, images: 5, pool: WorkerPool(threads: threads))
      let (y, dx) = (unset(dy.count), unset(x.count))
      pool.forward(Buffer(x), images: 5, into: y)
      pool.backward(Buffer(dy), images: 5, into: dx)
      return y.values() + dx.values()
    }
    #expect(passes[0] == passes[1])
    #expect(passes[0] == passes[2])
  }

  @Test func nanIsPropagated() {
    let pool = MaxPool(channels: 1, height: 2, width: 2, images: 1, pool: WorkerPool(threads: 1))
    let y = Buffer(count: 1)
    pool.forward(Buffer([1, .nan, 3, -.infinity]), images: 1, into: y)
    #expect(y[0].isNaN)
  }
}
