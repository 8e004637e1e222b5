import HDF5
import Networks
import Schemas
import StateDictionaries
import Tensors
import Tooling

extension Extracted {
  func writeNetwork(to output: Output) throws {
    var parameters: [String: Tensor] = [:]
    for tensor in dictionary.tensors {
      parameters[tensor.name] = Tensor(try reading(tensor.floats), shape: tensor.shape)
    }
    let isHeadless = architecture.fullyConnected.allSatisfy {
      parameters[$0.name + ".weight"] == nil
    }
    if isHeadless, let layer = architecture.fullyConnected.last {
      parameters[layer.name + ".weight"] = .identity(layer.outputs)
      parameters[layer.name + ".bias"] = Tensor(zeros: [layer.outputs])
    }
    let network: Network
    do {
      network = try Network(architecture, parameters: parameters, preparation: preparation)
    } catch {
      throw ToolError(.data, "\(dictionary.file): \(error)")
    }
    parameters = [:]
    try output.writeHDF5(streaming: true) { file in
      try NetworkFile(network, labels: labels).write(to: file)
      try history.write(to: file)
    }
  }

  /// The file's header says what a network file's attributes say.
  func writeSafetensors(to output: Output) throws {
    let prepared: [(String, String)] = [
      ("mean", Channels(preparation.mean).description),
      ("std", Channels(preparation.std).description),
      ("side", preparation.side.map { "\($0)" } ?? ""),
    ]
    let metadata =
      [("architecture", architecture.name)] + prepared.filter { !$0.1.isEmpty }
      + [("history", history.entries.joined(separator: "\n"))]
    try output.writePieces { sink in
      try reading { try dictionary.writeSafetensors(metadata: metadata, to: sink) }
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
