/// How the mathematics' own types are written on a command line and in attributes.

import ArgumentParser
import Features
import Networks
import Tensors
import Tooling

extension ConvolutionAlgorithm: ExpressibleByArgument {}
extension Convention: ExpressibleByArgument {}
extension FilterScale: ExpressibleByArgument {}

extension FeatureSet.Kind: ExpressibleByArgument {}

extension SpectrumShift: ExpressibleByArgument {
  /// `none`, `paper`, or a share in [0, 1).
  package init?(argument: String) { self.init(argument) }
}

/// The shift of the spectrum, as the tools take it that compute matrices.
package struct ShiftOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is added to the spectrum: none; paper, 1e-6 where a matrix is singular; or the share of the trace that is isotropic, e.g. 0.05. [default: none; paper: paper]",
      valueName: "shift"))
  package var shift: SpectrumShift?

  package init() {}

  /// The shift that is asked for, else the convention's.
  package func value(_ convention: Convention) -> SpectrumShift {
    shift ?? (convention == .paper ? .paper : .none)
  }
}

extension LayerSelection: ExpressibleByArgument {
  package init?(argument: String) { try? self.init(argument) }
  package var defaultValueDescription: String { description }
}

/// The layers that matrices are wanted of, as the tools take them.
package struct LayersOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of which layers: body (the convolutions), head (the fully connected layers), all, numbers from 1 (9 or 1-4), names, or what names begin with (classifier); several with commas.",
      valueName: "layers"))
  package var layers = LayerSelection.body

  package init() {}

  /// - Parameter file: the network's, for messages.
  /// - Throws: `ToolError` naming a layer that the network lacks.
  package func maps(of architecture: Architecture, in file: String) throws -> [LinearMap] {
    try naming("--layers \(layers): \(file)", .usage) {
      try layers.chosen(of: architecture.linearMaps)
    }
  }

  /// For the history: nothing where these are the convolutions.
  package func described(_ maps: [LinearMap], of architecture: Architecture) -> [(String, String)] {
    maps == architecture.body ? [] : [("layers", maps.map(\.name).listed)]
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
