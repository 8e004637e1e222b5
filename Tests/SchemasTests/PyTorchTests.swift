// A network file written here is loaded with h5py and `load_state_dict` into the same module in PyTorch.

import ChildProcesses
import Foundation
import HDF5
import Networks
import Schemas
import Tensors
import Testing

struct PyTorchTests {
  static let python =
    ProcessInfo.processInfo.environment["FEATURE_INIT_PYTHON"] ?? "python3"

  static func runs(_ arguments: [String]) -> (status: Int32, said: String) {
    guard let said = try? ProgramOutput(of: [python] + arguments) else {
      return (127, "no \(python)")
    }
    return (said.status, said.text)
  }

  static let hasTorch = runs(["-c", "import torch, h5py"]).status == 0

  @Test(.enabled(if: hasTorch, "needs torch and h5py: set FEATURE_INIT_PYTHON"))
  func pyTorchGivesTheSameLogits() throws {
    let script = try #require(
      Bundle.module.url(
        forResource: "same_logits", withExtension: "py", subdirectory: "Fixtures"))
    for (name, side, pooled) in [("vgg11@0.25", 32, 1), ("vgg:16,M,32,32,M", 20, 7)] {
      let architecture = try Architecture(name, outputs: 10, hidden: [24, 16], pooled: pooled)
      var stream = RandomStream(seed: 4, .initialisation)
      let parameters = Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { name, shape in
          let count = shape.reduce(1, *)
          let scale = (2 / Float(count / (shape.first ?? 1))).squareRoot()
          return (name, Tensor(stream.normals(count).map { $0 * scale * 0.9 }, shape: shape))
        })
      let network = try Network(architecture, parameters: parameters)
      let compiled = try CompiledNetwork(
        network, side: side, batch: 4, pool: WorkerPool(threads: 2), trains: false)
      let input = stream.normals(4 * side * side * 3)
      compiled.input.load(input)
      compiled.evaluate(images: 4)
      let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("feature-init-\(UUID().uuidString).h5").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      let file = try File.create(path)
      try NetworkFile(network).write(to: file)
      try file.root.write(input, shape: [4, side, side, 3], to: "check/input")
      try file.root.write(compiled.logits.values(40), shape: [4, 10], to: "check/logits")
      try file.close()
      let result = Self.runs([script.path, path])
      #expect(result.status == 0, "\(result.said)")
    }
  }
}
