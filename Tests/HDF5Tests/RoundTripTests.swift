// Written values are read back, and equal inputs give equal bytes.

import Foundation
import HDF5
import Testing

/// Every kind of content that the tools write.
private func fill(_ file: File) throws {
  try file.root.write([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2], to: "features.0.weight")
  try file.root.write([7, 8] as [UInt16], shape: [2], to: "train/labels")
  try file.root.write([2.5] as [Double], shape: [], to: "single")
  try file.root.write([] as [UInt8], shape: [0, 4], to: "none")
  let rows = try file.root.createDataset("train/images", shape: [1000, 30], as: UInt8.self)
  for start in stride(from: 0, to: 1000, by: 250) {
    try rows.appendRows((0..<250 * 30).map { UInt8(truncatingIfNeeded: start + $0) })
  }
  try rows.finish()
  let group = try file.root.createGroup("epochs")
  try group.write([0.5, 0.25] as [Double], shape: [2], to: "train_loss")
  try group.setAttribute("unit", "nat", on: "train_loss")
  try file.root.setAttribute("history", .string(String(repeating: "line of history\n", count: 500)))
  try file.root.setAttribute("classes", .strings(["Kleid", "Schuh", "Füße", ""]))
  try file.root.setAttribute("mean", .doubles([0.1, 0.2, 0.3]))
  try file.root.setAttribute("hidden", .integers([512, 512]))
  try file.root.setAttribute("outputs", 10)
  try file.root.setAttribute("dropout", 0.5)
  try file.root.setAttribute("no texts", .strings([]))
}

@Test func valuesRoundTrip() throws {
  let written = try File.createInMemory(name: "test.h5")
  try fill(written)
  let root = try File.open(image: try written.image(), name: "test.h5").root
  #expect(try root.names() == ["epochs", "features.0.weight", "none", "single", "train"])
  #expect(try root.groups() == ["epochs", "train"])
  #expect(try root.datasets() == ["features.0.weight", "none", "single"])
  #expect(try root.group("train").names() == ["images", "labels"])
  let weight = try root.read("features.0.weight", as: Float.self)
  #expect(weight.shape == [3, 2])
  #expect(weight.values == [1, 2, 3, 4, 5, 6])
  #expect(try root.read("train/labels", as: UInt16.self).values == [7, 8])
  #expect(try root.read("single", as: Double.self).shape == [])
  #expect(try root.read("none", as: UInt8.self).shape == [0, 4])
  let rows = [UInt8](unsafeUninitializedCapacity: 60) { buffer, count in
    count =
      (try? root.read("train/images", rows: 500..<502, into: .init(rebasing: buffer[..<60])))
        == nil ? 0 : 60
  }
  #expect(rows == (0..<60).map { UInt8(truncatingIfNeeded: 500 + $0) })
  #expect(try root.attribute("outputs") == 10)
  #expect(try root.attribute("dropout") == 0.5)
  #expect(try root.attribute("classes")?.strings == ["Kleid", "Schuh", "Füße", ""])
  #expect(try root.attribute("mean") == .doubles([0.1, 0.2, 0.3]))
  #expect(try root.attribute("hidden") == .integers([512, 512]))
  #expect(try root.attribute("no texts") == .strings([]))
  #expect(try root.attribute("history")?.string?.count == 8000)
  #expect(try root.attribute("absent") == nil)
  #expect(try root.group("epochs").attribute("unit", of: "train_loss") == "nat")
  #expect(try root.attributeNames(of: "epochs/train_loss") == ["unit"])
}

@Test func numbersOfEveryTypeRoundTrip() throws {
  func check<Element: Scalar & Equatable>(_ values: [Element]) throws {
    let file = try File.createInMemory(name: "types")
    try file.root.write(values, shape: [values.count], to: "values")
    #expect(try file.root.read("values", as: Element.self).values == values)
  }
  try check([Float.leastNonzeroMagnitude, -.greatestFiniteMagnitude, .infinity])
  try check([Double.pi, -0.0, .infinity])
  try check([UInt8.min, .max])
  try check([UInt16.min, .max])
  try check([Int32.min, .max])
  try check([Int64.min, .max])
  try check([UInt64.min, .max])
}

@Test func attributesAreReplaced() throws {
  let file = try File.createInMemory(name: "test.h5")
  try file.root.setAttribute("state", "first")
  try file.root.setAttribute("state", .integers([1, 2]))
  #expect(try file.root.attribute("state") == .integers([1, 2]))
}

@Test func equalInputsGiveEqualBytes() throws {
  let first = try File.createInMemory(name: "a")
  try fill(first)
  // Times are stored in whole seconds.
  Thread.sleep(forTimeInterval: 1.1)
  let second = try File.createInMemory(name: "b")
  try fill(second)
  #expect(try first.image() == second.image())
}

@Test func aFileOnDiskHasTheBytesOfTheImage() throws {
  try withScratchFolder { folder in
    let onDisk = try File.create(folder + "/file.h5")
    try fill(onDisk)
    try onDisk.close()
    let inMemory = try File.createInMemory(name: "image")
    try fill(inMemory)
    #expect(try inMemory.image() == bytes(of: folder + "/file.h5"))
  }
}

@Test func filesInMemoryOfOneNameAreSeparate() throws {
  let first = try File.createInMemory(name: "same")
  try first.root.setAttribute("number", 1)
  let second = try File.createInMemory(name: "same")
  try second.root.setAttribute("number", 2)
  let third = try File.open(image: first.image(), name: "same")
  let fourth = try File.open(image: second.image(), name: "same")
  #expect(try third.root.attribute("number") == 1)
  #expect(try fourth.root.attribute("number") == 2)
}

@Test func aClosedFileRefusesFurtherUse() throws {
  let file = try File.createInMemory(name: "closed.h5")
  let root = file.root
  try file.close()
  try file.close()
  #expect(throws: HDF5Error.self) { try root.write([1] as [Float], shape: [1], to: "late") }
}
