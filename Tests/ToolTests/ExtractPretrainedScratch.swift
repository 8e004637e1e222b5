/// A folder to run extract-pretrained in, and the fixtures of StateDictionariesTests to run it on.

import Foundation
import HDF5
import Networks
import Schemas
import Testing

/// A new empty folder, removed with the last reference to it.
final class ExtractPretrainedScratch {
  struct Outcome {
    let status: Int32
    let output: Data
    /// What was said on standard error.
    let said: String
  }

  private let folder: URL
  private let channels: URL
  private static let products = Bundle.module.bundleURL.deletingLastPathComponent()
  static let fixtures = products.appendingPathComponent(
    "feature-init_StateDictionariesTests.resources/Fixtures")

  init() throws {
    let temporary = FileManager.default.temporaryDirectory
    folder = temporary.appendingPathComponent("extract-pretrained-\(UUID().uuidString)")
    channels = temporary.appendingPathComponent("extract-pretrained-\(UUID().uuidString)")
    for url in [folder, channels] {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
  }

  deinit {
    for url in [folder, channels] { try? FileManager.default.removeItem(at: url) }
  }

  static func fixture(_ name: String) -> String { fixtures.appendingPathComponent(name).path }

  /// The path of a file in the folder.
  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  func network(_ name: String) throws -> Network {
    try NetworkFile(File.open(path(name))).network
  }

  /// What `expected.json` says of a fixture: the values of its only tensor.
  static func expected(_ name: String) throws -> [Float] {
    struct Expected: Decodable { let values: [Float] }
    let data = try Data(contentsOf: fixtures.appendingPathComponent("expected.json"))
    let all = try JSONDecoder().decode([String: [Expected]].self, from: data)
    return try #require(all[name]?.first).values
  }

  /// Runs the built tool in the folder, reading `input` if there is one.
  func run(_ arguments: String..., input: String? = nil) throws -> Outcome {
    try run(arguments, input: input)
  }

  func run(_ arguments: [String], input: String? = nil) throws -> Outcome {
    let process = Process()
    process.executableURL = Self.products.appendingPathComponent("extract-pretrained")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let (said, output) = (
      channels.appendingPathComponent("2"), channels.appendingPathComponent("1")
    )
    for file in [said, output] { try Data().write(to: file) }
    process.standardError = try FileHandle(forWritingTo: said)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardInput =
      try input.map { try FileHandle(forReadingFrom: URL(fileURLWithPath: $0)) }
      ?? FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try Data(contentsOf: output),
      said: String(decoding: try Data(contentsOf: said), as: UTF8.self))
  }
}
