// Whole models saved by Keras 3: the network in their configuration computes Keras's logits (`make_keras_fixtures.py`), and
// layers that no VGG has are refused.

import Foundation
import StateDictionaries
import Testing

struct KerasModelTests {
  static let folder = Fixture(Fixture.committed.folder.appendingPathComponent("keras-models"))

  struct Model {
    let name: String
    let architecture: String
    let side: Int
    let dropout: Double
  }
  static let models = [
    Model(name: "normalised", architecture: "vgg:4,M,5,M,3", side: 12, dropout: 0.25),
    Model(name: "nested", architecture: "vgg:4,5,M", side: 8, dropout: 0),
    Model(
      name: "four-blocks", architecture: "vgg:2,2,M,3,3,M,4,4,M,5,5,M", side: 16, dropout: 0),
  ]

  @Test("Logits agree with Keras", arguments: models, ["keras", "h5"])
  func logitsAgree(model: Model, ending: String) throws {
    let weights = try VGGWeights(
      StateDictionary(path: Self.folder.path("\(model.name).\(ending)")))
    #expect(weights.architecture == model.architecture)
    #expect(weights.side == model.side && weights.dropout == model.dropout)
    #expect(weights.batchNormalised == (model.name == "normalised"))
    #expect(weights.isGrey == (model.name == "four-blocks"))
    try Self.folder.checkLogits(model.name, weights, image: model.name + " image")
  }

  @Test func configurationsOfKeras2AreRead() throws {
    let weights = try VGGWeights(
      StateDictionary(path: Self.folder.path("keras-2-functional.h5")))
    #expect(weights.architecture == Self.models[2].architecture && weights.side == 16)
    try Self.folder.checkLogits("four-blocks", weights, image: "four-blocks image")
  }

  @Test func trainingLayersAreReportedAndRescalingIsRead() throws {
    let weights = try VGGWeights(StateDictionary(path: Self.folder.path("normalised.keras")))
    #expect(weights.ignored == ["random_flip (RandomFlip)", "dropout (Dropout)"])
    let scaling = try #require(weights.scaling)
    #expect(abs(scaling.scale - 1 / 127.5) < 1e-12 && scaling.offset == -1)
  }

  @Test func convolutionsCanBeReadWithoutHead() throws {
    let dictionary = try StateDictionary(path: Self.folder.path("nested.h5"))
    let (whole, part) = (
      try VGGWeights(dictionary), try VGGWeights(dictionary, withoutHead: true)
    )
    #expect(whole.classifier.count == 2 && part.classifier.isEmpty)
    #expect(part.channels == whole.channels)
    #expect(part.ignored.contains { $0.hasPrefix("model_weights/out") })
  }

