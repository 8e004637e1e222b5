// Residual networks recognised under several namings. Networks that compute something else are refused by name.

import Foundation
import Networks
import StateDictionaries
import Testing

struct ResNetWeightsTests {
  static func weights(_ file: String) throws -> ResNetWeights {
    try ResNetWeights(StateDictionary(path: Fixture.path(file)))
  }

  @Test func namesOfWrappersAndNetworksForCIFARAreRecognised() throws {
    let whole = try Self.weights("resnet18.pth")
    #expect(whole.network.text == "resnet18@0.015625" && whole.outputs == 4)
    #expect(whole.notes.isEmpty && whole.ignored.isEmpty && !whole.isGrey)
    let cifar = try Self.weights("resnet8.safetensors")
    #expect(cifar.network.text == "resnet8@0.25" && cifar.outputs == 4)
    for weights in [whole, cifar] {
      let parameters = try Architecture(weights.network.text, outputs: 4).parameters
      #expect(weights.stateDictionary.tensors.map(\.name) == parameters.map(\.name))
      #expect(weights.stateDictionary.tensors.map(\.shape) == parameters.map(\.shape))
    }
    #expect(ResNetWeights.areIn(try StateDictionary(path: Fixture.path("resnet18.pth"))))
    #expect(!ResNetWeights.areIn(try StateDictionary(path: Fixture.path("vgg11.pth"))))
  }

  @Test("Fixup's networks, whose authors name a shortcut's convolution without a number")
  func networksOfScalars() throws {
    let architecture = try Architecture("resnet8@0.25:norm=none", outputs: 4)
    let tensors = architecture.parameters.map { name, shape in
      Self.named("module." + name.replacing("downsample.0.", with: "downsample."), shape, 0.5)
    }
    let weights = try ResNetWeights(StateDictionary(tensors))
    #expect(weights.network.text == architecture.name && weights.outputs == 4)
    #expect(weights.stateDictionary.tensors.map(\.name) == architecture.parameters.map(\.name))
    let incomplete = tensors.filter { !$0.name.hasSuffix("layer2.0.scale") }
    #expect(try Self.refusal(StateDictionary(incomplete)).contains("layer2.0.scale"))
    #expect(
      try Self.refusal(StateDictionary(tensors + [Self.named("module.layer2.0.bn1.weight", [8])]))
        .contains("layer2.0.bn1.weight"))
  }

  static func named(_ name: String, _ shape: [Int], _ value: Float = 0) -> StoredTensor {
    StoredTensor(name: name, shape: shape) {
      [Float](repeating: value, count: shape.reduce(1, *))
    }
  }

  /// The fixture with some tensors removed, added or replaced.
  static func changed(without name: String? = nil, _ more: StoredTensor...) throws
    -> StateDictionary
  {
    let replaced = Set(more.map(\.name))
    let tensors = try StateDictionary(path: Fixture.path("resnet18.pth")).tensors.map { tensor in
      tensor.named(tensor.name.replacing("module.", with: ""))
    }
    return StateDictionary(
      tensors.filter { $0.name != name && !replaced.contains($0.name) } + more)
  }

  static func refusal(_ dictionary: StateDictionary) throws -> String {
    do {
      for tensor in try ResNetWeights(dictionary).stateDictionary.tensors {
        _ = try tensor.floats()
      }
      return "taken"
    } catch let error as StateDictionaryError { return "\(error)" }
  }

  @Test func networksThatComputeSomethingElseAreRefused() throws {
    let cases: [(StateDictionary, String)] = [
      (try Self.changed(Self.named("layer1.0.conv3.weight", [4, 1, 1, 1])), "three convolutions"),
      (try Self.changed(Self.named("conv1.0.weight", [1, 3, 3, 3])), "several convolutions"),
      (try Self.changed(Self.named("layer1.0.se.fc1.weight", [1, 1, 1, 1])), "gated"),
      (
        try Self.changed(without: "layer2.0.downsample.0.weight"), "option A"
      ),
      (try Self.changed(without: "bn1.running_var"), "bn1.running_var is missing"),
      (try Self.changed(Self.named("bn1.running_var", [1], -1)), "a variance below 0"),
      (try Self.changed(Self.named("bn1.running_var", [1], .infinity)), "not finite"),
      (try Self.changed(Self.named("bn1.running_var", [2])), "bn1.running_var has shape [2]"),
      (try Self.changed(Self.named("conv1.weight", [1, 3, 5, 5])), "[filters, 3, 7, 7]"),
      (try Self.changed(Self.named("conv1.bias", [1])), "conv1.bias belongs to no layer"),
      (try Self.changed(Self.named("layer1.2.conv1.weight", [1, 1, 3, 3])), "no ResNet-18"),
      (
        try Self.changed(Self.named("layer1.9223372036854775806.conv1.weight", [1, 1, 3, 3])),
        "no ResNet-18"
      ),
      (try Self.changed(Self.named("layer1.0.conv1.weight", [2, 1, 3, 3])), "no ResNet-18"),
      (try Self.changed(Self.named("layer1.0.conv1.weight", [.max, 0, 3, 3])), "no ResNet-18"),
      (try Self.changed(Self.named("fc.weight", [4, 9])), "fc.weight has shape [4, 9]"),
      (try Self.changed(Self.named("fc2.weight", [3, 4])), "as a layer behind it"),
      (try Self.changed(), "taken"),
    ]
    for (dictionary, reason) in cases {
      let found = try Self.refusal(dictionary)
      #expect(found.contains(reason), "\(found), not \(reason)")
    }
  }

  /// With a third of the weights for each of three channels, the results for grey images are the same.
  @Test func weightsForGreyImagesAreDividedAmongChannels() throws {
    let grey = try ResNetWeights(Self.changed(Self.named("conv1.weight", [1, 1, 7, 7], 0.3)))
    let first = try #require(grey.stateDictionary["conv1.weight"])
    #expect(grey.isGrey && first.shape == [1, 3, 7, 7])
    #expect(try first.floats().allSatisfy { abs($0 - 0.1) < 1e-7 })
  }

  @Test func unknownStemIsReported() throws {
    let small = try ResNetWeights(Self.changed(Self.named("conv1.weight", [1, 3, 3, 3])))
    #expect(small.network.text == "resnet18@0.015625:stem=cifar")
    #expect(
      small.notes == ["its first convolution of 3×3 is taken with stride 1 and no pool behind it"])
  }
}
