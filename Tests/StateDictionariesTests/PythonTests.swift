// Tests with the Python libraries, if they are installed: the fixtures are made again with the installed versions, and
// files that are written here are loaded by PyTorch.
//
// `FEATURE_INIT_PYTHON` names the interpreter; the default is `python3`.

import ChildProcesses
import Foundation
import StateDictionaries
import Testing

enum Python {
  static let isReady =
    (try? run(["-c", "import torch, torchvision, safetensors.torch, h5py"]).status) == 0

  static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let interpreter = ProcessInfo.processInfo.environment["FEATURE_INIT_PYTHON"] ?? "python3"
    let said = try ProgramOutput(of: [interpreter] + arguments)
    return (said.status, said.text)
  }
}

@Suite(
  .enabled(
    if: Python.isReady,
    "torch, torchvision, safetensors or h5py is not importable; FEATURE_INIT_PYTHON names a python")
)
struct PythonTests {
  @Test func freshFixturesAgreeWithCommittedOnes() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let made = try Python.run([Fixture.path("make_fixtures.py"), folder.path])
    try #require(made.status == 0, "\(made.output)")

    let fixture = Fixture(folder)
    for (file, format) in ReaderTests.files { try fixture.checkValues(file, format) }
    for (file, _) in VGGWeightsTests.torch + VGGWeightsTests.others + VGGWeightsTests.sharded {
      try fixture.checkLogits(file, VGGWeights(StateDictionary(path: fixture.path(file))))
    }
    for file in KerasTests.files {
      let dictionary = try StateDictionary(path: fixture.path(file))
      try fixture.checkLogits(file, VGGWeights(dictionary, inputOrder: .bgr))
    }
  }

  @Test func exportsLoadInPyTorch() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = try VGGWeights(StateDictionary(path: Fixture.path("vgg11-bn.pth")))
    let dictionary = weights.stateDictionary
    let pth = folder.appendingPathComponent("network.pth")
    let safetensors = folder.appendingPathComponent("network.safetensors")
    try Data(
      WriterTests.written {
        try dictionary.writeTorchZip(remarks: [(key: "architecture", value: "vgg11")], to: $0)
      }
    ).write(to: pth)
    try Data(WriterTests.written { try dictionary.writeSafetensors(to: $0) }).write(to: safetensors)

    let checked = try Python.run([
      Fixture.path("check_exports.py"), Fixture.committed.folder.path, pth.path, safetensors.path,
    ])
    #expect(checked.output == "agrees\n")
  }
}
