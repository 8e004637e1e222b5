// What training leaves out of a residual branch.

/// Dropout of single values, and drop-path: the whole branch of an image (Huang et al. 2016). What is kept is
/// scaled so that the mean stays.
package struct BranchDropping: Sendable {
  /// Probability that a value is dropped.
  package let values: Float
  /// Probability that the whole branch of an image is dropped.
  package let path: Float
  /// The run's random streams for this step, block and branch: values are drawn from the first, paths from the second.
  let streams: (RandomStream, RandomStream)

  /// nil where nothing is dropped.
  package init?(values: Float, path: Float, _ streams: (RandomStream, RandomStream)) {
    guard values > 0 || path > 0 else { return nil }
    (self.values, self.path, self.streams) = (values, path, streams)
  }

  /// Multiplies the branch of image `image` of the step with its mask: the same one for a gradient.
  func apply(_ branch: Rows, image: Int) {
    var (ofValues, ofPaths) = streams
    let (count, values) = (branch.count * branch.width, branch.start)
    if path > 0 {
      ofPaths.skip(words: image * 4)
      guard ofPaths.uniform() >= path else { return branch.fill(0) }
      let scale = 1 / (1 - path)
      for i in 0..<count { values[i] *= scale }
    }
    if self.values > 0 {
      ofValues.skip(words: image * ((count + 3) & ~3))
      let (draws, scale) = (ofValues.uniforms(count), 1 / (1 - self.values))
      for i in 0..<count { values[i] = draws[i] < self.values ? 0 : values[i] * scale }
    }
  }
}
