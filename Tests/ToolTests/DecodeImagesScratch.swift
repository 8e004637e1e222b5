/// A folder to run decode-images in, and the fixtures of ImageFormatsTests to run it on.
import Foundation

/// A new empty folder, removed with the last reference to it.
final class DecodeImagesScratch {
  struct Outcome {
    let status: Int32
    let output: Data
    /// What was said on standard error.
    let said: String
  }

  private let folder: URL
  private static let products = Bundle.module.bundleURL.deletingLastPathComponent()

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("decode-images-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The path of a file in the folder.
  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  static func fixture(_ name: String) -> String {
    products.appendingPathComponent("feature-init_ImageFormatsTests.resources/Fixtures/\(name)")
      .path
  }

  /// Runs the built tool in the folder.
  func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  func run(_ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = Self.products.appendingPathComponent("decode-images")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let said = path(".said")
    let output = path(".output")
    for file in [said, output] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    process.standardError = FileHandle(forWritingAtPath: said)
    process.standardOutput = FileHandle(forWritingAtPath: output)
    try process.run()
    process.waitUntilExit()
    defer { for file in [said, output] { try? FileManager.default.removeItem(atPath: file) } }
    return Outcome(
      status: process.terminationStatus, output: try bytes(".output"),
      said: String(decoding: try bytes(".said"), as: UTF8.self))
  }
}
