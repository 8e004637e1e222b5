// `--layers`: features files of layers other than the convolutions, and the tools that read them.

import Foundation
import HDF5
import Testing

struct LayersTests {
  static let scratch: Scratch? = try? prepared()

  /// A folder with images.h5, init.h5 (features.0, .3, classifier.0, .3), and NFMs of all layers and of two of them.
  static func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try succeed(scratch.run("compute-nfm", "init.h5", "-o", "body.h5"))
    try succeed(scratch.run("compute-nfm", "init.h5", "--layers", "all", "-o", "all.h5"))
    try succeed(
      scratch.run("compute-nfm", "init.h5", "--layers", "classifier.0,2", "-o", "some.h5"))
    for (name, layers) in [
      ("twice", ["features.0", "features.0"]), ("none", []),
      ("strange", ["features.0", "features.1"]), ("order", ["features.3", "features.0"]),
    ] {
      let file = try File.create(scratch.file("\(name).h5"))
      let whole = try File.open(scratch.file("body.h5")).root
      for attribute in try whole.attributeNames() {
        if let value = try whole.attribute(attribute) {
          try file.root.setAttribute(attribute, value)
        }
      }
      for layer in ["features.0", "features.3"] {
        let factor = try whole.read("\(layer)/factor", as: Float.self)
        try file.root.write(factor.values, shape: factor.shape, to: "\(layer)/factor")
      }
      try file.root.setAttribute("layers", .strings(layers))
      try file.close()
    }
    return scratch
  }

  private func factor(_ name: String, _ layer: String) throws -> [Float]? {
    let file = try File.open(#require(Self.scratch).file(name))
    guard file.root.contains("\(layer)/factor") else { return nil }
    return try file.root.read("\(layer)/factor", as: Float.self).values
  }

  private func layers(_ name: String) throws -> [String]? {
    try File.open(#require(Self.scratch).file(name)).root.attribute("layers")?.strings
  }

  @Test func featuresFileHasTheSelectedLayers() throws {
    let scratch = try #require(Self.scratch)
    #expect(try layers("body.h5") == nil)
    #expect(try layers("all.h5") == ["features.0", "features.3", "classifier.0", "classifier.3"])
    #expect(try layers("some.h5") == ["features.3", "classifier.0"])
    let weight = try File.open(scratch.file("init.h5")).root.read(
      "classifier.0.weight", as: Float.self)
    for name in ["all.h5", "some.h5"] {
      #expect(try factor(name, "classifier.0") == weight.values)
      #expect(try factor(name, "features.3") == factor("body.h5", "features.3"))
    }
    #expect(try factor("some.h5", "features.0") == nil)
    // The file is the same for every way of naming the convolutions.
    for words in ["body", "1-2", "features", "features.3,1"] {
      try succeed(scratch.run("compute-nfm", "init.h5", "--layers", words, "-o", "named.h5"))
      #expect(try scratch.read("named.h5") == scratch.read("body.h5"))
    }
  }

  @Test func agopOfALayerDoesNotDependOnTheOthers() throws {
    let scratch = try #require(Self.scratch)
    let words = ["init.h5", "--images", "images.h5", "--count", "8", "--quiet"]
    try succeed(scratch.run("compute-agop", words + ["--layers", "all", "-o", "agop.h5"]))
    try succeed(
      scratch.run("compute-agop", words + ["--layers", "2,classifier.3", "-o", "agop-some.h5"]))
    for layer in ["features.3", "classifier.3"] {
      #expect(try factor("agop-some.h5", layer) == factor("agop.h5", layer))
    }
    func cosines(_ name: String) throws -> [Double] {
      try File.open(scratch.file(name)).root.read("convergence/cosine", as: Double.self).values
    }
    let (all, some) = try (cosines("agop.h5"), cosines("agop-some.h5"))
    #expect(all.count == 12 && some == [1, 3, 5, 7, 9, 11].map { all[$0] })
  }

  static let refusals =
    [
      RefusalTests.Refusal(
        "compute-nfm init.h5 --layers 5 -o x.h5", 64,
        "--layers 5: init.h5: no layer '5': there are 4, features.0, features.3, classifier.0,"),
      RefusalTests.Refusal("compute-nfm init.h5 --layers features.1 -o x.h5", 64, "'features.1'"),
      RefusalTests.Refusal("compute-nfm init.h5 --layers 1, -o x.h5", 64, "1,"),
      RefusalTests.Refusal(
        "compute-agop init.h5 --images images.h5 --layers blocks -o x.h5", 64, "no layer 'blocks'"),
      RefusalTests.Refusal(
        "sample-init some.h5 --method nfm -o x.h5", 65, "no features of features.0; --layers of"),
      RefusalTests.Refusal(
        "report maps images.h5 --network init.h5 --features some.h5 -o maps", 65,
        "some.h5: no features of features.0; --layers of"),
      RefusalTests.Refusal(
        "sample-init body.h5 --method nfm --head nfm -o x.h5", 65,
        "no features of classifier.0, classifier.3; --layers of"),
      RefusalTests.Refusal(
        "sample-init --method zero --head kaiming-nmf -o x.h5", 64,
        "no initialiser 'kaiming-nmf': did you mean 'kaiming-nfm'?"),
      RefusalTests.Refusal(
        "sample-init all.h5 --method zero --head torch -o x.h5", 64, "leave out 'all.h5'"),
      RefusalTests.Refusal("train some.h5 --images images.h5 -o x.h5", 65, "it is a features file"),
    ]
    + ["twice", "none", "strange", "order"].map {
      RefusalTests.Refusal(
        "sample-init \($0).h5 --method nfm -o x.h5", 65,
        "\($0).h5: attribute 'layers' does not name layers of vgg:16,M,16,M, each once in order")
    }

  @Test(arguments: refusals)
  func isRefused(refusal: RefusalTests.Refusal) throws {
    try refusal.expect(in: #require(Self.scratch))
  }

  @Test func layersInTheFeaturesFileAreDrawn() throws {
    let scratch = try #require(Self.scratch)
    let words = ["--method", "nfm", "--layers", "2"]
    for name in ["some.h5", "body.h5"] {
      try succeed(scratch.run("sample-init", [name] + words + ["-o", "from-\(name)"]))
    }
    func weights(_ name: String) throws -> [[Float]] {
      let root = try File.open(scratch.file(name)).root
      return try ["features.0.weight", "features.3.weight", "classifier.0.weight"].map {
        try root.read($0, as: Float.self).values
      }
    }
    #expect(try weights("from-some.h5") == weights("from-body.h5"))
  }

  /// `--head` draws the fully connected layers from the file's own features; `--fc` is the same option.
  @Test func headIsDrawnOnRequest() throws {
    let scratch = try #require(Self.scratch)
    func weights(_ words: String...) throws -> [String: [Float]] {
      try succeed(scratch.run("sample-init", words + ["--seed", "3", "-o", "head.h5"]))
      let root = try File.open(scratch.file("head.h5")).root
      let names = ["features.0", "features.3", "classifier.0", "classifier.3"]
      return try Dictionary(
        uniqueKeysWithValues: names.map {
          ($0, try root.read("\($0).weight", as: Float.self).values)
        })
    }
    let plain = try weights("all.h5", "--method", "nfm")
    let head = try weights("all.h5", "--method", "nfm", "--head", "kaiming-nfm")
    #expect(
      try File.open(scratch.file("head.h5")).root.attribute("init_fc")?.string == "kaiming-nfm")
    #expect(head["features.0"] == plain["features.0"] && head["features.3"] == plain["features.3"])
    #expect(head["classifier.0"] != plain["classifier.0"])
    // A features file may contain only the head, if the convolutions are not drawn from features.
    let only = try weights("all.h5", "--method", "kaiming-normal", "--head", "kaiming-nfm")
    #expect(
      only["classifier.0"] == head["classifier.0"] && only["features.0"] != head["features.0"])
    for (method, recorded) in [("torchvision", "torchvision"), ("kaiming-normal", "kaiming")] {
      let new = try weights("all.h5", "--method", "nfm", "--head", method)
      let bytes = try scratch.read("head.h5")
      #expect(try weights("all.h5", "--method", "nfm", "--fc", method) == new)
      #expect(try scratch.read("head.h5") == bytes)
      let root = try File.open(scratch.file("head.h5")).root
      #expect(try root.attribute("init_fc")?.string == recorded)
    }
  }

  @Test func theAnsatzIsMeasuredInFullyConnectedLayers() throws {
    let scratch = try #require(Self.scratch)
    func table(_ more: String...) throws -> [Substring] {
      let result = try scratch.run(
        "report",
        ["ansatz", "--images", "images.h5", "--count", "4", "--format", "csv"] + more
          + ["init.h5"])
      try succeed(result)
      return result.text.split(separator: "\n")
    }
    let (plain, all, head) = try (
      table(), table("--layers", "all"), table("--layers", "classifier")
    )
    #expect(plain.count == 3 && all.count == 5 && all.prefix(3) == plain[...])
    #expect(head == [plain[0]] + all.suffix(2))
    #expect(head[1].hasPrefix("init,classifier.0,"))
  }

  /// Rows of the head are added. The summary of the initial state in the table is that of the convolutions.
  @Test func headIsProbedOnRequest() throws {
    let scratch = try #require(Self.scratch)
    let words = ["init.h5", "--images", "images.h5", "--epochs", "1", "--quiet"]
    try succeed(scratch.run("train", words + ["-o", "run.h5"]))
    try succeed(scratch.run("train", words + ["--probe-head", "-o", "head.run.h5"]))
    func text(_ words: String...) throws -> String {
      let result = try scratch.run("report", words + ["--format", "csv"])
      try succeed(result)
      return result.text
    }
    let (plain, both) = try (text("probe", "run.h5"), text("probe", "head.run.h5"))
    #expect(both.hasPrefix(plain) && !plain.contains("classifier"))
    #expect(both.contains(",classifier.0,") && both.contains(",classifier.3,"))
    #expect(try text("run.h5") == text("head.run.h5"))
    let probe = try File.open(scratch.file("head.run.h5")).root.group("probe")
    #expect(try probe.read("deviation", as: Double.self).values.count == 4)
  }
}
