/// The path of a fixture of ImageFormatsTests, which another library wrote.
func decodeFixture(_ name: String) -> String { Scratch.fixture(name, of: "ImageFormatsTests") }

extension Scratch {
  /// Runs decode-images in the folder.
  func decode(_ arguments: String...) throws -> ToolResult { try run("decode-images", arguments) }
  func decode(_ arguments: [String]) throws -> ToolResult { try run("decode-images", arguments) }
}
