// Damaged and malicious files are refused in one line.

import Foundation
import HDF5
import Randomness
import Testing

@Test func refusesLinksAndDataOutsideTheFile() throws {
  let root = try File.open(try fixture("hostile.h5")).root
  #expect(!root.contains("link"))
  #expect(try root.names().contains("link"))
  #expect(throws: HDF5Error.self) { try root.read("link", as: Double.self) }
  for name in ["virtual", "external"] {
    let text = try message { _ = try root.read(name, as: Double.self) }
    #expect(text.contains("\(name): its values are in another file, which is refused"))
  }
}

@Test(arguments: ["huge", "huge_unwritten", "huge_chunk"])
func refusesAbsurdSizes(name: String) throws {
  let root = try File.open(try fixture("hostile.h5")).root
  let text = try message { _ = try root.read(name, as: Float.self) }
  #expect(text.contains(": \(name): claims more data than the file of") || text.contains("absurd"))
}

@Test func refusesRepeatedCompression() throws {
  let root = try File.open(try fixture("hostile.h5")).root
  let text = try message { _ = try root.read("bomb", as: Float.self) }
  #expect(text.contains("bomb: its compression"))
}

@Test func reportsFilesThatAreNotHDF5() throws {
  try withScratchFolder { folder in
    let path = folder + "/text.h5"
    try Data("just text\n".utf8).write(to: URL(fileURLWithPath: path))
    let text = try message { _ = try File.open(path) }
    #expect(text == "\(path): is not an HDF5 file")
    let absent = try message { _ = try File.open(folder + "/absent.h5") }
    #expect(absent.contains("No such file or directory"))
    let empty = try message { _ = try File.open(image: [], name: "pipe") }
    #expect(empty == "pipe: is empty")
    let noise = try message { _ = try File.open(image: [1, 2, 3], name: "pipe") }
    #expect(noise == "pipe: is not an HDF5 file")
    let folderFile = try message { _ = try File.create(folder + "/no/such/folder.h5") }
    #expect(folderFile.contains("cannot be created (No such file or directory)"))
  }
}

@Test func truncatedFilesAreRefused() throws {
  let whole = try bytes(of: try fixture("from_h5py.h5"))
  for length in stride(from: 0, to: whole.count - 1, by: 97) {
    #expect(throws: HDF5Error.self) {
      try File.open(image: Array(whole.prefix(length)), name: "cut")
    }
  }
}

/// Files that `make fuzz` found: the HDF5 library loops, crashes, or opens by name what it cannot list.
@Test(arguments: [
  ("found-loop.h5", "is damaged: there is no SNOD at address 6416"),
  ("found-crash.h5", "is damaged: a structure ends early"),
  ("found-attribute-behind-a-broken-one.h5", "is damaged: there is no SNOD at address 6144"),
  ("found-unlisted-root.h5", "is damaged: its root is not a group"),
  ("found-shape-of-another-size.h5", "is damaged: a tree's nodes are out of order"),
])
func refusesWhatFuzzingFound(file: String, words: String) throws {
  let path = try fixture(file)
  #expect(try message { _ = try File.open(path) }.contains(words))
  let image = try bytes(of: path)
  #expect(try message { _ = try File.open(image: image, name: "pipe") }.contains(words))
}

/// The HDF5 library converts letters of size 0 for 15 s.
@Test func textsOfSizeZeroAreRefused() throws {
  let root = try File.open(try fixture("found-letters-of-no-size.h5")).root
  let text = try message { _ = try root.attribute("asked") }
  #expect(text.hasSuffix("/: attribute asked is neither text nor numbers"))
}

