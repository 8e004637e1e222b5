// `--for torchvision`: the shape of torchvision's networks, and a file that their `load_state_dict` takes.

import ArgumentParser
import Networks
import Schemas
import StateDictionaries
import Tooling

enum Library: String, ExpressibleByArgument, CaseIterable { case torchvision }

extension SampleInit {
  /// - Throws: `ValidationError` if options contradict what the library fixes.
  func validateLibrary() throws {
    guard library != nil else { return }
    guard shape.hidden == nil, shape.pooled == nil else {
      throw ValidationError("--for torchvision sets --hidden and --pooled")
    }
    guard output == "-" || format != nil else {
      throw ValidationError("--for torchvision writes .pth or .safetensors: '\(output)' is neither")
    }
  }

  /// Residual networks that torchvision has.
  private static let residual = ["resnet18", "resnet34"]

  /// torchvision's head on the convolutions of `base`; 1000 outputs unless the options say otherwise.
  /// - Throws: `ToolError` if torchvision has no network with these convolutions.
  func torchvision(base: Architecture?, target: ImagesFile?) throws -> Architecture {
    let name = shape.architecture ?? base?.name ?? "vgg11"
    let isResidual = Self.residual.contains(name)
    guard isResidual || VGG.tables[name] != nil else {
      let known = (VGG.tables.keys.sorted() + Self.residual).joined(separator: ", ")
      throw ToolError(.usage, "torchvision has no '\(name)'; it has \(known)")
    }
    return try reporting(.usage) {
      try Architecture(
        name, outputs: shape.outputs ?? target?.classes.count ?? 1000,
        hidden: isResidual ? [] : [4096, 4096], pooled: isResidual ? 1 : 7,
        dropout: shape.dropout ?? (isResidual ? 0 : 0.5))
    }
  }

  /// Writes a network file, or with `--for` a file for the library.
  func write(_ network: Network, _ labels: Labels, _ history: History, to output: Output) throws {
    guard library != nil else {
      return try output.writeHDF5(streaming: true) { file in
        try NetworkFile(network, labels: labels).write(to: file)
        try history.write(to: file)
      }
    }
    try StateDictionary(network, file: output.name).write(
      format ?? .pth, architecture: network.architecture, preparation: network.preparation,
      history: history, to: output)
  }

  /// Format that the name of the output asks for.
  var format: StateDictionaryFormat? { StateDictionaryFormat(endingOf: output) }
}
