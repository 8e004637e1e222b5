// Writing of a network to a file for PyTorch.

import ArgumentParser
import Networks
import StateDictionaries
import Tooling

/// A network for PyTorch: tensors under PyTorch's names, in a file that `torch.load` or
/// `safetensors` reads. The header of a .safetensors, and the attribute `remarks` of the dictionary in a
/// .pth, contain the description that a network file has in attributes.
package enum StateDictionaryFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
  case safetensors, pth
}

extension StateDictionary {
  /// A network's parameters, in PyTorch's order; `file` is what messages call them.
  package init(_ network: Network, file: String) {
    self.init(
      network.architecture.parameters.map { name, shape in
        StoredTensor(name: name, shape: shape) { network[name].values }
      }, file: file)
  }

  /// Writes the dictionary, one tensor in memory at a time.
  /// - Throws: `ToolError` if a tensor does not have the size of its shape, or writing fails.
  package func write(
    _ format: StateDictionaryFormat, architecture: Architecture,
    preparation: Network.Preparation, history: History, to output: Output
  ) throws {
    let remarks = ExportRemarks.text(architecture, preparation, history)
    try output.writePieces { sink in
      try reporting(.data) {
        switch format {
        case .safetensors: try writeSafetensors(metadata: remarks, to: sink)
        case .pth: try writeTorchZip(remarks: remarks, to: sink)
        }
      }
    }
  }
}
