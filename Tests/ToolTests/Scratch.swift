import Foundation
import HDF5
import Schemas

/// A new empty folder in which the real binaries run, removed with the last reference to it.
final class Scratch {
  struct Outcome {
    let status: Int32
    let output: Data
    /// What was said on standard error.
    let said: String
  }

  /// What a tool reads on standard input.
  enum Source {
    case nothing
    case file(String)
    case data(Data)
  }

  let folder: URL
  private let channels: URL
  /// Where the binaries and the test bundles lie.
  static let products = Bundle.module.bundleURL.deletingLastPathComponent()

  init() throws {
    let temporary = FileManager.default.temporaryDirectory
      .appendingPathComponent("feature-init-\(UUID().uuidString)")
    folder = temporary.appendingPathComponent("work")
    channels = temporary.appendingPathComponent("channels")
    for url in [folder, channels] {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }

  /// The path of a file in the folder.
  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(name))
  }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// A fixture of another test target.
  static func fixture(_ name: String, of target: String) -> String {
    products.appendingPathComponent("feature-init_\(target).resources/Fixtures/\(name)").path
  }

  /// Runs a built tool in the folder.
  func run(_ tool: String, _ arguments: String..., input: Source = .nothing) throws -> Outcome {
    try run(tool, arguments, input: input)
  }

  func run(
    _ tool: String, _ arguments: [String], input: Source = .nothing,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = Self.products.appendingPathComponent(tool)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let files = (0...2).map { channels.appendingPathComponent("\($0)") }
    for file in files { try Data().write(to: file) }
    switch input {
    case .nothing: process.standardInput = FileHandle.nullDevice
    case .file(let name):
      process.standardInput = try FileHandle(forReadingFrom: folder.appendingPathComponent(name))
    case .data(let data):
      try data.write(to: files[0])
      process.standardInput = try FileHandle(forReadingFrom: files[0])
    }
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try Data(contentsOf: files[1]),
      said: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }
}

extension Scratch {
  /// An images file: `count` training and half as many test images of `side`×`side`×`channels`, two classes,
  /// the second brighter in its lower half.
  func writeImages(
    _ name: String, count: Int = 60, side: Int = 8, channels: Int = 1,
    change: (Group) throws -> Void = { _ in }
  ) throws {
    let file = try File.create(path(name))
    for (split, count) in [("train", count), ("test", count / 2)] {
      let size = side * side * channels
      let pixels = (0..<count * size).map { i -> UInt8 in
        let isLow = i % size >= size / 2
        let isBright = (i / size) % 2 == 1 && isLow
        return UInt8(truncatingIfNeeded: (i &* 37 % 61) + (isBright ? 120 : 20))
      }
      try file.root.write(pixels, shape: [count, side, side, channels], to: "\(split)/images")
      try file.root.write(
        (0..<count).map { UInt16($0 % 2) }, shape: [count], to: "\(split)/labels")
    }
    try file.root.setAttribute("name", "stripes")
    try file.root.setAttribute("classes", .strings(["dark", "bright"]))
    let one = [Double](repeating: 0.3, count: channels)
    try file.root.setAttribute("mean", .doubles(one))
    try file.root.setAttribute("std", .doubles(one))
    try change(file.root)
    try file.close()
  }
}
