// Writing of an extracted network to a network file, or to a state dictionary for PyTorch.

import HDF5
import Networks
import Schemas
import StateDictionaries
import Tensors
import Tooling

extension Extracted {
  func write(_ export: StateDictionaryFormat?, to output: Output) throws {
    guard let export else { return try writeNetwork(to: output) }
    try dictionary.write(
      export, architecture: architecture, preparation: preparation, history: history, to: output)
  }

  private func writeNetwork(to output: Output) throws {
    var parameters: [String: Tensor] = [:]
    for tensor in dictionary.tensors {
      parameters[tensor.name] = Tensor(try reporting(.data, tensor.floats), shape: tensor.shape)
    }
    // Without a head each map's mean is a logit.
    let isHeadless = architecture.head.allSatisfy { parameters[$0.weight] == nil }
    if isHeadless, let map = architecture.head.last {
      parameters[map.weight] = .identity(map.outputs)
      if map.hasBias { parameters[map.bias] = Tensor(zeros: [map.outputs]) }
    }
    let network = try naming(dictionary.file) {
      try Network(architecture, parameters: parameters, preparation: preparation)
    }
    parameters = [:]
    try output.writeHDF5(streaming: true) { file in
      try NetworkFile(network, labels: labels).write(to: file)
      try history.write(to: file)
    }
  }
}

extension Tensor {
  fileprivate static func identity(_ size: Int) -> Tensor {
    var values = [Float](repeating: 0, count: size * size)
    for i in 0..<size { values[i * size + i] = 1 }
    return Tensor(values, shape: [size, size])
  }
}
