// Limits on time and memory: a small file takes little of either, whatever it claims.

import HDF5
import Testing

struct BoundsTests {
  @Test func groupsWithManyPathsAreReadOnce() throws {
    let root = try File.open(try fixture("many_ways.h5")).root
    #expect(root.contains("level 8/1/2/3/4/5/6/7/8/39"))
    #expect(try root.group("level 8").names().count == 40)
  }

  @Test func aHandMadeFileIsRead() throws {
    let image = HandMadeFile.make { file in [("a", file.header()), ("b", file.header())] }
    #expect(try File.open(image: image, name: "made").root.names() == ["a", "b"])
  }

  @Test func tooManyObjectsAreRefused() throws {
    let image = HandMadeFile.make { file in (0...100_000).map { ("\($0)", file.header()) } }
    let text = try message { _ = try File.open(image: image, name: "made") }
    #expect(
      text == "made: is damaged: more than 100000 objects, or 1000000 names, are in it")
  }

  @Test func structuresThatManyObjectsShareAreRefused() throws {
    let image = HandMadeFile.make { file in
      let leaf = file.header()
      let names = file.symbols((0..<5000).map { ("name \($0)", leaf) })
      return (0..<500).map { ("\($0)", file.header([(0x11, names)])) }
    }
    let text = try message { _ = try File.open(image: image, name: "made") }
    #expect(text.contains("its structures overlap, or are larger than those of any intact file"))
  }

  @Test("Nested heap heads take no time, since nothing reads them")
  func nestedHeapHeads() throws {
    let count = 50_000
    var image: [UInt8] = []
    for index in 0..<count {
      image += HandMadeFile.number(index % 65_535 + 1, 2)
      image += HandMadeFile.number(0, 6)
      image += HandMadeFile.number(16, 8)
      image += Array("GCOL".utf8)
      image += [1, 0, 0, 0]
      image += HandMadeFile.number(32 * (count - index) - 16, 8)
    }
    #expect(
      try message { _ = try File.open(image: image, name: "heads") }
        == "heads: is not an HDF5 file")
  }

  @Test func manyReferencesToOneTextAreRefused() throws {
    let file = try File.createInMemory(name: "texts")
    let long = String(repeating: "long", count: 10_000)
    try file.root.setAttribute("texts", .strings([long] + Array(repeating: "x", count: 200)))
    var image = try file.image()
    // A reference is a length of 4 bytes, the address of a collection and an index.
    let found = (0..<image.count - 16).first { start in
      let place = image[start + 4..<start + 12].reversed().reduce(0) { $0 << 8 | Int($1) & 0xff }
      return Array(image[start..<start + 4]) == HandMadeFile.number(long.utf8.count, 4)
        && image.dropFirst(max(0, place)).starts(with: Array("GCOL".utf8))
    }
    let start = try #require(found)
    let reference = Array(image[start..<start + 16])
    for index in 1..<200 {
      image.replaceSubrange(start + 16 * index..<start + 16 * (index + 1), with: reference)
    }
    let text = try message { _ = try File.open(image: image, name: "texts") }
    #expect(text == "texts: is damaged: its texts are longer than the file")
  }
}
