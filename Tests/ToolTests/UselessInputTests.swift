// Inputs that are valid but useless. The expected outcome of each is stated here.

import Foundation
import HDF5
import Schemas
import Testing

struct UselessInputTests {
  typealias Refusal = RefusalTests.Refusal

  static let refusals = [
    Refusal("train init.h5 --images zero.h5 -o x.h5", 65, "there are no training images"),
    Refusal("compute-agop init.h5 --images zero.h5 -o x.h5", 65, "there are no training images"),
    Refusal("train init.h5 --images one.h5 -o x.h5", 65, "1 to train and 0 to validate on"),
    Refusal("train init.h5 --images two.h5 -o x.h5", 65, "2 to train and 0 to validate on"),
    Refusal("train init.h5 --images ten.h5 -o x.h5", 65, "label 9 is outside the head's 2 outputs"),
    Refusal("train init.h5 --images infinite.h5 -o x.h5", 65, "a finite, positive number"),
    Refusal("train init.h5 --images undefined.h5 -o x.h5", 65, "a finite number per channel"),
    Refusal("train init.h5 --images four.h5 -o x.h5", 65, "images have 1 or 3 channels, not 4"),
    Refusal("train init.h5 --images huge.h5 -o x.h5", 65, "claims more data than the file"),
    Refusal("compute-nfm nan.h5 -o x.h5", 65, "NaN or infinity"),
    Refusal("compute-nfm inf.h5 -o x.h5", 65, "NaN or infinity"),
    Refusal("compute-agop inf.h5 --images images.h5 --count 4 -o x.h5", 65, "NaN or infinity"),
    Refusal("extract-pretrained inf.h5 -o x.h5", 65, "NaN or infinity"),
    Refusal("sample-init --method copy --source inf.h5 -o x.h5", 65, "NaN or infinity"),
    Refusal("sample-init features-nan.h5 --method nfm -o x.h5", 65, "NaN or infinity"),
    Refusal(
      "sample-init nfm.h5 --method nfm --architecture vgg:8,8,M -o x.h5", 65, "no features of"),
    Refusal(
      "sample-init --method copy --source init.h5 --architecture vgg:8,M,8,M --hidden 8 -o x.h5",
      65, "this network needs"),
    Refusal("sample-init --method zero --architecture vgg:2147483648,M -o x.h5", 64, "1 to 4096"),
    Refusal("sample-init --method zero --outputs 2147483648 -o x.h5", 64, "1 to 65536"),
    Refusal("sample-init --method zero --hidden 2147483648 -o x.h5", 64, "65536"),
    Refusal("train init.h5 --images images.h5 --batch 2147483648 -o x.h5", 64, "1 to 65536"),
    Refusal("train init.h5 --images images.h5 --side 2147483648 -o x.h5", 64, "1 to 4096"),
    Refusal(
      "train init.h5 --images images.h5 --subset 2147483648 -o x.h5", 64,
      "--subset 2147483648, but images.h5 has 60 training images"),
    Refusal("train init.h5 --images images.h5 --epochs 99999999999999999999 -o x.h5", 64, "epochs"),
    Refusal(
      "compute-agop init.h5 --images images.h5 --count 2147483648 -o x.h5", 64,
      "--count 2147483648, but images.h5 has 60 training images"),
  ]

  static let scratch: Scratch? = try? prepared()

