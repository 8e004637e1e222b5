// VGGs recognised under every naming, whose logits are compared with those of torchvision's modules.

import StateDictionaries
import Testing

struct VGGWeightsTests {
  static let torch = [11, 13, 16, 19].flatMap { [("vgg\($0).pth", $0), ("vgg\($0)-bn.pth", $0)] }
  static let others = [("vgg11-parallel.pth", 11), ("vgg11-timm.safetensors", 11)]
  static let sharded = [
    ("sharded-safetensors/model.safetensors.index.json", 11),
    ("sharded-bin/pytorch_model.bin.index.json", 11),
  ]

  @Test("Logits agree with PyTorch", arguments: torch + others + sharded)
  func logitsAgree(file: String, depth: Int) throws {
    let weights = try VGGWeights(StateDictionary(path: Fixture.path(file)))
    #expect(weights.network.depth == depth)
    #expect(weights.batchNormalised == file.contains("-bn"))
    #expect(weights.ignored.isEmpty)
    #expect(weights.channels.map(\.first) == [2, 3, 4, 5, 5])
    try Fixture.committed.checkLogits(file, weights)
  }

  @Test func convolutionsWithoutBiasGetZero() throws {
    let weights = try VGGWeights(StateDictionary(path: Fixture.path("vgg11-no-bias.pth")))
    #expect(weights.notes == ["its convolutions have no bias: taken as 0"])
    try Fixture.committed.checkLogits("vgg11-no-bias.pth", weights)
  }

