// VGG16 in the layouts that versions of Keras use. Its logits are compared with those of the PyTorch module from which the
// files were made (`keras` in `make_fixtures.py`).

import Randomness
import StateDictionaries
import Testing

struct KerasTests {
  static let files = [
    "keras-applications.h5", "keras-2.h5", "keras-2-model.h5", "keras-3.weights.h5",
  ]

  @Test("Logits equal those of the PyTorch module", arguments: files)
  func logitsAgree(file: String) throws {
    for dictionary in [
      try StateDictionary(path: Fixture.path(file)),
      try StateDictionary(bytes: Fixture.bytes(file), name: file),
    ] {
      #expect(dictionary.format == .keras)
      let weights = try VGGWeights(dictionary, inputOrder: .bgr)
      #expect(weights.network.depth == 16)
      #expect(weights.classifier.count == 3)
      try Fixture.committed.checkLogits(file, weights)
    }
  }

  @Test func archivesHoldTheWeightsOfKeras3() throws {
    for dictionary in [
      try StateDictionary(path: Fixture.path("keras-3.keras")),
      try StateDictionary(bytes: Fixture.bytes("keras-3.keras"), name: "keras-3.keras"),
    ] {
      #expect(dictionary.format == .kerasArchive)
      let weights = try VGGWeights(dictionary)
      #expect(weights.network.depth == 11)
      try Fixture.committed.checkLogits("keras-3.keras", weights)
    }
  }

  @Test func blocksAndSideOutputsAreDistinguished() throws {
    let nested = try VGGWeights(
      StateDictionary(path: Fixture.path("keras-nested.weights.h5")), inputOrder: .bgr)
    let whole = try VGGWeights(
      StateDictionary(path: Fixture.path("keras-2.h5")), inputOrder: .bgr)
    #expect(nested.classifier.isEmpty)
    #expect(
      nested.ignored == ["side1/layers/conv2d/vars/0", "side1/layers/conv2d/vars/1"])
    for (a, b) in zip(nested.blocks.joined(), whole.blocks.joined()) {
      #expect(try a.weight.floats() == b.weight.floats())
      #expect(try a.bias.floats() == b.bias.floats())
    }
    #expect(try nested.truncated(to: 11).channels == [[2], [3], [4, 4], [5, 5], [5, 5]])
  }

  static func layer(_ name: String, _ kernel: [Int], vectors: Int = 1) -> [StoredTensor] {
    [StoredTensor(name: "\(name)/vars/0", shape: kernel) { [] }]
      + (0..<vectors).map { i in
        StoredTensor(name: "\(name)/vars/\(i + 1)", shape: [kernel[kernel.count - 1]]) { [] }
      }
  }

  static func problem(_ tensors: [StoredTensor]) -> String? {
    do {
      _ = try VGGWeights(StateDictionary(tensors, format: .keras, file: "f"))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func otherNetworksAreRefused() {
    #expect(
      Self.problem([])
        == "f: 0 convolutions of 3×3 with bias are no VGG11, 13, 16 or 19: state the network with "
        + "--architecture vgg:64,M,…")
    let normalised = Self.layer("layers/batch_normalization", [4], vectors: 3)
    #expect(
      Self.problem(normalised)?.contains("layers/batch_normalization/vars is a batch") == true)
    // Without gamma and beta, batch normalisation has two vectors and no kernel.
    #expect(
      Self.problem(Array(normalised.dropFirst(2)))?.contains("is a batch normalisation") == true)
    // These have ten or more layers in natural order, and a chain that does not fit.
    let chain = (0..<10).map { [3, 3, $0 == 0 ? 3 : 4 + $0 - 1, 4 + $0] }
    let layers = chain.enumerated().flatMap {
      Self.layer("layers/conv2d\($0 == 0 ? "" : "_\($0)")", $1)
    }
    #expect(Self.problem(layers.reversed()) == nil)
    let broken = layers.map { tensor in
      tensor.name == "layers/conv2d_9/vars/0"
        ? StoredTensor(name: tensor.name, shape: [3, 3, 5, 13]) { [] } : tensor
    }
    #expect(
      Self.problem(broken)
        == "f: layers/conv2d_9/vars/0 has shape [13, 5, 3, 3], where [filters, 12, 3, 3] is wanted")
  }

  @Test func groupsThatContainThemselvesAreHandled() throws {
    // The file, made by h5py, has a hard link from a group to the root.
    let line = refusal(try Fixture.bytes("hostile-cycle.h5"))
    #expect(line.hasSuffix("nest or multiply without end: more than 12 deep, or 10000 names"))
  }

  @Test func fileThatCrashesTheLibraryIsRefused() throws {
    // Chunks have fewer axes than the dataset, so that HDF5 1.10 divides by zero.
    var bytes = try Fixture.bytes("keras-2.h5")
    for (position, byte) in [
      (16832, 2), (18786, 8), (18788, 1), (18792, 2), (18793, 2), (18794, 2), (18795, 1),
      (20338, 0x80),
    ] as [(Int, UInt8)] { bytes[position] = byte }
    #expect(refusal(bytes).hasPrefix("input: "))
  }

  @Test func externalFilesAreNotRead() throws {
    for file in ["hostile-external-link.h5", "hostile-external-storage.h5"] {
      let bytes = try Fixture.bytes(file)
      let dictionary = try? StateDictionary(bytes: bytes, name: file)
      for tensor in dictionary?.tensors ?? [] {
        #expect(throws: StateDictionaryError.self) { try tensor.floats() }
      }
    }
  }

  @Test(
    "Damaged copies are read or refused",
    arguments: [
      "keras-2.h5", "keras-3.weights.h5", "keras-3.keras", "keras-models/normalised.keras",
      "keras-models/keras-2-functional.h5",
    ])
  func mutations(file: String) throws {
    let original = try Fixture.bytes(file)
    var random = SplitMix64(seed: 11)
    for trial in 0..<(file.contains("/") ? 500 : 1500) {
      let bytes = MutationTests.damage(original, &random)
      do {
        let dictionary = try StateDictionary(bytes: bytes, name: file)
        _ = try VGGWeights(dictionary).stateDictionary.tensors.map { try $0.floats() }
      } catch let error as StateDictionaryError {
        #expect(!error.description.contains("\n"), "trial \(trial): \(error)")
      }
    }
  }
}
