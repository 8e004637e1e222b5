// Invalid inputs and command lines give one line, the right exit status, and no output file.

import Features
import Foundation
import HDF5
import Networks
import Schemas
import Testing

struct RefusalTests {
  struct Refusal: CustomTestStringConvertible {
    let tool: String
    let arguments: [String]
    let status: Int32
    /// A part of the required message.
    let says: String
    var testDescription: String { "\(tool) \(arguments.joined(separator: " "))" }

    init(_ line: String, _ status: Int32, _ says: String) {
      let words = line.split(separator: " ").map(String.init)
      tool = words[0]
      arguments = Array(words.dropFirst())
      self.status = status
      self.says = says
    }
  }

  static let refusals = [
    Refusal("train absent.h5 --images images.h5 -o x.h5", 66, "absent.h5"),
    Refusal("train init.h5 --images absent.h5 -o x.h5", 66, "absent.h5"),
    Refusal("train text.h5 --images images.h5 -o x.h5", 65, "not an HDF5 file"),
    Refusal("train empty.h5 --images images.h5 -o x.h5", 65, "empty.h5"),
    Refusal("train cut.h5 --images images.h5 -o x.h5", 65, "cut.h5"),
    Refusal("train images.h5 --images images.h5 -o x.h5", 65, "it is an images file"),
    Refusal("train init.h5 --images init.h5 -o x.h5", 65, "init.h5"),
    Refusal("train nan.h5 --images images.h5 -o x.h5", 65, "NaN"),
    Refusal("train init.h5 --images labels.h5 -o x.h5", 65, "beyond"),
    Refusal("train init.h5 --images shape.h5 -o x.h5", 65, "labels"),
    Refusal("train init.h5 --images constant.h5 -o x.h5", 65, "std"),
    Refusal("train init.h5 --images small.h5 --side 3 -o x.h5", 65, "do not fit"),
    Refusal("train init.h5 --images images.h5 --subset 1000 -o x.h5", 64, "--subset 1000, but"),
    Refusal("train wide.h5 --images images.h5 --batch 65536 -o x.h5", 65, "GiB of memory, and"),
    Refusal("train init.h5 --images images.h5 --threads 129 -o x.h5", 64, "--threads is 1 to 128"),
    Refusal("train init.h5 --images images.h5 --epochs -1 -o x.h5", 64, "epochs"),
    Refusal("train init.h5 --images images.h5 --learning-rate 0 -o x.h5", 64, "learning-rate"),
    Refusal("train init.h5 --images images.h5 --bogus 1 -o x.h5", 64, "bogus"),
    Refusal("train init.h5 --images images.h5 -o no/such/folder/x.h5", 73, "x.h5"),
    Refusal("compute-nfm images.h5 -o x.h5", 65, "it is an images file"),
    Refusal("compute-nfm init.h5 --power 0 -o x.h5", 64, "power"),
    Refusal(
      "compute-agop init.h5 --images images.h5 --power 5 -o x.h5", 64, "--power is in (0, 4]"),
    Refusal("compute-agop init.h5 --images images.h5 --count 9 --logits 5 -o x.h5", 65, "logits"),
    Refusal("sample-init --method kaiming-norml -o x.h5", 64, "kaiming-normal"),
    Refusal("sample-init init.h5 --method nfm -o x.h5", 65, "it is a network file"),
    Refusal("sample-init init.h5 --method zero -o x.h5", 64, "leave out"),
    Refusal("sample-init --method zero --architecture vgg12 -o x.h5", 64, "vgg12"),
    Refusal("sample-init --method zero --outputs 0 -o x.h5", 64, "outputs"),
    Refusal("sample-init nfm.h5 --method agop -o x.h5", 65, "agop"),
    Refusal("sample-init head.h5 --method nfm -o x.h5", 65, "GiB of memory, and"),
    Refusal("report init.h5", 65, "run"),
    Refusal("report", 64, "run"),
  ]

  static let scratch: Scratch? = try? prepared()

