// Remarks of exported state dictionaries, read from written files.

import Foundation
import Networks
import Schemas
import StateDictionaries
import Testing
import Tooling

@Suite struct ExportRemarksTests {
  private static func export(_ format: StateDictionaryFormat) throws -> StateDictionary {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).\(format)").path
    let network = try smallNetwork(0.5)
    try StateDictionary(network, file: path).write(
      format, architecture: network.architecture, preparation: network.preparation,
      history: History(), to: Output(path: path))
    return try StateDictionary(path: path)
  }

  @Test(arguments: StateDictionaryFormat.allCases)
  func exportStatesItsNetwork(_ format: StateDictionaryFormat) throws {
    let file = try Self.export(format)
    defer { try? FileManager.default.removeItem(atPath: file.file) }
    let remarks = try #require(try ExportRemarks(file))
    #expect(remarks.architecture == "vgg11@0.05" && remarks.dropout == 0.5)
    #expect(remarks.preparation == .init(side: 32, mean: [0, 0.5, 1], std: [1, 2, 3]))
  }

  @Test func filesOfOtherProgramsStateNothing() throws {
    #expect(try ExportRemarks(StateDictionary([], file: "other.pth")) == nil)
  }
}
