// The gradients of many images, and how far their AGOP has converged.

import Networks
import Tensors

/// Runs `GradientMomentsPass` over images, and keeps the moments of smaller numbers of images on the way: how well the
/// AGOP of half of the images agrees with that of all shows whether there were enough.
package struct GradientSurvey: Sendable {
  /// Over all images.
  package let whole: GradientMoments
  /// Over the first N/2, N/4, … images, the fewest first; at most `limit`.
  package let partial: [GradientMoments]
  private let maps: [LinearMap]

  static let limit = 6

  /// - Parameters:
  ///   - network: with the mean and std of its images.
  ///   - indices: which images, in the order in which they are taken.
  ///   - maps: of which linear maps; nil: of the body's.
  ///   - batch: images times logits of one backward sweep; nil: as many as suit the side.
  ///   - progress: called with the number of images done.
  /// - Throws: `NetworkError` if images, labels, logits and network do not fit together.
  package init(
    _ network: Network, images: LabelledImages, indices: [Int], layers maps: [LinearMap]? = nil,
    logits: LogitSelection, keepsOwnBias: Bool = true, seed: UInt64 = 0,
    algorithm: ConvolutionAlgorithm = .winograd,
    pool: WorkerPool, batch: Int? = nil,
    progress: (Int) -> Void = { _ in }
  ) throws(NetworkError) {
    guard !indices.isEmpty else { throw NetworkError("an AGOP of no images") }
    guard indices.allSatisfy({ (0..<images.count).contains($0) }) else {
      throw NetworkError("an image outside the \(images.count) there are")
    }
    let assembler = try BatchAssembler(images, network.preparation)
    let maps = maps ?? network.architecture.body
    let pass = try GradientMomentsPass(
      network, side: assembler.side, maps: maps, logits: logits, keepsOwnBias: keepsOwnBias,
      seed: seed,
      algorithm: algorithm, pool: pool, batch: batch)
    let stops = Self.stops(indices.count)
    var partial: [GradientMoments] = []
    var first = 0
    while first < indices.count {
      let stop = stops.first { $0 > first } ?? indices.count
      let chosen = indices[first..<min(first + pass.imagesPerPass, stop)]
      assembler.assemble(chosen, into: pass.input, pool: pool)
      try pass.add(images: chosen.count, labels: chosen.map { images.labels[$0] })
      first = chosen.endIndex
      if first == stop && stop < indices.count { partial.append(pass.moments) }
      progress(first)
    }
    whole = pass.moments
    self.partial = partial
    self.maps = maps
  }

  /// N/2, N/4, …, ascending.
  static func stops(_ count: Int) -> [Int] {
    var stops: [Int] = []
    var next = count / 2
    while next > 0 && stops.count < limit {
      stops.append(next)
      next /= 2
    }
    return stops.reversed()
  }

  /// The cosine between the AGOP^α of the first images and that of all, for each map.
  package struct Agreement: Equatable, Sendable {
    /// How many were taken.
    package let images: Int
    /// In the network's order of maps; NaN where a matrix is zero.
    package let cosines: [Double]

    package init(images: Int, cosines: [Double]) {
      self.images = images
      self.cosines = cosines
    }
  }

  /// How the AGOP^α converges with the number of images, the fewest first.
  ///
  /// - Throws: `FeatureError` if gradients or weights are not finite.
  package func convergence(
    _ network: Network, gain: NormGain = .folded, power: Double
  ) throws(FeatureError) -> [Agreement] {
    var cosines = [[Double]](repeating: [], count: partial.count)
    for map in maps {
      let weight = Matrix(network.gradientWeight(of: map, gain: gain))
      let gram = weight.timesTransposed(weight)
      let all = try AGOPSpectrum(gram: gram, moment: whole.matrix(of: map, .mean))
      for (i, moments) in partial.enumerated() {
        let some = try AGOPSpectrum(gram: gram, moment: moments.matrix(of: map, .mean))
        cosines[i].append(some.cosine(all, gram: gram, power: power))
      }
    }
    return zip(partial, cosines).map { Agreement(images: $0.images, cosines: $1) }
  }
}
