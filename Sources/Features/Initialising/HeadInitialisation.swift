// How the fully connected layers are drawn.

import Networks
import Tensors

/// A way to draw the head, the same whichever method draws the convolutions: `kaiming` or `torchvision`,
/// or any initialiser, which then draws the rows of each fully connected layer as it draws filters,
/// at its own default size.
package struct HeadInitialisation: Equatable, Sendable {
  let method: Initialiser

  /// The name that files record.
  package var name: String { method.name }

  /// Whether features must be given.
  package var needsFeatures: Bool { method.hasFeatures }

  /// N(0, 2/inputs): what `kaiming-normal` is for filters. √(2/inputs) is computed in single precision, which
  /// differs from `kaiming-normal` in the last bit and gives the values of earlier files.
  package static let kaiming = HeadInitialisation(
    Initialiser("kaiming", "N(0, 2/inputs)") { layer in
      layer.normal(deviation: (2 / Float(layer.map.inputs)).squareRoot())
    })

  /// N(0, 0.01²)
  package static let torchvision = HeadInitialisation(
    Initialiser("torchvision", "N(0, 0.01²)") { layer in layer.normal(deviation: 0.01) })

  private init(_ method: Initialiser) { self.method = method }

  /// The head of a VGG without `--head`.
  static func usual(_ convention: Convention) -> HeadInitialisation {
    convention == .paper ? .torchvision : .kaiming
  }

  /// The head of any network without `--head`.
  package static func usual(
    of architecture: Architecture, for method: Initialiser, _ convention: Convention
  ) throws(FeatureError) -> HeadInitialisation {
    guard architecture.isTransformer else { return usual(convention) }
    return try HeadInitialisation(method.name == "torchvision" ? "zero" : "timm")
  }

  /// - Parameter name: `kaiming` (or `kaiming-normal`, which is the same), `torchvision`, or an initialiser's.
  /// - Throws: `FeatureError` if there is no method of that name.
  package init(_ name: String) throws(FeatureError) {
    switch name {
    case "kaiming", "kaiming-normal": self = .kaiming
    case "torchvision": self = .torchvision
    default: method = try Initialisers.named(name)
    }
  }

  /// Every name that `init` takes.
  package static let names =
    [kaiming.name, torchvision.name] + Initialisers.all.map(\.name)

  package static func == (one: HeadInitialisation, other: HeadInitialisation) -> Bool {
    one.name == other.name
  }

  /// Weight and bias of a layer of the head: zero but for `copy`, which takes the source's.
  ///
  /// Where the source has another number of outputs there is no last layer to take from it: it is drawn
  /// by `kaiming`.
  func draw(_ layer: inout LayerDraw) throws(FeatureError) -> (weight: [Float], bias: Tensor) {
    let (map, source) = (layer.map, layer.source)
    let zeros = Tensor(zeros: [map.outputs])
    let isLast = map == layer.architecture.head.last
    if method.needs == .source, isLast, source?.architecture.outputs != map.outputs {
      return (try Self.kaiming.method.draw(&layer), zeros)
    }
    let weight = try method.draw(&layer)
    guard method.name == "copy", let bias = source?.parameters[map.bias] else {
      guard layer.scale == .output else { return (weight, zeros) }
      return (try layer.withUnitOutput(weight, zeros.values).0, zeros)
    }
    return (weight, bias)
  }
}
