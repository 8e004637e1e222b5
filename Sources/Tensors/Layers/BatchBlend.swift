// Images of a batch blended with their neighbours.

/// A batch blended with itself, shifted by one image: what mixup does to whole images, and CutMix, with
/// the share 0, to boxes.
package enum BatchBlend {
  /// x [N, size] in place: in the given runs image n becomes share·x[n] + (1 − share)·x[n − 1], the first
  /// with the last.
  ///
  /// - Parameters:
  ///   - runs: ranges within an image that do not overlap; each is a chunk of work.
  ///   - share: in [0, 1]; elements are finite.
  package static func blend(
    _ x: Buffer, images: Int, size: Int, runs: [Range<Int>], share: Float, pool: WorkerPool
  ) {
    precondition(images >= 0 && size >= 0 && x.count >= images * size)
    precondition(runs.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= size })
    guard images > 1 else { return }
    pool.run(runs.count) { chunk, _ in
      let run = runs[chunk]
      let first = x.start + run.lowerBound
      let last = first + (images - 1) * size
      // The last image is blended first, and the first one needs it as it was.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: run.count) { kept in
        guard let kept = kept.baseAddress else { return }
        kept.initialize(from: last, count: run.count)
        for n in stride(from: images - 1, to: 0, by: -1) {
          blend(first + n * size, first + (n - 1) * size, count: run.count, share: share)
        }
        blend(first, kept, count: run.count, share: share)
      }
    }
  }

  /// a ← share·a + (1 − share)·b
  private static func blend(
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafePointer<Float>, count: Int, share: Float
  ) {
    walk(
      count,
      vector: { i in (a + i).store((a + i).lanes * share + (b + i).lanes * (1 - share)) },
      scalar: { i in a[i] = a[i] * share + b[i] * (1 - share) })
  }
}
