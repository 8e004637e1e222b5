// Integers are read exactly as they are stored, or refused.

import HDF5
import Testing

@Test func integersAreReadExactlyOrRefused() throws {
  try withScratchFolder { folder in
    let root = try File.create(folder + "/numbers.h5").root
    try root.write([0, 255] as [Int64], shape: [2], to: "fits")
    try root.write([0, 256] as [UInt16], shape: [2], to: "large")
    try root.write([-1, 2] as [Int32], shape: [2], to: "negative")
    try root.write([0, 1] as [Float], shape: [2], to: "whole floats")
    #expect(try root.read("fits", as: UInt8.self).values == [0, 255])
    #expect(try root.read("large", as: Double.self).values == [0, 256])
    for name in ["large", "negative"] {
      let range = try message { _ = try root.read(name, as: UInt8.self) }
      #expect(range.hasSuffix("\(name): holds integers outside 0...255"))
    }
    let kind = try message { _ = try root.read("whole floats", as: UInt8.self) }
    #expect(kind.hasSuffix("holds floating-point numbers where integers are wanted"))
    var row: [UInt8] = [7]
    try row.withUnsafeMutableBufferPointer { try root.read("large", rows: 0..<1, into: $0) }
    #expect(row == [0])
    let part = try message {
      var row: [UInt8] = [7]
      try row.withUnsafeMutableBufferPointer { try root.read("large", rows: 1..<2, into: $0) }
    }
    #expect(part.hasSuffix("holds integers outside 0...255"))
  }
}

@Test func listsLongerThanAnAttributeRoundTrip() throws {
  try withScratchFolder { folder in
    let texts = ["", "Füße"] + (0..<70_000).map { "class \($0)" }
    let numbers = (0..<9_000).map { Double($0) / 3 }
    let file = try File.create(folder + "/long.h5")
    try file.root.setAttribute("name", "n")
    try file.root.setAttribute("short", .strings(Array(texts.prefix(4_000))))
    #expect(try file.root.names().isEmpty)
    try file.root.setAttribute("classes", .strings(texts))
    try file.root.setAttribute("numbers", .doubles(numbers))
    try file.root.setAttribute("integers", .integers(Array(0..<9_000)))
    try file.root.setAttribute("integers", .integers(Array(1..<9_001)))
    try file.root.setAttribute("again", .doubles(numbers))
    try file.root.setAttribute("again", .doubles([1]))
    try file.close()
    let root = try File.open(folder + "/long.h5").root
    #expect(
      try root.attributeNames() == ["again", "classes", "integers", "name", "numbers", "short"])
    #expect(try root.attribute("classes")?.strings == texts)
    #expect(try root.attribute("numbers")?.doubles == numbers)
    #expect(try root.attribute("integers")?.integers == Array(1..<9_001))
    #expect(try root.attribute("again")?.doubles == [1])
    #expect(try root.attribute("short")?.strings?.count == 4_000)
  }
}
