// Whether an input is a file of these tools or of another program.

import HDF5
import Schemas
import StateDictionaries
import Tooling

enum Source {
  /// A file of these tools, which is to be a run or network.
  case ours(HDF5.File)
  /// Another program's state dictionary.
  case others(StateDictionary)

  /// Whether another program made the file.
  var isOther: Bool {
    switch self {
    case .ours: false
    case .others: true
    }
  }

  /// - Parameters:
  ///   - path: the input's, or `-`.
  ///   - key: which dictionary of a file of PyTorch's.
  init(_ input: Input, path: String, key: String?) throws {
    // A file is read where it lies, tensor by tensor; a pipe has to be read whole.
    let isFile = input.isRegularFile
    self = try reporting(.data) {
      let format =
        try isFile
        ? StateDictionary.format(path: path)
        : StateDictionary.format(bytes: input.bytes(), name: input.name)
      if format == .keras {
        let file = try input.openHDF5()
        if isStageFile(file) { return .ours(file) }
      }
      return .others(
        try isFile
          ? StateDictionary(path: path, key: key)
          : StateDictionary(bytes: input.bytes(), name: input.name, key: key))
    }
  }
}