  static func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.writeImages("small.h5", side: 3)
    try scratch.writeImages("labels.h5") { try $0.setAttribute("classes", .strings(["one"])) }
    try scratch.writeImages("constant.h5") { try $0.setAttribute("std", .doubles([0])) }
    let shape = try File.create(scratch.file("shape.h5"))
    for (name, value) in [("name", "x"), ("classes", "a")] {
      try shape.root.setAttribute(name, .string(value))
    }
    try shape.root.write([UInt8](repeating: 0, count: 64), shape: [1, 8, 8, 1], to: "train/images")
    try shape.root.write([UInt16](repeating: 0, count: 2), shape: [2], to: "train/labels")
    try shape.close()
    let method = ["--method", "kaiming-normal", "--images", "images.h5"] + ChainTests.network
    _ = try scratch.run("sample-init", method + ["-o", "init.h5"])
    _ = try scratch.run("compute-nfm", "init.h5", "-o", "nfm.h5")
    let good = try scratch.read("init.h5")
    try good.prefix(good.count / 2).write(to: URL(fileURLWithPath: scratch.file("cut.h5")))
    try Data("hello, world\n".utf8).write(to: URL(fileURLWithPath: scratch.file("text.h5")))
    try Data().write(to: URL(fileURLWithPath: scratch.file("empty.h5")))
    try scratch.replaceFirst("features.0.weight", of: "init.h5", by: .nan, in: "nan.h5")
    try writeWide(to: scratch)
    try writeHead(to: scratch)
    return scratch
  }

  /// Writes the initial network with stated inputs of 4096×4096.
  static func writeWide(to scratch: Scratch) throws {
    let initial = try NetworkFile(File.open(scratch.file("init.h5")))
    var network = initial.network
    network.preparation.side = 4096
    let file = try File.create(scratch.file("wide.h5"))
    try NetworkFile(network, labels: initial.labels).write(to: file)
    try file.close()
  }

  /// Writes features with a stated head of 120 GiB, which the features do not cover.
  static func writeHead(to scratch: Scratch) throws {
    let found = try FeaturesFile(File.open(scratch.file("nfm.h5")))
    let (set, own) = (found.features, found.features.architecture)
    let claim = try Architecture(
      own.name, outputs: own.outputs, hidden: [Int](repeating: 65_536, count: 8))
    let features = try FeatureSet(
      kind: set.kind, architecture: claim, preparation: set.preparation, layers: set.layers,
      power: set.power)
    let file = try File.create(scratch.file("head.h5"))
    try FeaturesFile(features, labels: found.labels).write(to: file)
    try file.close()
  }

  @Test(arguments: refusals)
  func isRefused(refusal: Refusal) throws {
    try refusal.expect(in: #require(Self.scratch))
  }

  /// The help text shows an example and states what the tool writes.
  @Test(arguments: [
    ("fetch-data", "FILE.part"),
    ("decode-images", "train/images UInt8 [N, height, width, channels]"),
    ("extract-pretrained", "(features.0.weight [64, 3, 3, 3] Float32, …)"),
    ("compute-agop", "features.0/factor [r, C·3·3] Float32"),
    ("compute-nfm", "features.0/factor [r, C·3·3] Float32"), ("sample-init", "a network file"),
    ("train", "(epochs/… Float64 [epochs]; accuracies in [0, 1], losses in nats)"),
    ("report", "index.html"),
  ])
  func helpAndVersion(tool: String, writes: String) throws {
    let scratch = try #require(Self.scratch)
    let help = try scratch.run(tool, "--help")
    #expect(help.status == 0 && help.errors.isEmpty)
    let lines = help.text.split(separator: "\n", omittingEmptySubsequences: false)
    // Lists in the help are indented.
    let text = lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    #expect(text.contains("USAGE: \(tool)") && text.contains("Example") && text.contains(writes))
    // Paragraphs fill their lines: the next word would not have fitted in any line.
    let prose = lines.prefix { !$0.hasPrefix("USAGE") }
    let ragged = zip(prose, prose.dropFirst()).filter { line, next in
      let word = next.prefix { $0 != " " }
      return !line.isEmpty && !line.hasPrefix(" ") && !word.isEmpty
        && line.count + 1 + word.count < 80
    }
    #expect(ragged.isEmpty, "\(ragged)")
    let version = try scratch.run(tool, "--version")
    #expect(version.status == 0)
    #expect(String(decoding: version.output, as: UTF8.self).hasPrefix("\(tool) 0."))
  }
}

extension RefusalTests.Refusal {
  /// Checks for one line that names the tool, the expected status, and no output.
  func expect(in scratch: Scratch) throws {
    let outcome = try scratch.run(tool, arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("\(tool): "))
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(!scratch.names().contains { $0.contains("x.h5") })
  }
}
