// Networks that are recognised, and networks that are refused unless the user states their architecture.

import StateDictionaries
import Testing

struct RecognitionTests {
  static func torch(_ tensors: [(name: String, shape: [Int])]) -> StateDictionary {
    StateDictionary(tensors.map { StoredTensor(name: $0.name, shape: $0.shape) { [] } })
  }

  static func convolutions(_ places: [Int], channels: Int = 4) -> [(name: String, shape: [Int])] {
    places.flatMap { place in
      [
        (name: "features.\(place).weight", shape: [channels, place == 0 ? 3 : channels, 3, 3]),
        (name: "features.\(place).bias", shape: [channels]),
      ]
    }
  }

  static func problem(_ dictionary: StateDictionary, stated: [[Int]]? = nil) -> String? {
    do {
      _ = try VGGWeights(dictionary, stated: stated)
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// In `Sequential(conv, relu, dropout, conv, relu, pool)` the second convolution is features.3, as it would be after a
  /// pool.
  @Test func gapInIndicesMayBeADropout() throws {
    let dictionary = Self.torch(Self.convolutions([0, 3, 5]))
    #expect(
      Self.problem(dictionary)
        == "memory: convolutions at features.0, 3, 5 are no VGG11's, 13's, 16's or 19's, and a gap may "
        + "be a pool or a dropout: state the network with --architecture vgg:64,M,…")
    #expect(
      try VGGWeights(dictionary, stated: [[4, 4, 4]]).architecture == "vgg:4,4,4,M")
    #expect(
      try VGGWeights(dictionary, stated: [[4], [4, 4]]).architecture == "vgg:4,M,4,4,M")
  }

  @Test func statedNetworkIsComparedWithTheFile() {
    let dictionary = Self.torch(Self.convolutions([0, 2, 5]))
    #expect(
      Self.problem(dictionary, stated: [[4, 4]])
        == "memory: has 3 convolutions, where the stated architecture has 2")
    #expect(
      Self.problem(dictionary, stated: [[4, 8], [4]])
        == "memory: features.2.weight has shape [4, 4, 3, 3], where the stated architecture has 8 "
        + "filters")
  }

  /// torchvision's squeezenet1_1 begins with a 3×3 convolution of 64 filters; fire modules follow.
  @Test func squeezeNetIsNotRecognisedAsVGG() {
    let dictionary = Self.torch(
      Self.convolutions([0], channels: 64) + [
        (name: "features.3.squeeze.weight", shape: [16, 64, 1, 1]),
        (name: "features.3.squeeze.bias", shape: [16]),
        (name: "classifier.1.weight", shape: [1000, 512, 1, 1]),
        (name: "classifier.1.bias", shape: [1000]),
      ])
    #expect(Self.problem(dictionary) != nil)
    #expect(
      Self.problem(dictionary, stated: [[64]])
        == "memory: features.3.squeeze.weight belongs to no layer of a VGG")
  }

  static let strangers: [(String, [Int])] = [
    // These are BatchNorm1d between linear layers, and a further head.
    ("classifier.1.running_mean", [4]), ("classifier.3.1.weight", [2, 4]),
    ("features.3.gamma", [4]),
  ]

  @Test("A tensor of the network without a known role is refused", arguments: strangers)
  func everyTensorOfTheNetworkMustHaveARole(name: String, shape: [Int]) throws {
    let known = VGGWeightsTests.synthetic([4, 4, 4, 4, 4])
    #expect(try VGGWeights(StateDictionary(known)).ignored.isEmpty)
    let whole = StateDictionary(known + [StoredTensor(name: name, shape: shape) { [] }])
    let remedy =
      name.hasPrefix("features") ? "" : ": --without-head takes the convolutions alone"
    #expect(Self.problem(whole) == "memory: \(name) belongs to no layer of a VGG\(remedy)")
    if !remedy.isEmpty {
      #expect(try VGGWeights(whole, withoutHead: true).classifier.isEmpty)
    }
  }

  @Test func layerAfterTheHeadIsRefused() {
    let known = VGGWeightsTests.synthetic([4, 4, 4, 4, 4], head: [6])
    let whole = known + [StoredTensor(name: "fc.weight", shape: [3, 6]) { [] }]
    #expect(
      Self.problem(StateDictionary(whole))
        == "memory: fc.weight takes the 6 outputs of the head that is read, as a layer behind it: "
        + "--without-head takes the convolutions alone")
    let other = known + [StoredTensor(name: "fc.weight", shape: [3, 5]) { [] }]
    #expect(Self.problem(StateDictionary(other)) == nil)
  }

  @Test func tensorsOutsideTheNetworkAreIgnored() throws {
    let whole = StateDictionary(
      VGGWeightsTests.synthetic([4, 4, 4, 4, 4]) + [StoredTensor(name: "mean", shape: [3]) { [] }])
    #expect(try VGGWeights(whole).ignored == ["mean"])
  }

  // MARK: Keras

  static func keras(_ groups: [String]) -> StateDictionary {
    StateDictionary(
      groups.enumerated().flatMap { KerasTests.layer($1, [3, 3, $0 == 0 ? 3 : 4, 4]) },
      format: .keras, file: "f")
  }

  static func blocks(_ counts: [Int]) -> [String] {
    zip(1..., counts).flatMap { block, count in (1...count).map { "block\(block)_conv\($0)" } }
  }

  @Test func blocksInKerasNamesMustBeThoseOfAVGG() throws {
    let known = try VGGWeights(Self.keras(Self.blocks([1, 1, 2, 2, 2])))
    #expect((known.network.depth, known.notes.isEmpty) == (11, true))
    // There are eight convolutions, as in VGG11, but in four blocks.
    let other = Self.keras(Self.blocks([2, 2, 2, 2]))
    #expect(
      Self.problem(other)
        == "f: its blocks of convolutions are not VGG11's: state the network with --architecture "
        + "vgg:64,M,…")
    let stated = [[4, 4], [4, 4], [4, 4], [4, 4]]
    #expect(try VGGWeights(other, stated: stated).architecture == "vgg:4,4,M,4,4,M,4,4,M,4,4,M")
  }

  @Test func poolsNotStatedByKerasNamesAreReported() throws {
    let names = (0..<8).map { "layers/conv2d\($0 == 0 ? "" : "_\($0)")" }
    #expect(
      try VGGWeights(Self.keras(names)).notes == [
        "the file does not say where its pools are: taken as VGG11's; --architecture states them"
      ])
  }
}
