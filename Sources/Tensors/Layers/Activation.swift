/// ReLU and inverted dropout in place, as torchvision's classifier applies them.
package enum Activation {
  /// y ← max(y, 0), then each element is kept with probability 1 − p and scaled by 1/(1 − p).
  /// Without a stream nothing is dropped (evaluation).
  package static func forward(
    _ y: Buffer, count: Int, dropout p: Float, _ stream: RandomStream?
  ) {
    precondition(y.count >= count && p >= 0 && p < 1)
    walk(
      count,
      vector: { i in
        let z = (y.start + i).lanes
        (y.start + i).store(z.replacing(with: 0, where: z .<= 0))
      },
      scalar: { i in if y.start[i] <= 0 { y.start[i] = 0 } })
    guard var stream, p > 0 else { return }
    let draws = stream.uniforms(count)
    let scale = 1 / (1 - p)
    for i in 0..<count { y.start[i] = draws[i] < p ? 0 : y.start[i] * scale }
  }

  /// dz = dy·scale where the output `y` is positive: dropped and rectified elements are both zero.
  package static func backward(_ dy: Buffer, output y: Buffer, count: Int, dropout p: Float) {
    backward(dy, output: y, count: count, repeats: 1, dropout: p)
  }

  /// The same for `repeats` gradients of one output.
  package static func backward(
    _ dy: Buffer, output y: Buffer, count: Int, repeats: Int, dropout p: Float
  ) {
    precondition(dy.count >= repeats * count && y.count >= count && p >= 0 && p < 1)
    let scale = 1 / (1 - p)
    for r in 0..<repeats {
      let g = dy.start + r * count
      for i in 0..<count { g[i] = y.start[i] <= 0 ? 0 : g[i] * scale }
    }
  }
}
