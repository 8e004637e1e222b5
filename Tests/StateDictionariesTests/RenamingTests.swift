// A VGG in parts with other names is read under torchvision's names with renamings.

import StateDictionaries
import Testing

struct RenamingTests {
  private static func renamings(_ words: [String]) throws -> [StateDictionary.Renaming] {
    try words.map { try #require(StateDictionary.Renaming($0)) }
  }

  /// CRAFT has VGG16's features in four slices with torchvision's numbers, and a fifth with other layers.
  @Test func slicesBecomeFeatures() throws {
    let tensors = VGGWeightsTests.synthetic([2, 4, 4, 8, 8], head: [])
    let sliced = tensors.map { tensor in
      let parts = tensor.name.split(separator: ".")
      let slice = (Int(parts[1]) ?? 0) / 8 + 1
      return tensor.named("module.basenet.slice\(slice).\(parts[1]).\(parts[2])")
    }
    let other = StoredTensor(name: "module.basenet.slice9.1.weight", shape: [4, 8, 1, 1]) { [] }
    let file = StateDictionary(sliced + [other], file: "craft.pth")
    #expect(
      RecognitionTests.problem(file)
        == "craft.pth: no VGG or vision transformer: its tensors are basenet.slice1.0.weight, basenet.slice1.0.bias, "
        + "basenet.slice1.3.weight, basenet.slice1.3.bias, …; --rename OLD=NEW changes what their "
        + "names begin with")
    let words = ["basenet.slice1=features", "basenet.slice2=features", "basenet.slice3=features"]
    let weights = try VGGWeights(file.renaming(Self.renamings(words)))
    #expect(weights.architecture == (try VGGWeights(StateDictionary(tensors)).architecture))
    #expect(weights.ignored == ["basenet.slice9.1.weight"])
    let whole = try file.renaming(Self.renamings(["basenet.slice9.1.weight=extra.weight"]))
    #expect(whole["extra.weight"]?.shape == [4, 8, 1, 1])
  }

  @Test func renamingsWithoutEffectOrWithCollisionsAreRefused() throws {
    let file = StateDictionary(
      ["a.0.weight", "b.0.weight", "ab.weight"].map { StoredTensor(name: $0, shape: [1]) { [] } },
      file: "f")
    func problem(_ words: String...) throws -> String {
      do {
        return try file.renaming(Self.renamings(words)).tensors.map(\.name).joined(separator: " ")
      } catch let error as StateDictionaryError {
        return error.description
      }
    }
    #expect(try problem("a=c") == "c.0.weight b.0.weight ab.weight")
    #expect(try problem("a=c", "x=y") == "f: no tensor's name begins with x")
    #expect(
      try problem("a=c", "b=c") == "f: two tensors are called c.0.weight after the renaming")
    for text in ["", "a", "=", "a=", "=b", "a=b=c", "a.=b", "a=.b"] {
      #expect(StateDictionary.Renaming(text) == nil, "\(text)")
    }
  }
}