  @Test func statedNetworkIsComparedWithTheConfiguration() throws {
    let dictionary = try StateDictionary(path: Self.folder.path("four-blocks.keras"))
    #expect(
      RecognitionTests.problem(dictionary, stated: [[2, 2], [3, 3], [4, 4], [5, 5]]) == nil)
    let other = RecognitionTests.problem(dictionary, stated: [[2], [2], [3, 3], [4, 4], [5, 5]])
    #expect(
      other?.hasSuffix(
        "its configuration has blocks of [2, 2, 2, 2] convolutions, unlike the stated architecture")
        == true, "\(other ?? "")")
  }

  // MARK: Refusals

  /// A stored model with a changed configuration.
  private static func problem(
    _ file: String, _ words: String, became other: String
  ) throws -> String {
    let dictionary = try StateDictionary(path: folder.path(file))
    let text = try #require(dictionary.remarks["model_config"])
    let range = try #require(text.range(of: words), "\(words) is not in \(file)")
    let edited = StateDictionary(
      dictionary.tensors, format: dictionary.format, file: "f",
      remarks: ["model_config": text.replacingCharacters(in: range, with: other)])
    return RecognitionTests.problem(edited) ?? "accepted"
  }

  static let changes: [(String, String, String, String)] = [
    (
      "normalised.keras", #""strides": [1, 1]"#, #""strides": [2, 2]"#,
      "conv2d (Conv2D) does not have strides 1"
    ),
    (
      "normalised.keras", #""kernel_size": [3, 3]"#, #""kernel_size": [5, 5]"#,
      "conv2d (Conv2D) does not have kernel_size 3×3"
    ),
    (
      "normalised.keras", #""padding": "same""#, #""padding": "valid""#,
      "(Conv2D) does not have padding same"
    ),
    (
      "normalised.keras", #""dilation_rate": [1, 1]"#, #""dilation_rate": [2, 2]"#,
      "(Conv2D) does not have dilation_rate 1"
    ),
    ("normalised.keras", #""groups": 1"#, #""groups": 3"#, "(Conv2D) does not have groups 1"),
    (
      "normalised.keras", #""padding": "same", "data_format": "channels_last""#,
      #""padding": "same", "data_format": "channels_first""#,
      "(Conv2D) does not have channels_last"
    ),
    ("normalised.keras", #""filters": 4"#, #""filters": 5"#, "has a kernel of shape [3, 3, 3, 4]"),
    (
      "normalised.keras", #""activation": "relu""#, #""activation": "gelu""#,
      "conv2d_1 (Conv2D) has the activation gelu, where a VGG has ReLU"
    ),
    (
      "normalised.keras", #""activation": "linear""#, #""activation": "relu""#,
      "batch_normalization (BatchNormalization) does not stand between a convolution and its ReLU"
    ),
    (
      "normalised.keras", #""max_value": null"#, #""max_value": 6.0"#,
      "re_lu (ReLU) is not a plain ReLU"
    ),
    (
      "normalised.keras", #""class_name": "ReLU""#, #""class_name": "LeakyReLU""#,
      "re_lu (LeakyReLU) is not a layer of a VGG"
    ),
    (
      "normalised.keras", #""class_name": "MaxPooling2D""#, #""class_name": "AveragePooling2D""#,
      "max_pooling2d (AveragePooling2D) is not a layer of a VGG"
    ),
    (
      "normalised.keras", #""pool_size": [2, 2]"#, #""pool_size": [3, 3]"#,
      "max_pooling2d (MaxPooling2D) is not 2×2"
    ),
    (
      "normalised.keras", #""padding": "valid""#, #""padding": "same""#,
      "max_pooling2d (MaxPooling2D) is not 2×2"
    ),
    (
      "normalised.keras", #""class_name": "RandomFlip""#, #""class_name": "MaxPooling2D""#,
      "random_flip (MaxPooling2D) is not 2×2"
    ),
    ("normalised.keras", #""axis": -1"#, #""axis": 1"#, "has another axis than the channels"),
    ("normalised.keras", #""use_bias": true"#, #""use_bias": false"#, "has the weights"),
    ("normalised.keras", #""scale": true"#, #""scale": false"#, "has the weights 3, beta"),
    (
      "normalised.keras", #""module": "keras.layers", "class_name": "Conv2D""#,
      #""module": "mine", "class_name": "Conv2D""#,
      "conv2d (Conv2D) is not one of Keras's own layers"
    ),
    (
      "normalised.keras", "[null, 12, 12, 3]", "[null, 12, 16, 3]",
      "takes images of 12×16, where a square"
    ),
    (
      "normalised.keras", "[null, 12, 12, 3]", "[null, 16, 16, 3]",
      "dense (Dense) takes 27 values, where its configuration gives 48"
    ),
    (
      "nested.keras", #""class_name": "GlobalAveragePooling2D""#,
      #""class_name": "GlobalMaxPooling2D""#,
      "(GlobalMaxPooling2D) is not a layer of a VGG; --without-head takes the convolutions alone"
    ),
    (
      "nested.h5", #""padding": [[1, 1], [1, 1]]"#, #""padding": [[2, 2], [2, 2]]"#,
      "(ZeroPadding2D) is not the padding of 1"
    ),
    (
      "nested.keras", #""class_name": "Sequential""#, #""class_name": "Residual""#,
      "inner (Residual) is not a layer of a VGG"
    ),
    ("normalised.keras", "{", "[", "its configuration is not a JSON object"),
  ]

  @Test("A layer that no VGG has is refused", arguments: changes)
  func otherLayersAreRefused(file: String, words: String, other: String, says: String) throws {
    let found = try Self.problem(file, words, became: other)
    #expect(found.contains(says) && !found.contains("\n"), "\(found)")
  }

  /// A functional configuration of one convolution and the layers after it, each with its class and sources.
  private static func graph(_ layers: [(String, [String])], outputs: [String]) -> String {
    let entries = layers.enumerated().map { index, layer in
      let node = layer.1.map { #"["\#($0)", 0, 0, {}]"# }.joined(separator: ", ")
      return
        #"{"class_name": "\#(layer.0)", "name": "l\#(index)", "config": {}, "inbound_nodes": [\#(node.isEmpty ? "" : "[\(node)]")]}"#
    }
    let ends = outputs.map { #"["\#($0)", 0, 0]"# }.joined(separator: ", ")
    return
      #"{"class_name": "Functional", "config": {"layers": [\#(entries.joined(separator: ", "))], "output_layers": [\#(ends)]}}"#
  }

  @Test func configurationsThatAreNotAChainAreRefused() {
    func problem(_ text: String) -> String? {
      RecognitionTests.problem(
        StateDictionary([], format: .keras, file: "f", remarks: ["model_config": text]))
    }
    let input = ("InputLayer", [String]())
    let sum = Self.graph([input, ("ReLU", ["l0"]), ("Add", ["l0", "l1"])], outputs: ["l2"])
    #expect(problem(sum) == "f: its layer l2 (Add) has several inputs")
    let fork = Self.graph([input, ("ReLU", ["l0"]), ("ReLU", ["l0"])], outputs: ["l1", "l2"])
    #expect(
      problem(fork) == "f: its layer l0 (InputLayer) has 2 readers, where a VGG is a chain")
    let side = Self.graph([input, ("ReLU", ["l0"]), ("ReLU", ["l1"])], outputs: ["l1", "l2"])
    #expect(problem(side) == "f: its model has 2 outputs")
    #expect(
      problem(Self.graph([input, input], outputs: ["l0"])) == "f: its model has 2 inputs")
    let circle = Self.graph([input, ("ReLU", ["l2"]), ("ReLU", ["l1"])], outputs: ["l2"])
    #expect(problem(circle) == "f: the layers of its configuration do not form a chain")
    let empty = Self.graph([input], outputs: ["l0"])
    #expect(problem(empty) == "f: its configuration has no convolution")
    // The last configuration nests models without limit.
    let deep = (0..<12).reduce("[]") { text, _ in
      #"[{"class_name": "Sequential", "config": {"name": "m", "layers": \#(text)}}]"#
    }
    #expect(
      problem(#"{"class_name": "Sequential", "config": {"layers": \#(deep)}}"#)
        == "f: its models nest without end")
  }

  /// The tested layers are added to a model of one convolution [3, 3, 3, 2].
  @Test func layersInTheWrongPlaceAreRefused() throws {
    func layer(_ kind: String, _ settings: String) -> String {
      #"{"class_name": "\#(kind)", "config": {"name": "\#(kind)", \#(settings)}}"#
    }
    func problem(_ layers: String...) -> String {
      let text =
        #"{"class_name": "Sequential", "config": {"layers": [\#(layers.joined(separator: ", "))]}}"#
      let kernel = StoredTensor(name: "layers/conv2d/vars/0", shape: [3, 3, 3, 2]) { [] }
      let file = StateDictionary(
        [kernel], format: .keras, file: "f", remarks: ["model_config": text])
      return RecognitionTests.problem(file) ?? "accepted"
    }
    let settings =
      #""kernel_size": 3, "strides": 1, "filters": 2, "use_bias": false, "activation": null, "padding": "#
    let (same, valid) = (
      layer("Conv2D", settings + #""same""#), layer("Conv2D", settings + #""valid""#)
    )
    let pad = layer("ZeroPadding2D", #""padding": [1, 1]"#)
    let relu = layer("ReLU", #""max_value": null"#)
    let scale = layer("Rescaling", #""scale": 0.5, "offset": 0"#)
    #expect(problem(scale, same, relu) == "accepted")
    #expect(problem(scale, pad, valid, relu) == "accepted")
    for faulty in [
      problem(same, scale, relu), problem(pad, scale, valid, relu), problem(same, relu, scale),
    ] {
      #expect(
        faulty
          == "f: its layer Rescaling (Rescaling) is not one positive scale and one offset before the "
          + "first convolution")
    }
    #expect(problem(same, relu, pad) == "f: its configuration ends in a padding")
    #expect(problem(same) == "f: its layer Conv2D (Conv2D) has no ReLU")
    #expect(
      problem(pad, same, relu)
        == "f: its layer Conv2D (Conv2D) does not have padding same (valid behind a padding), as a "
        + "VGG's convolutions do")
    #expect(
      problem(same, relu, layer("Activation", #""activation": "relu""#))
        == "f: its layer Activation (Activation) does not follow a convolution or linear layer")
  }

  /// The configuration of a custom model class lists no layers, so shapes determine the network, as in a file of weights.
  @Test func subclassedModelIsReadByItsShapes() throws {
    let dictionary = try StateDictionary(path: Self.folder.path("four-blocks.keras"))
    let subclassed = StateDictionary(
      dictionary.tensors, format: .kerasArchive, file: "f",
      remarks: ["model_config": #"{"class_name": "Mine", "config": {"name": "mine"}}"#])
    #expect(
      RecognitionTests.problem(subclassed, stated: [[2, 2], [3, 3], [4, 4], [5, 5]]) == nil)
  }
}
