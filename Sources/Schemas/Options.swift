// How options of features, initialisers and training are written on the command line and in attributes.

import ArgumentParser
import Features
import Networks
import Tensors
import Tooling

extension ConvolutionAlgorithm: ExpressibleByArgument {}
extension Convention: ExpressibleByArgument {}
extension FilterScale: ExpressibleByArgument {}
extension TokenSides: ExpressibleByArgument {}

extension FeatureSet.Kind: ExpressibleByArgument {}

extension SpectrumShift: ExpressibleByArgument {
  /// `none`, `paper`, or a share in [0, 1).
  package init?(argument: String) { self.init(argument) }
}

/// The option `--shift` of the tools that compute matrices.
package struct ShiftOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is added to the spectrum: none; paper, 1e-6 where a matrix is singular; or the share of the trace that becomes isotropic, e.g. 0.05. [default: none; paper: paper]",
      valueName: "shift"))
  package var shift: SpectrumShift?

  package init() {}

  /// The given shift, else the convention's. The authors' code does not shift matrices of transformers.
  /// - Parameter architecture: of the network that has these matrices; nil: it has convolutions.
  package func value(
    _ convention: Convention, of architecture: Architecture? = nil
  ) -> SpectrumShift {
    shift ?? (convention == .paper && architecture?.isTransformer != true ? .paper : .none)
  }
}

extension LayerSelection: ExpressibleByArgument {
  package init?(argument: String) { try? self.init(argument) }
  package var defaultValueDescription: String { description }
}

/// The option `--layers`: the layers whose matrices are computed.
package struct LayersOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which layers: body (the convolutions, or all maps of a transformer except its head), head (the fully connected layers), all, numbers from 1 (9 or 1-4), names, or parts of names (classifier, blocks.0, attn.q); several separated by commas. [default: body; for a transformer under --convention paper the queries, keys and values of each head]",
      valueName: "layers"))
  package var layers: LayerSelection?

  package init() {}

  /// - Parameters:
  ///   - file: the network's, for messages.
  ///   - unasked: the maps that are meant without the option; nil: the body's.
  /// - Throws: `ToolError` naming a layer that the network lacks.
  package func maps(
    of architecture: Architecture, in file: String, unasked: [LinearMap]? = nil
  ) throws -> [LinearMap] {
    guard let layers else { return unasked ?? architecture.body }
    return try naming("--layers \(layers): \(file)", .usage) {
      try layers.chosen(of: architecture.linearMaps)
    }
  }

  /// The option as the history records it; nothing if these are the body's maps.
  package func described(_ maps: [LinearMap], of architecture: Architecture) -> [(String, String)] {
    maps == architecture.body ? [] : [("layers", maps.map(\.name).listed)]
  }
}

/// The option `--gain`: whether the matrix of a map includes the gain of the normalisation beside it.
package struct GainOption: ParsableArguments {
  @Option(
    help:
      "Whether W includes the gain of the normalisation beside it (folded) or not (outside): γ of the layer normalisation that a transformer's map reads, γ/σ of the batch normalisation after a convolution. [default: folded; for a transformer under --convention paper outside]"
  )
  package var gain: NormGain?

  package init() {}

  /// The given value, else the convention's.
  /// - Parameter file: the network's, for messages.
  /// - Throws: `ToolError` if it is given for a network without normalisations.
  package func value(
    _ convention: Convention = .exact, of architecture: Architecture, in file: String
  ) throws -> NormGain {
    guard gain == nil || architecture.hasNorms else {
      throw ToolError(.usage, "--gain: \(file) is \(architecture.name), which has no normalisation")
    }
    return gain ?? (convention == .paper && architecture.isTransformer ? .outside : .folded)
  }
}

extension NormGain: ExpressibleByArgument {}

extension Architecture {
  /// The maps whose features the authors of AGOP compute: in a transformer the queries, keys and values of each head.
  package var mapsOfPaper: [LinearMap] {
    isTransformer ? body.filter { $0.part != nil } : body
  }
}

extension LogitSelection: ExpressibleByArgument {
  /// `all`, `label`, `probes:32`, or a number.
  package init?(argument: String) {
    switch argument {
    case "all": self = .all
    case "label": self = .label
    default:
      if let n = Int(argument) {
        self = .first(n)
      } else if argument.hasPrefix("probes:"), let n = Int(argument.dropFirst(7)) {
        self = .probes(n)
      } else {
        return nil
      }
    }
  }

  /// As `init(argument:)` takes it.
  package var text: String {
    switch self {
    case .all: "all"
    case .label: "label"
    case .first(let n): "\(n)"
    case .probes(let n): "probes:\(n)"
    }
  }
}

extension LearningRateSchedule: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package var defaultValueDescription: String { text }
}

extension Augmentation: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package var defaultValueDescription: String { text }
}
