// Images files that other programs wrote: their contents are read unchanged, or refused.

import Foundation
import HDF5
import Testing

extension Scratch {
  /// Writes an images file of four 8×8 grey images with labels 0 and 1. Parts of it can be replaced.
  fileprivate func writeOthers(
    labels: (Group, String) throws -> Void = {
      try $0.write([0, 1, 0, 1] as [Int64], shape: [4], to: $1)
    },
    pixels: (Group, String) throws -> Void = {
      try $0.write((0..<256).map { Int32($0) }, shape: [4, 8, 8, 1], to: $1)
    },
    classes: [String] = ["dark", "bright"], name: String = "others", mean: Double = 0.5,
    std: Double = 0.25
  ) throws {
    let images = try File.create(file("others.h5"))
    for split in ["train", "test"] {
      try labels(images.root, "\(split)/labels")
      try pixels(images.root, "\(split)/images")
    }
    try images.root.setAttribute("name", .string(name))
    try images.root.setAttribute("classes", .strings(classes))
    try images.root.setAttribute("mean", .doubles([mean]))
    try images.root.setAttribute("std", .doubles([std]))
    try images.close()
  }

  fileprivate func refuses(_ reason: String) throws -> Bool {
    let outcome = try draw()
    return outcome.status == 65 && outcome.errors.contains(reason)
  }

  fileprivate func draw() throws -> ToolResult {
    try run(
      "sample-init",
      ["--method", "kaiming-normal", "--images", "others.h5", "-o", "init.h5"]
        + ChainTests.network)
  }
}

@Test func integersOfAnyWidthAreRead() throws {
  let scratch = try Scratch()
  try scratch.writeOthers()
  try succeed(scratch.draw())
}

@Test func textThatIsNotUTF8IsRefused() throws {
  let scratch = try Scratch()
  // One name is é in UTF-8, two others are invalid bytes. A repair would give two of them the same name.
  for (classes, attribute) in [(["dark é", "bright"], "classes"), (["dark", "bright"], "name")] {
    try scratch.writeOthers(classes: classes, name: attribute == "name" ? "é" : "others")
    try succeed(scratch.draw())
    var bytes = try scratch.read("others.h5")
    let place = try #require(bytes.range(of: Data([0xc3, 0xa9])))
    bytes.replaceSubrange(place, with: [0xe9, 0xe8])
    try scratch.write(bytes, to: "others.h5")
    #expect(try scratch.refuses("attribute '\(attribute)' holds text that is not UTF-8"))
  }
}

@Test func numbersThatWouldChangeAreRefused() throws {
  let scratch = try Scratch()
  try scratch.writeOthers(labels: { try $0.write([0, -1, 0, 1] as [Int64], shape: [4], to: $1) })
  #expect(try scratch.refuses("leave out images without a label"))
  try scratch.writeOthers(
    labels: { try $0.write([0, 0.6, .nan, 1] as [Double], shape: [4], to: $1) })
  #expect(try scratch.refuses("'train/labels' holds floating-point numbers"))
  try scratch.writeOthers(
    pixels: {
      try $0.write((0..<256).map { Float($0 % 2) }, shape: [4, 8, 8, 1], to: $1)
    })
  #expect(try scratch.refuses("scale pixels to 0...255"))
  try scratch.writeOthers(
    pixels: {
      try $0.write((0..<256).map { UInt16($0 * 257) }, shape: [4, 8, 8, 1], to: $1)
    })
  #expect(try scratch.refuses("'train/images' holds integers outside 0...255"))
  try scratch.writeOthers(mean: 127)
  #expect(try scratch.refuses("'mean' is not a finite number per channel in [0, 1]"))
  try scratch.writeOthers(std: 60)
  #expect(try scratch.refuses("'std' is not a finite, positive number per channel up to 1"))
  try scratch.writeOthers(classes: ["one", "one"])
  #expect(try scratch.refuses("holds the name 'one' twice"))
  try scratch.writeOthers(classes: ["one", ""])
  #expect(try scratch.refuses("holds an empty name"))
}
