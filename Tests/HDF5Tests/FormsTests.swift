// Every form in which h5py stores groups, attributes and chunks (`make_fixtures.py`), for old and new versions.

import HDF5
import Testing

private let versions = ["forms_earliest.h5", "forms_1_10.h5", "forms_latest.h5"]

struct FormsTests {
  @Test(
    "Numbers 0, 1, 2, … are read from every layout, type and index of chunks", arguments: versions)
  func numbersOfEveryForm(file: String) throws {
    let numbers = try File.open(try fixture(file)).root.group("numbers")
    let names = try numbers.datasets()
    #expect(names.count == 31)
    for name in names {
      let dataset = try numbers.read(name, as: Double.self)
      #expect(dataset.values == (0..<dataset.values.count).map(Double.init), "\(name)")
      #expect(try numbers.read(name, as: Float.self).values == dataset.values.map { Float($0) })
      #expect(try numbers.shape(of: name) == dataset.shape)
      if name.hasPrefix("kind <f") || name.hasPrefix("kind >f") {
        #expect(throws: HDF5Error.self) { try numbers.read(name, as: Int64.self) }
      } else {
        #expect(
          try numbers.read(name, as: UInt16.self).values == dataset.values.map { UInt16($0) },
          "\(name)")
      }
    }
    #expect(try numbers.shape(of: "three axes") == [4, 5, 6])
  }

  @Test("Rows equal those of the whole, whichever chunks they cross", arguments: versions)
  func rowsOfEveryForm(file: String) throws {
    let numbers = try File.open(try fixture(file)).root.group("numbers")
    for name in try numbers.datasets() {
      let whole = try numbers.read(name, as: Double.self)
      let row = whole.values.count / whole.shape[0]
      for rows in [0..<0, 0..<1, 1..<2, 1..<whole.shape[0], 0..<whole.shape[0]] {
        var buffer = [Double](repeating: -1, count: row * rows.count)
        try buffer.withUnsafeMutableBufferPointer { try numbers.read(name, rows: rows, into: $0) }
        #expect(
          buffer == Array(whole.values[row * rows.lowerBound..<row * rows.upperBound]),
          "\(name) \(rows)")
      }
    }
  }

  @Test("Values that were not written are the fill value", arguments: versions)
  func fillValues(file: String) throws {
    let fill = try File.open(try fixture(file)).root.group("fill")
    for name in ["nothing", "no chunk"] {
      #expect(try fill.read(name, as: Int32.self).values == Array(repeating: 7, count: 12))
    }
    #expect(
      try fill.read("some chunks", as: Int32.self).values
        == [7, 7, 7, 7, 7, 7, 7, 7, 0, 0, 7, 7, 0, 0, 7, 7])
    #expect(try fill.read("zeros", as: Float.self).values == [0, 0, 0, 0])
    #expect(try fill.read("empty", as: Float.self).shape == [0, 3])
  }

  @Test("Hundreds of names and attributes are read", arguments: versions)
  func manyNamesAndAttributes(file: String) throws {
    let root = try File.open(try fixture(file)).root
    let names = try root.group("names").names()
    #expect(names.count == 300)
    #expect(names.first == "name 000" && names.last == "name 299")
    #expect(try root.group("names/name 123/name 045").names() == names)
    let many = try root.group("attributes")
    for number in 0..<90 {
      let name = "number \(number < 10 ? "0" : "")\(number)"
      #expect(try many.attribute(name)?.integer == number)
    }
    #expect(try many.attribute("text") == "grün")
    #expect(try root.attributeNames(of: "few").isEmpty)
    guard file != "forms_earliest.h5" else {
      #expect(try many.attributeNames().count == 91)
      return
    }
    #expect(try many.attribute("large")?.doubles == (0..<1200).map { Double($0) })
    #expect(try many.attribute("texts")?.strings == (0..<300).map { "text \($0)" })
    #expect(try many.attributeNames().count == 93)
  }

  @Test(
    "A chunk that does not have exactly the bytes of its shape is refused",
    arguments: [
      ("short", "a chunk has 16 bytes where its shape needs 64"),
      ("short inflated", "a compressed chunk does not hold the 64 bytes of its shape"),
      ("long inflated", "a compressed chunk does not hold the 64 bytes of its shape"),
      ("cut off", "a compressed chunk does not hold the 64 bytes of its shape"),
      ("wrong sum", "a chunk has a wrong checksum"),
    ])
  func chunksOfAnotherSize(name: String, words: String) throws {
    let root = try File.open(try fixture("chunks.h5")).root
    #expect(try root.read("sound", as: UInt8.self).values == Array(repeating: 0, count: 64))
    let text = try message { _ = try root.read(name, as: UInt8.self) }
    #expect(text.hasSuffix("chunks.h5: \(name): is damaged: \(words)"))
  }

  @Test func chunksThatShareTheirBytesAreRefused() throws {
    let text = try message { _ = try File.open(try fixture("shared_chunks.h5")) }
    #expect(text.hasSuffix("shared_chunks.h5: is damaged: its chunks overlap"))
  }
}
