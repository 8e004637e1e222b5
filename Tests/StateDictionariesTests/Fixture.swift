// The committed fixtures and their expected contents, both made by `Fixtures/make_fixtures.py`.

import Foundation
import StateDictionaries
import Testing

/// A folder of fixtures that the script has written.
struct Fixture {
  struct Tensor: Decodable {
    let name: String
    let shape: [Int]
    let values: [Float]
  }

  let folder: URL
  /// The tensors of each file, in the file's order.
  private let expected: [String: [Tensor]]

  static let committed = Fixture(Bundle.module.bundleURL.appendingPathComponent("Fixtures"))

  init(_ folder: URL) {
    self.folder = folder
    let data = FileManager.default.contents(
      atPath: folder.appendingPathComponent("expected.json").path)
    expected = data.flatMap { try? JSONDecoder().decode([String: [Tensor]].self, from: $0) } ?? [:]
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func tensors(_ name: String) throws -> [Tensor] {
    try #require(expected[name], "nothing expected of \(name)")
  }

  static func path(_ name: String) -> String { committed.path(name) }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try #require(FileManager.default.contents(atPath: path(name)), "no fixture \(name)"))
  }

  /// Checks names, order, shapes and values of a file, from its path and from its bytes.
  func checkValues(_ file: String, _ format: StateDictionary.Format) throws {
    let dictionary = try StateDictionary(path: path(file))
    let data = try #require(FileManager.default.contents(atPath: path(file)))
    let fromBytes = try StateDictionary(bytes: [UInt8](data), name: file)
    let expected = try tensors(file)
    #expect(dictionary.format == format)
    #expect(dictionary.tensors.map(\.name) == expected.map(\.name))
    for want in expected {
      let tensor = try #require(dictionary[want.name])
      #expect(tensor.shape == want.shape, "\(want.name)")
      #expect(try tensor.floats() == want.values, "\(want.name)")
      #expect(try fromBytes[want.name]?.floats() == want.values, "\(want.name)")
    }
  }

  /// Checks that a network computes PyTorch's logits.
  func checkLogits(
    _ file: String, _ weights: VGGWeights, image: String = "image",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ours = try logits(weights, image: tensors(image)[0].values)
    let theirs = try tensors(file)[0].values
    let scale = Double(theirs.map(abs).max() ?? 1)
    #expect(ours.count == theirs.count, sourceLocation: sourceLocation)
    for (a, b) in zip(ours, theirs) {
      #expect(abs(a - Double(b)) < 1e-5 * scale, "\(file)", sourceLocation: sourceLocation)
    }
  }
}

/// Makes a new empty folder.
func temporaryFolder() throws -> URL {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("state-dictionaries-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return folder
}

/// The one-line error of reading a file.
func refusal(_ bytes: [UInt8], _ name: String = "input") -> String {
  do {
    let dictionary = try StateDictionary(bytes: bytes, name: name)
    for tensor in dictionary.tensors { _ = try tensor.floats() }
    return "accepted"
  } catch let error as StateDictionaryError {
    return error.description
  } catch {
    return "another error: \(error)"
  }
}
