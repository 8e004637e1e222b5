// Starting values of parameters that belong to no linear map.

import Networks
import Tensors

/// The rule by which normalisations, scalars, positions and class tokens start. Unless a case says otherwise gains and
/// multipliers are 1 and biases 0, running means 0 and running variances 1.
package enum OtherParameters: Sendable {
  /// timm's: positions N(0, 0.02²), the class token N(0, 10⁻¹²). (It cuts the first off at ±2, which is a hundred
  /// deviations.)
  case timm
  /// torchvision's: positions N(0, 0.02²), the class token 0.
  case torchvision
  /// The source's own.
  case source
  /// The source's positions and class token, which write the basis of the tokens; gains and biases as timm's.
  case basis
  /// Evenly spaced entries of a larger source's.
  case selected
  /// timm's, but for positions: sines and cosines of row and column.
  case sineCosine

  /// - Throws: `FeatureError` if the source has none of this name and shape.
  func draw(
    _ parameter: ParameterShape, of architecture: Architecture, source: Network?,
    stream: RandomStream
  ) throws(FeatureError) -> [Float] {
    let count = parameter.shape.reduce(1, *)
    if self == .selected, let source {
      return try source.selected(parameter.name, parameter.shape).values
    }
    if self == .sineCosine, parameter.isPositions, let transformer = architecture.transformer {
      do { return try transformer.sineCosinePositions() } catch {
        throw FeatureError(error.description)
      }
    }
    if self == .source || self == .basis && parameter.norm == nil {
      guard let tensor = source?.parameters[parameter.name] else {
        throw FeatureError("the source has no '\(parameter.name)' to copy")
      }
      guard tensor.shape == parameter.shape else {
        throw FeatureError(
          "the source's '\(parameter.name)' is \(tensor.shape), this network needs \(parameter.shape)"
        )
      }
      return tensor.values
    }
    guard parameter.norm == nil, parameter.scalarOf == nil else {
      return [Float](repeating: parameter.startsAtOne ? 1 : 0, count: count)
    }
    let deviation: Float = parameter.isPositions ? 0.02 : self == .torchvision ? 0 : 1e-6
    var stream = stream
    return stream.normals(count).map { $0 * deviation }
  }
}

extension ParameterShape {
  /// Whether it is a normalisation's gain or running variance, or the multiplier of a block without normalisations.
  fileprivate var startsAtOne: Bool {
    name.hasSuffix(".weight") || isVariance || name.hasSuffix(".scale")
  }
}
