// The options of initialisers: errors, suggestions, and the layers that a method draws.

import Features
import Networks
import Tensors
import Testing

@Suite struct InitialiserOptionsTests {
  static func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing thrown"
    } catch { return "\(error)" }
  }

  @Test func unknownNamesGetASuggestion() {
    let said = Self.message { _ = try Initialisers.named("kaiming-nmf") }
    #expect(said == "no initialiser 'kaiming-nmf'")
    #expect(Set(Initialisers.all.map(\.name)).count == Initialisers.all.count)
  }

  @Test func missingLayersAreRefused() throws {
    let architecture = try Architecture("vgg:4,4,M", outputs: 2)
    for (text, word) in [("2,5-7", "5-7"), ("classifier", "classifier"), ("1,head", "head")] {
      var options = InitialisationOptions()
      options.layers = try LayerSelection(text)
      let said = Self.message {
        _ = try initialise(
          architecture, method: Initialisers.named("zero"), options: options, seed: 1)
      }
      #expect(said == "no layer '\(word)': there are 2, features.0, features.2")
    }
  }

  @Test func otherLayersAreDrawnByKaimingNormal() throws {
    let architecture = try Architecture("vgg:4,4,4,M", outputs: 2)
    var options = InitialisationOptions()
    options.layers = try LayerSelection("2")
    let mixed = try initialise(
      architecture, method: Initialisers.named("torch"), options: options, seed: 9)
    let kaiming = try initialise(
      architecture, method: Initialisers.named("kaiming-normal"), seed: 9)
    let torch = try initialise(architecture, method: Initialisers.named("torch"), seed: 9)
    #expect(mixed["features.0.weight"] == kaiming["features.0.weight"])
    #expect(mixed["features.2.weight"] == torch["features.2.weight"])
    #expect(mixed["features.4.weight"] == kaiming["features.4.weight"])
  }

  @Test func optionsWithoutEffectAreRefused() throws {
    let architecture = try Architecture("vgg:4,M", outputs: 2)
    let set = try CovarianceTests.features()
    func attempt(
      _ name: String, _ change: (inout InitialisationOptions) throws -> Void,
      features: FeatureSet? = nil
    ) -> String {
      Self.message {
        var options = InitialisationOptions()
        try change(&options)
        _ = try initialise(
          architecture, method: Initialisers.named(name), options: options, seed: 1,
          features: features)
      }
    }
    #expect(
      attempt("normal") { $0.scale = .fanIn }
        == "'normal' has a size of its own: only scales 'output' and 'balanced' are possible")
    #expect(attempt("normal") { $0.shrink = 0.5 } == "'normal' has no covariance to shrink")
    #expect(
      attempt("nfm", { $0.shrink = 1.5 }, features: set)
        == "shrinkage is a share in [0, 1], not 1.5")
    #expect(attempt("nfm") { _ in } == "'nfm' needs features: the output of compute-nfm")
    #expect(
      attempt("agop", { _ in }, features: set)
        == "'agop' needs features of kind agop, not nfm")
    #expect(
      attempt("zero") { $0.head = try HeadInitialisation("copy") }
        == "'copy' needs the source network")
  }
}