  static func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.writeImages("zero.h5", count: 0)
    try scratch.writeImages("one.h5", count: 1)
    try scratch.writeImages("two.h5", count: 2)
    try scratch.writeImages("few.h5", count: 5)
    try scratch.writeImages("four.h5", channels: 4)
    try scratch.writeImages("infinite.h5") { try $0.setAttribute("std", .doubles([.infinity])) }
    try scratch.writeImages("undefined.h5") { try $0.setAttribute("mean", .doubles([.nan])) }
    try scratch.writeImages("tiny.h5") { try $0.setAttribute("std", .doubles([1e-300])) }
    try scratch.writeSynthetic("ten.h5", classes: 10) { UInt8($0 % 251) }
    try scratch.writeSynthetic("constant.h5", classes: 2) { _ in 7 }
    try scratch.writeSynthetic("lonely.h5", classes: 1) { UInt8($0 % 251) }
    try writeHuge(to: scratch)
    try scratch.drawInitialNetwork()
    try succeed(scratch.run("compute-nfm", "init.h5", "-o", "nfm.h5"))
    try scratch.replaceFirst("features.0.weight", of: "init.h5", by: .nan, in: "nan.h5")
    try scratch.replaceFirst("features.0.weight", of: "init.h5", by: .infinity, in: "inf.h5")
    try scratch.replaceFirst(
      "features.0/factor", of: "nfm.h5", by: .nan, in: "features-nan.h5")
    return scratch
  }

  /// A file that states 2³¹ images but stores none. Its data space is changed by hand.
  static func writeHuge(to scratch: Scratch) throws {
    try scratch.writeImages("huge.h5")
    var bytes = try scratch.read("huge.h5")
    let count = withUnsafeBytes(of: UInt64(60).littleEndian) { Data($0) }
    let huge = withUnsafeBytes(of: UInt64(1 << 31).littleEndian) { Data($0) }
    var start = bytes.startIndex
    while let range = bytes.range(of: count, in: start..<bytes.endIndex) {
      bytes.replaceSubrange(range, with: huge)
      start = range.upperBound
    }
    try scratch.write(bytes, to: "huge.h5")
  }

  @Test(arguments: refusals)
  func isRefused(refusal: Refusal) throws {
    try refusal.expect(in: #require(Self.scratch))
  }

  /// One class, five images with batches of sixteen, and images without contrast can be trained on.
  @Test(arguments: ["lonely", "few", "constant"])
  func isTrained(images: String) throws {
    let scratch = try #require(Self.scratch)
    let outcome = try scratch.run(
      "train", "init.h5", "--images", "\(images).h5", "--epochs", "1", "--batch", "16", "--quiet")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let report = try scratch.run("report", "-", input: outcome.output)
    #expect(report.status == 0, "\(report.errors)")
  }

  @Test func nonFiniteLossCountsAsDivergence() throws {
    let scratch = try #require(Self.scratch)
    let outcome = try scratch.run("train", "init.h5", "--images", "tiny.h5", "--quiet")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("this run diverged"), "\(outcome.errors)")
    let report = try scratch.run("report", "-", input: outcome.output)
    #expect(report.text.contains("diverged"), "\(report.text)")
  }
}

extension Scratch {
  /// Writes 60 training and 30 test images of 8×8, with labels 0, 1, … in a cycle.
  func writeSynthetic(_ name: String, classes: Int, pixel: (Int) -> UInt8) throws {
    let images = try File.create(file(name))
    for (split, count) in [("train", 60), ("test", 30)] {
      try images.root.write(
        (0..<count * 64).map(pixel), shape: [count, 8, 8, 1], to: "\(split)/images")
      try images.root.write(
        (0..<count).map { UInt16($0 % classes) }, shape: [count], to: "\(split)/labels")
    }
    try images.root.setAttribute("name", "synthetic")
    try images.root.setAttribute("classes", .strings((0..<classes).map { "class \($0)" }))
    try images.root.setAttribute("mean", .doubles([0.3]))
    try images.root.setAttribute("std", .doubles([0.3]))
    try images.close()
  }

  /// Copies a file and replaces the first number of a dataset.
  func replaceFirst(
    _ dataset: String, of name: String, by value: Float, in copy: String
  ) throws {
    let first = try #require(File.open(file(name)).root.read(dataset, as: Float.self).values.first)
    var bytes = try read(name)
    let old = withUnsafeBytes(of: first.bitPattern.littleEndian) { Data($0) }
    let range = try #require(bytes.range(of: old))
    let new = withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) }
    bytes.replaceSubrange(range, with: new)
    try write(bytes, to: copy)
  }
}
