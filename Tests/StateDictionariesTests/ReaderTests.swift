// Every reader, tested on files that PyTorch and safetensors wrote: names, order, shapes and values.

import Foundation
import StateDictionaries
import Testing

struct ReaderTests {
  static let files: [(String, StateDictionary.Format)] = [
    ("kinds.pth", .torchZip), ("kinds-protocol3.pth", .torchZip),
    ("kinds-protocol4.pth", .torchZip), ("kinds-protocol5.pth", .torchZip),
    ("kinds-no-checksum.pth", .torchZip), ("kinds-zip64.pth", .torchZip),
    ("kinds-legacy.pth", .torchLegacy), ("kinds-legacy-protocol4.pth", .torchLegacy),
    ("tar.pth", .torchTar), ("kinds.safetensors", .safetensors),
    ("wrapped.pth", .torchZip), ("wrapped-twice.pth", .torchZip),
    ("objects.pth", .torchZip), ("objects-protocol4.pth", .torchZip),
    ("objects-protocol5.pth", .torchZip), ("objects-legacy.pth", .torchLegacy),
    ("objects-namespace.pth", .torchZip), ("objects-defaultdict.pth", .torchZip),
    ("several-ema.pth", .torchZip), ("one-unnamed.pth", .torchZip),
  ]

  @Test("Values equal exactly those of the library that wrote the file", arguments: files)
  func values(file: String, format: StateDictionary.Format) throws {
    try Fixture.committed.checkValues(file, format)
  }

  @Test func elementTypesAreThoseOfTheFile() throws {
    let dictionary = try StateDictionary(path: Fixture.path("kinds.pth"))
    for type in ElementType.allCases { #expect(dictionary[type.rawValue]?.elementType == type) }
  }

  @Test func everyHalfPrecisionNumberIsExact() throws {
    // All 65,536 numbers are compared with their definition.
    let header = #"{"h":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}  "#
    var bytes = Array(header.utf8)
    bytes = [UInt8(bytes.count), 0, 0, 0, 0, 0, 0, 0] + bytes
    for i in 0..<65536 { bytes += [UInt8(i & 255), UInt8(i >> 8)] }
    let values = try #require(try StateDictionary(bytes: bytes, name: "halves")["h"]).floats()
    for (i, value) in values.enumerated() {
      let exponent = i >> 10 & 31
      let fraction = Float(i & 1023) / 1024
      let magnitude: Float =
        switch exponent {
        case 0: fraction * 0x1p-14
        case 31: fraction == 0 ? .infinity : .nan
        default: (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
        }
      let agrees = magnitude.isNaN ? value.isNaN : value == (i < 32768 ? magnitude : -magnitude)
      if !agrees { Issue.record("half \(i) is \(value)") }
    }
  }

  @Test func aMissingFileIsNamed() {
    #expect(throws: StateDictionaryError(file: "/no/such", problem: "No such file or directory")) {
      try StateDictionary(path: "/no/such")
    }
    #expect(throws: StateDictionaryError(file: "/tmp", problem: "not a regular file")) {
      try StateDictionary(path: "/tmp")
    }
  }

  @Test func aFileThatChangesWhileItIsReadIsRefused() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("changing.pth").path
    let bytes = Data(try Fixture.bytes("kinds-legacy.pth"))
    try bytes.write(to: URL(fileURLWithPath: path))
    let dictionary = try StateDictionary(path: path)
    let tensor = try #require(dictionary["whole"])
    #expect(try tensor.floats().count == 40)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: 200)
    let changed = StateDictionaryError(file: path, problem: "changed while it was read")
    #expect(throws: changed) { try tensor.floats() }
    // The new file has the same size and other content.
    try file.truncate(atOffset: UInt64(bytes.count))
    #expect(throws: changed) { try tensor.floats() }
  }
}
