// The selection of layers on the command line.

import Features
import Networks
import Testing

@Suite struct LayerSelectionTests {
  /// The chosen layers among features.0, .3, .6, .8, .11, .13, .16, .18 and classifier.0, .3, .6.
  static func chosen(_ text: String) throws -> [String] {
    try LayerSelection(text).chosen(of: Architecture("vgg11", outputs: 10).linearMaps).map(\.name)
  }

  @Test(arguments: [
    "", "0", "3-1", "1-", "1,,2", "-3", "1-2-3", ".", "features.", ".0", "a b", "classifier*",
  ])
  func invalidSelectionsAreRefused(_ text: String) {
    let said = InitialiserOptionsTests.message { _ = try LayerSelection(text) }
    #expect(said.hasPrefix("layers '\(text)'"))
  }

  @Test(arguments: [
    ("2,5-7", ["features.3", "features.11", "features.13", "features.16"]),
    ("9,11", ["classifier.0", "classifier.6"]),
    ("classifier", ["classifier.0", "classifier.3", "classifier.6"]),
    ("head", ["classifier.0", "classifier.3", "classifier.6"]),
    // Layers come in the network's order, each once. A name does not match a longer number that begins with it.
    ("classifier.3,features.1,1,features.0", nil),
    ("classifier.3,1,features.0,10", ["features.0", "classifier.3"]),
    ("features.18,head,8", ["features.18", "classifier.0", "classifier.3", "classifier.6"]),
  ])
  func selectionsChooseLayers(_ text: String, _ names: [String]?) throws {
    if let names {
      #expect(try Self.chosen(text) == names)
      #expect(try LayerSelection(text).description == text)
    } else {
      let said = InitialiserOptionsTests.message { _ = try Self.chosen(text) }
      #expect(said.hasPrefix("no layer 'features.1': there are 11, features.0, features.3,"))
    }
  }

  @Test(arguments: ["12", "8-12", "features.1", "blocks", "classifier.60"])
  func missingLayersAreNamed(_ text: String) {
    let said = InitialiserOptionsTests.message { _ = try Self.chosen(text) }
    #expect(said.hasPrefix("no layer '\(text)': there are 11, features.0, "))
  }

  @Test func partialNamesSelectLayersOfTransformers() throws {
    let maps = try Architecture(
      "vit:side=4,patch=2,width=12,depth=11,heads=2,mlp=10", outputs: 3
    ).linearMaps
    func chosen(_ text: String) throws -> [String] {
      try LayerSelection(text).chosen(of: maps).map(\.name)
    }
    #expect(
      try chosen("attn.q")
        == (0..<11).flatMap { ["blocks.\($0).attn.q.0", "blocks.\($0).attn.q.1"] })
    // blocks.1 does not select blocks.10.
    #expect(try chosen("blocks.1").count == 9)
    #expect(try chosen("blocks.1.mlp") == ["blocks.1.mlp.fc1", "blocks.1.mlp.fc2"])
    let said = InitialiserOptionsTests.message { _ = try chosen("tn.q") }
    #expect(said.hasPrefix("no layer 'tn.q'"))
  }

  @Test func allAndBodySelectTheDocumentedLayers() throws {
    let architecture = try Architecture("vgg11", outputs: 10)
    #expect(try Self.chosen("all") == architecture.linearMaps.map(\.name))
    #expect(try LayerSelection.body.chosen(of: architecture.linearMaps) == architecture.body)
    #expect(try LayerSelection("body") == .body && LayerSelection("all") == .all)
  }
}
