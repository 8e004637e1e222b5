// Folders of fixtures: the committed one, and one that the script writes again if Pillow and SciPy are
// installed. Every check runs on both.

import ChildProcesses
import Foundation
import ImageFormats

/// A folder of fixtures, with descriptions of its files' contents.
struct FixtureFolder: Sendable, CustomStringConvertible {
  let url: URL
  let description: String

  static let committed = FixtureFolder(
    url: Bundle.module.resourceURL!.appendingPathComponent("Fixtures"), description: "committed")

  /// A folder that the script has just written; nil when Python or a library is absent.
  static let fresh: FixtureFolder? = {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("image-fixtures-\(ProcessInfo.processInfo.processIdentifier)")
    let script = committed.path("make-fixtures.py")
    guard python(["-c", "import numpy, scipy, PIL"]), python([script, folder.path]) else {
      return nil
    }
    return FixtureFolder(url: folder, description: "fresh")
  }()

  static let all = [committed] + (fresh.map { [$0] } ?? [])

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url.appendingPathComponent(name)))
  }

  func decode<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
    try JSONDecoder().decode(type, from: Data(bytes(name)))
  }

  private static func python(_ arguments: [String]) -> Bool {
    let name = ProcessInfo.processInfo.environment["FEATURE_INIT_PYTHON"] ?? "python3"
    return (try? ProgramOutput(of: [name] + arguments))?.status == 0
  }
}

/// The content of pictures.json.
struct Pictures: Decodable {
  struct Picture: Decodable {
    let shape: [Int]
    let pixels: Data
  }
  let pictures: [String: Picture]
  let refused: [String: String]
}

/// An entry of resizes.json.
struct Resizing: Decodable {
  let from: [Int]
  let pixels: Data
  let to: [Int]
  let resized: Data
}

/// An entry of sets.json.
struct ExpectedSet: Decodable {
  let files: [String]
  let classes: [String]
  let shape: [Int]
  let train: Data
  let trainLabels: [UInt16]
  let test: Data
  let testLabels: [UInt16]
  let mean: [Double]
  let std: [Double]
}

extension Image {
  init(_ shape: [Int], _ pixels: Data) throws {
    try self.init(
      height: shape[0], width: shape[1], channels: shape[2], pixels: [UInt8](pixels))
  }
}

/// The whole content of a set.
struct WholeSet: Equatable {
  var images: [[UInt8]] = [[], []]
  var statistics: ChannelStatistics

  init(_ set: ImageSet, threads: Int) throws {
    var images: [[UInt8]] = [[], []]
    statistics = try set.read(threads: threads) { batch in
      guard
        batch.rows.lowerBound * set.height * set.width * set.channels
          == images[batch.part.rawValue].count
      else { throw ImageFormatError("test", "rows out of order") }
      images[batch.part.rawValue] += batch.images
    }
    self.images = images
  }
}
