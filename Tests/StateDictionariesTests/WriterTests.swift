// Written files are read back here and in PyTorch (`PythonTests`), and equal inputs give equal bytes.

import StateDictionaries
import Testing

struct WriterTests {
  static func written(_ write: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    try write { bytes.append(contentsOf: $0) }
    return bytes
  }

  @Test("Written values are read back", arguments: ["kinds.pth", "kinds.safetensors", "vgg11.pth"])
  func roundTrips(file: String) throws {
    let dictionary = try StateDictionary(path: Fixture.path(file))
    for write in [
      { try dictionary.writeSafetensors(to: $0) }, { try dictionary.writeTorchZip(to: $0) },
    ] {
      let bytes = try Self.written(write)
      let again = try StateDictionary(bytes: bytes, name: "again")
      #expect(again.tensors.map(\.name) == dictionary.tensors.map(\.name))
      for (a, b) in zip(again.tensors, dictionary.tensors) {
        #expect(a.shape == b.shape)
        #expect(a.elementType == .float32)
        #expect(try a.floats() == b.floats(), "\(a.name)")
      }
      #expect(try Self.written(write) == bytes)
    }
  }

  @Test func remarksAreAnAttributeOfTheDictionary() throws {
    let dictionary = StateDictionary([StoredTensor(name: "a.weight", shape: [2]) { [1, 2] }])
    let remarks = [(key: "architecture", value: "vgg:4,M"), (key: "größe", value: "a\nb")]
    let bytes = try Self.written { try dictionary.writeTorchZip(remarks: remarks, to: $0) }
    let again = try StateDictionary(bytes: bytes, name: "again")
    #expect(again.tensors.map(\.name) == ["a.weight"])
    #expect(again.remarks == ["architecture": "vgg:4,M", "größe": "a\nb"])
    let plain = try Self.written { try dictionary.writeTorchZip(to: $0) }
    #expect(try StateDictionary(bytes: plain, name: "plain").remarks.isEmpty)
  }

  @Test func storagesAreAligned() throws {
    let dictionary = try StateDictionary(path: Fixture.path("vgg11.pth"))
    let bytes = try Self.written { try dictionary.writeTorchZip(to: $0) }
    let first = try #require(dictionary.tensors.first).floats()
    let start = try #require(
      stride(from: 0, to: bytes.count - 4 * first.count, by: 64).first { start in
        first.withUnsafeBytes { bytes[start...].starts(with: $0) }
      })
    #expect(start > 0)
  }

  @Test func shapeThatDoesNotFitTheValuesIsRefused() {
    for shape in [[3], [-1], [1 << 62], [1 << 40, 1 << 40]] {
      let dictionary = StateDictionary([StoredTensor(name: "a", shape: shape) { [1, 2] }])
      #expect(throws: StateDictionaryError.self) { try dictionary.writeSafetensors { _ in } }
      #expect(throws: StateDictionaryError.self) { try dictionary.writeTorchZip { _ in } }
    }
  }
}
