// Blending a batch with itself in place, compared with blending from a copy.

import Tensors
import Testing

struct BatchBlendTests {
  /// The runs have multiples of sixteen values, other numbers, and none. There are one, two and five images.
  @Test(arguments: [1, 2, 5], [1, 3])
  func blendingInPlaceEqualsBlendingACopy(images: Int, threads: Int) {
    let size = 50
    let runs = [0..<32, 33..<36, 40..<40, 41..<50]
    var stream = RandomStream(seed: 4, .probes)
    let old = stream.normals(images * size)
    let x = Buffer(old)
    BatchBlend.blend(
      x, images: images, size: size, runs: runs, share: 0.75, pool: WorkerPool(threads: threads))
    for n in 0..<images {
      let partner = (n + images - 1) % images
      for i in 0..<size {
        let (own, other) = (old[n * size + i], old[partner * size + i])
        let isBlended = images > 1 && runs.contains { $0.contains(i) }
        let expected = isBlended ? own * 0.75 + other * 0.25 : own
        #expect(x[n * size + i] == expected)
      }
    }
  }
}
