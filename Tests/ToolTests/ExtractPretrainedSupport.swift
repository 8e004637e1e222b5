// Files of other programs, and their expected contents.

import Foundation
import HDF5
import Networks
import Schemas
import Testing

/// The path of a fixture of StateDictionariesTests, which another library wrote.
func extractFixture(_ name: String) -> String {
  Scratch.fixture(name, of: "StateDictionariesTests")
}

/// The values of a fixture's only tensor, from `expected.json`.
func extractExpected(_ name: String) throws -> [Float] {
  struct Expected: Decodable { let values: [Float] }
  let data = try Data(contentsOf: URL(fileURLWithPath: extractFixture("expected.json")))
  let all = try JSONDecoder().decode([String: [Expected]].self, from: data)
  return try #require(all[name]?.first).values
}

extension Scratch {
  /// Runs extract-pretrained in the folder, reading `input` if there is one.
  func extract(_ arguments: String..., input: String? = nil) throws -> ToolResult {
    try extract(arguments, input: input)
  }

  func extract(_ arguments: [String], input: String? = nil) throws -> ToolResult {
    try run(
      "extract-pretrained", arguments,
      input: input.map { try Data(contentsOf: URL(fileURLWithPath: $0)) })
  }

  func network(_ name: String) throws -> Network {
    try NetworkFile(File.open(file(name))).network
  }
}