/// The HDF5 library allocates the size in the reference to a text of variable length, and copies the size in the text.
@Test(arguments: [true, false], [0, 0xFF] as [UInt8])
func refusesTextsWhoseSizeDiffersFromTheirReference(ours: Bool, damage: UInt8) throws {
  let long = String(repeating: "long ", count: 1200)
  try withScratchFolder { folder in
    var path = try fixture("long_text.h5")
    if ours {
      path = folder + "/ours.h5"
      let file = try File.create(path)
      try file.root.setAttribute("texts", .strings(["short", long]))
      try file.close()
    }
    for path in [path, try fixture("long_text_latest.h5")] {
      #expect(try File.open(path).root.attribute("texts") == .strings(["short", long]))
    }
    var image = try bytes(of: path)
    // In a reference, the length stands before an address; in the collection, zeros stand before it.
    let length: [UInt8] = [0x70, 0x17, 0, 0]
    let places = (4..<image.count - 4).filter {
      Array(image[$0..<$0 + 4]) == length && image[$0 - 4..<$0] != [0, 0, 0, 0]
    }
    let place = try #require(places.first)
    #expect(places.count == 1)
    image[place + 1] = damage
    let text = try message { _ = try File.open(image: image, name: "pipe") }
    #expect(text.contains("an attribute's text has another size than it claims"))
  }
}

@Test func refusesAddressesOfFourBytes() throws {
  let text = try message { _ = try File.open(try fixture("four_bytes.h5")) }
  #expect(text.contains("has addresses or sizes of other than 8 bytes"))
}

@Test func refusesInvalidCalls() throws {
  let root = try File.createInMemory(name: "new.h5").root
  #expect(throws: HDF5Error.self) { try root.write([1, 2] as [Float], shape: [3], to: "x") }
  #expect(throws: HDF5Error.self) { try root.write([] as [Float], shape: [-1, 0], to: "x") }
  #expect(throws: HDF5Error.self) { try root.write([1] as [Float], shape: [1], to: "") }
  #expect(throws: HDF5Error.self) { try root.write([1] as [Float], shape: [1], to: "a\0b") }
  #expect(throws: HDF5Error.self) { try root.setAttribute("a", "zero\0byte") }
  try root.write([1, 2, 3, 4] as [Float], shape: [2, 2], to: "x")
  let twice = try message { try root.write([1] as [Float], shape: [1], to: "x") }
  #expect(twice.contains("new.h5: x: cannot be created (name already exists)"))
  #expect(throws: HDF5Error.self) { try root.group("x") }
  var two: [Float] = [0, 0]
  try two.withUnsafeMutableBufferPointer { buffer in
    let text = try message { try root.read("x", rows: 1..<3, into: buffer) }
    #expect(text.contains("x: rows 1..<3 are not within its shape [2, 2]"))
    #expect(throws: HDF5Error.self) { try root.read("x", rows: 0..<2, into: buffer) }
    try root.read("x", rows: 1..<2, into: buffer)
  }
  #expect(two == [3, 4])
  let writer = try root.createDataset("rows", shape: [3, 2], as: Float.self)
  #expect(throws: HDF5Error.self) { try writer.appendRows([1, 2, 3]) }
  try writer.appendRows([1, 2, 3, 4])
  #expect(throws: HDF5Error.self) { try writer.appendRows([1, 2, 3, 4]) }
  let unfinished = try message { try writer.finish() }
  #expect(unfinished.contains("rows: only 2 of its 3 rows were written"))
}

/// A file with a flipped byte gives values or an error.
@Test func flippedBytesGiveValuesOrErrors() throws {
  let whole = try bytes(of: try fixture("from_h5py.h5"))
  var generator = SplitMix64(seed: 1)
  var refused = 0
  for _ in 0..<2000 {
    var damaged = whole
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      damaged[Int.random(in: 0..<damaged.count, using: &generator)] = .random(
        in: 0...255, using: &generator)
    }
    do {
      try readEverything(in: try File.open(image: damaged, name: "damaged").root, depth: 4)
    } catch { refused += 1 }
  }
  #expect(refused > 0)
}

private func readEverything(in group: Group, depth: Int) throws {
  for name in try group.datasets() { _ = try? group.read(name, as: Double.self) }
  guard depth > 0 else { return }
  for name in try group.groups() { try readEverything(in: try group.group(name), depth: depth - 1) }
}