  @Test func oneInputChannelBecomesThree() throws {
    let dictionary = try StateDictionary(path: Fixture.path("vgg11-grey.pth"))
    let weights = try VGGWeights(dictionary)
    #expect(weights.isGrey)
    #expect(weights.blocks[0][0].weight.shape == [2, 3, 3, 3])
    try Fixture.committed.checkLogits("vgg11-grey.pth", weights, image: "image-grey")
    #expect(
      throws: StateDictionaryError(
        file: dictionary.file, problem: "takes images of one channel, which has no order bgr")
    ) { try VGGWeights(dictionary, inputOrder: .bgr) }
  }

  @Test func wrongChannelOrderChangesTheLogits() throws {
    // Logits depend on the order of input channels, so the comparison detects a wrong one.
    let dictionary = try StateDictionary(path: Fixture.path("vgg11.pth"))
    let image = try Fixture.committed.tensors("image")[0].values
    let flipped = try logits(VGGWeights(dictionary, inputOrder: .bgr), image: image)
    let theirs = try Fixture.committed.tensors("vgg11.pth")[0].values
    #expect(zip(flipped, theirs).contains { abs($0 - Double($1)) > 1e-3 })
  }

  @Test("A deeper VGG is truncated to VGG11's convolutions", arguments: [13, 16, 19])
  func truncation(depth: Int) throws {
    let dictionary = try StateDictionary(path: Fixture.path("vgg\(depth).pth"))
    let whole = try VGGWeights(dictionary)
    let weights = try whole.truncated(to: 11)
    #expect(weights.network.depth == 11)
    #expect(weights.classifier.count == 3)
    let places = [13: [0, 5, 10, 12, 15, 17, 20, 22], 16: [0, 5, 10, 12, 17, 19, 24, 26]]
    let expected = places[depth] ?? [0, 5, 10, 12, 19, 21, 28, 30]
    for (layer, place) in zip(weights.blocks.joined(), expected) {
      #expect(try layer.weight.floats() == dictionary["features.\(place).weight"]?.floats())
      #expect(try layer.bias.floats() == dictionary["features.\(place).bias"]?.floats())
    }
    #expect(
      weights.stateDictionary.tensors.map(\.name)
        == ([0, 3, 6, 8, 11, 13, 16, 18].map { "features.\($0)" }
        + [0, 3, 6].map { "classifier.\($0)" }).flatMap { [$0 + ".weight", $0 + ".bias"] })
    #expect(throws: StateDictionaryError.self) { try weights.truncated(to: depth) }
  }

  /// A VGG11 with the given channels of each block, a head of one layer, and all weights 0.5.
  static func synthetic(_ channels: [Int], head: [Int] = [4], mapSide: Int = 1) -> [StoredTensor] {
    var tensors: [StoredTensor] = []
    func add(_ name: String, _ shape: [Int]) {
      let count = shape.reduce(1, *)
      tensors.append(
        StoredTensor(name: name + ".weight", shape: shape) { .init(repeating: 0.5, count: count) })
      tensors.append(
        StoredTensor(name: name + ".bias", shape: [shape[0]]) {
          .init(repeating: 0.5, count: shape[0])
        })
    }
    var inputs = 3
    for (i, place) in [0, 3, 6, 8, 11, 13, 16, 18].enumerated() {
      let outputs = channels[[0, 1, 2, 2, 3, 3, 4, 4][i]]
      add("features.\(place)", [outputs, inputs, 3, 3])
      inputs = outputs
    }
    inputs *= mapSide * mapSide
    for (i, outputs) in head.enumerated() {
      add("classifier.\(3 * i)", [outputs, inputs])
      inputs = outputs
    }
    return tensors
  }

  @Test func architecturesAreNamed() throws {
    func name(_ channels: [Int]) throws -> String {
      try VGGWeights(StateDictionary(Self.synthetic(channels))).architecture
    }
    #expect(try name([64, 128, 256, 512, 512]) == "vgg11")
    #expect(try name([16, 32, 64, 128, 128]) == "vgg11@0.25")
    #expect(try name([6, 13, 26, 51, 51]) == "vgg11@0.099609375")
    #expect(try name([16, 32, 64, 128, 64]) == "vgg:16,M,32,M,64,64,M,128,128,M,64,64,M")
  }

  @Test func customTableIsReadIfStated() throws {
    let own = [("0", [4, 3, 3, 3]), ("2", [4, 4, 3, 3]), ("5", [8, 4, 3, 3])].flatMap {
      [
        StoredTensor(name: "net.features.\($0).weight", shape: $1) { [] },
        StoredTensor(name: "net.features.\($0).bias", shape: [$1[0]]) { [] },
      ]
    }
    let weights = try VGGWeights(StateDictionary(own), stated: [[4, 4], [8]])
    #expect(weights.architecture == "vgg:4,4,M,8,M")
    #expect(weights.network.depth == nil)
    let open = try VGGWeights(
      StateDictionary(own), stated: [[4, 4], [8]], endsInPool: false)
    #expect(open.architecture == "vgg:4,4,M,8")
  }

  static let faults: [(String, @Sendable (inout [StoredTensor]) -> Void)] = [
    ("features.8.bias is missing", { $0.removeAll { $0.name == "features.8.bias" } }),
    (
      "features.3.weight has shape [4, 9, 3, 3], where [filters, 2, 3, 3] is wanted",
      { $0[2] = StoredTensor(name: $0[2].name, shape: [4, 9, 3, 3]) { [] } }
    ),
    (
      "features.3.bias has shape [7], where [4] is wanted",
      { $0[3] = StoredTensor(name: $0[3].name, shape: [7]) { [] } }
    ),
    (
      "convolutions at features.0, 3, 8, 11, 13, 16, 18 are no VGG's by their places: state the "
        + "network with --architecture vgg:64,M,…",
      { $0.removeAll { $0.name.hasPrefix("features.6.") } }
    ),
    (
      "no VGG or vision transformer: its tensors are classifier.0.weight, classifier.0.bias; --rename OLD=NEW changes what "
        + "their names begin with", { $0.removeFirst(16) }
    ),
    (
      "more than one VGG: under , teacher.",
      { $0.append(StoredTensor(name: "teacher.features.0.weight", shape: [1]) { [] }) }
    ),
    (
      "two tensors are called features.0.bias without their prefixes",
      { $0.append(StoredTensor(name: "module.features.0.bias", shape: [1]) { [] }) }
    ),
  ]

  @Test("An invalid VGG is refused by name", arguments: faults.indices)
  func refusals(index: Int) throws {
    let (problem, break_) = Self.faults[index]
    var tensors = Self.synthetic([2, 4, 4, 8, 8])
    break_(&tensors)
    #expect(throws: StateDictionaryError(file: "memory", problem: problem)) {
      try VGGWeights(StateDictionary(tensors))
    }
  }

  @Test func unsuitableHeadIsRefusedOrOmittedOnRequest() throws {
    var tensors = Self.synthetic([2, 4, 4, 8, 8], head: [5, 4], mapSide: 3)
    #expect(try VGGWeights(StateDictionary(tensors)).classifier.count == 2)
    func problem(_ tensors: [StoredTensor]) -> String? {
      RecognitionTests.problem(
        StateDictionary(tensors), stated: [[2], [4], [4, 4], [8, 8], [8, 8]])
    }
    var broken = tensors
    broken[18] = StoredTensor(name: "classifier.3.weight", shape: [4, 6]) { [] }
    #expect(
      problem(broken)
        == "memory: its head does not fit: classifier.3.weight takes 6 values, where "
        + "classifier.0.weight gives 5; --without-head takes the convolutions alone")
    tensors[16] = StoredTensor(name: "classifier.0.weight", shape: [5, 8 * 5]) { [] }
    #expect(
      problem(tensors)
        == "memory: its head does not fit: classifier.0.weight takes 40 values, not a square map of "
        + "the 8 channels of the last convolution; --without-head takes the convolutions alone")
    let weights = try VGGWeights(StateDictionary(tensors), withoutHead: true)
    #expect(weights.classifier.isEmpty)
    #expect(weights.ignored.first == "classifier.0.weight")
    #expect(weights.stateDictionary.tensors.count == 16)
  }

  @Test func nonFiniteValuesAreRefused() throws {
    var tensors = Self.synthetic([2, 4, 4, 8, 8])
    tensors[1] = StoredTensor(name: "features.0.bias", shape: [2]) { [1, .nan] }
    let weights = try VGGWeights(StateDictionary(tensors))
    #expect(
      throws: StateDictionaryError(
        file: "memory", problem: "features.0.bias holds values that are not finite")
    ) { try weights.stateDictionary["features.0.bias"]?.floats() }
  }
}
