// Covariances derived from the features of a layer, or from the images of the task.

import Tensors

extension LayerDraw {
  /// The eigenvalues of Σ with random eigenvectors: is it the spectrum or the directions that help?
  mutating func spectrum() throws(FeatureError) -> [Float] {
    let features = try layerFeatures()
    let eigenvalues = try features.factor.spectrum()
    let axes = try stream.orthonormalRows(eigenvalues.count, of: map.fanIn)
    return try covariance(
      ThinFactor(axes.scalingRows(eigenvalues.map { $0.squareRoot() })),
      isotropic: features.isotropic)
  }

  /// S ⊗ I: channels independent, each with the spatial covariance S [k², k²] averaged over channels, 9×9 of filters of
  /// 3×3.
  mutating func spatial() throws(FeatureError) -> [Float] {
    guard case .convolution = map.window else {
      throw FeatureError("'spatial' is of patches, and '\(map.name)' sees none")
    }
    let features = try layerFeatures()
    let factor = features.factor.factor
    let channels = map.inputs
    // F [r, C·k²] seen as [r·C, k²] has the Gram matrix C·S.
    let stacked = Matrix(factor.values, rows: factor.rows * channels, columns: map.taps)
    var spatial = stacked.transposedTimes(stacked)
    for i in spatial.values.indices { spatial.values[i] /= Double(channels) }
    guard let eigen = SymmetricEigen(spatial) else {
      throw FeatureError("the features of '\(map.name)' are not finite")
    }
    let root = eigen.vectors.scalingRows(eigen.values.map { max($0, 0).squareRoot() })
    // Of one channel: a filter of K·C channels with k² values each.
    let trace = root.squaredNorm * Double(channels)
    let rows = map.outputs * channels
    return try covariance(trace: trace, isotropic: features.isotropic) { stream, s, v in
      stream.filters(rows, factor: root, scale: s, isotropic: v)
    }
  }

  /// The covariance of the patches that the layer will see, from `limit` of them at most: filters are
  /// random combinations of centred patches.
  mutating func patches() throws(FeatureError) -> [Float] {
    guard let growing else { throw FeatureError("'patches' needs images") }
    let (rows, count) = growing.centredPatches(layer: index, limit: 4096)
    let trace = rows.reduce(0.0) { $0 + Double($1) * Double($1) }
    let filters = map.outputs
    return try covariance(trace: trace, isotropic: 0) { stream, s, v in
      stream.filters(filters, factor: rows, rank: count, scale: s, isotropic: v)
    }
  }
}
