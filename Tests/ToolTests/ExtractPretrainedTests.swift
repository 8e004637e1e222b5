// extract-pretrained from the command line: each kind of input, its outputs, and its errors.

import Foundation
import HDF5
import Measurements
import Networks
import Schemas
import Tensors
import Testing

struct ExtractPretrainedTests {

  // MARK: Other programs' files

  static let others: [(String, [String])] = [
    ("vgg11.pth", []), ("vgg11-parallel.pth", []), ("vgg13-bn.pth", []), ("vgg16-bn.pth", []),
    ("vgg19.pth", []), ("vgg11-timm.safetensors", []),
    ("keras-applications.h5", ["--input-order", "bgr"]),
    ("keras-3.weights.h5", ["--input-order", "bgr"]),
    ("keras-3.keras", []),
    ("sharded-safetensors/model.safetensors.index.json", []),
    ("sharded-bin/pytorch_model.bin.index.json", []),
  ]

  @Test("Networks of other programs compute the same logits here", arguments: others)
  func logitsAgree(file: String, options: [String]) throws {
    let scratch = try Scratch()
    let outcome = try scratch.extract(
      [extractFixture(file), "--side", "32", "-o", "net.h5"] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(scratch.names() == ["net.h5"])
    let network = try scratch.network("net.h5")
    let image = try extractExpected("image")
    let theirs = try extractExpected(file)

    let compiled = try CompiledNetwork(
      network, side: 32, batch: 1, pool: WorkerPool(threads: 1), trains: false)
    // [3, 32, 32] → [32, 32, 3]
    compiled.input.load((0..<32 * 32 * 3).map { image[$0 % 3 * 1024 + $0 / 3] })
    compiled.evaluate(images: 1)
    let ours = compiled.logits.values(theirs.count)
    let scale = theirs.map(abs).max() ?? 1
    for (a, b) in zip(ours, theirs) { #expect(abs(a - b) < 1e-4 * scale, "\(ours), \(theirs)") }
  }

  @Test func attributesStateThePreparation() throws {
    let scratch = try Scratch()
    _ = try scratch.extract(extractFixture("vgg16.pth"), "-o", "a.h5")
    let usual = try scratch.network("a.h5").preparation
    #expect(usual.mean == [0.485, 0.456, 0.406] && usual.std == [0.229, 0.224, 0.225])
    #expect(usual.side == 224)
    _ = try scratch.extract(extractFixture("keras-2.h5"), "--input-order", "bgr", "-o", "b.h5")
    #expect(try scratch.network("b.h5").preparation.std == [1 / 255.0, 1 / 255.0, 1 / 255.0])
    _ = try scratch.extract(
      extractFixture("vgg16.pth"), "--mean", "0.5,0.25,-1", "--std", "1,2,3e-1", "--side", "64",
      "-o",
      "c.h5")
    #expect(
      try scratch.network("c.h5").preparation
        == Network.Preparation(side: 64, mean: [0.5, 0.25, -1], std: [1, 2, 0.3]))
    let root = try File.open(scratch.file("c.h5")).root
    let history = try #require(try root.attribute("history")?.string)
    #expect(
      history.hasPrefix(
        "extract-pretrained 0.2.0 --mean 0.5,0.25,-1.0 --std 1.0,2.0,0.3 --side 64 < weights sha256:"
      ))
    #expect(try root.attribute("source_format")?.string == "torchZip")
    #expect(
      try root.attribute("source_architecture")?.string
        == "vgg:2,2,M,3,3,M,4,4,4,M,5,5,5,M,5,5,5,M")
  }

  @Test func folderIsReadAsItsFileOfWeights() throws {
    let scratch = try Scratch()
    let folder = extractFixture("sharded-safetensors")
    let outcome = try scratch.extract(folder, "-o", "a.h5")
    #expect(outcome.errors.contains("reading model.safetensors.index.json of \(folder)\n"))
    _ = try scratch.extract(extractFixture("vgg11.pth"), "-o", "b.h5")
    #expect(try scratch.network("a.h5").parameters == scratch.network("b.h5").parameters)
    // These are the index and both shards.
    let root = try File.open(scratch.file("a.h5")).root
    let history = try #require(try root.attribute("history")?.string)
    #expect(history.components(separatedBy: "weights sha256:").count == 4)

    let model = URL(fileURLWithPath: scratch.file("model"))
    try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
    let empty = try scratch.extract("model", "-o", "c.h5")
    #expect(empty.status == 66 && empty.errors.contains("contains none of model.safetensors, "))
    for name in ["pytorch_model.bin", "model.safetensors"] {
      let fixture = name == "pytorch_model.bin" ? "vgg13.pth" : "vgg11-timm.safetensors"
      try FileManager.default.copyItem(
        at: URL(fileURLWithPath: extractFixture(fixture)), to: model.appendingPathComponent(name))
      #expect(try scratch.extract("model/", "-o", "c.h5").status == 0)
    }
    let both = try scratch.extract("model/", "-o", "c.h5")
    #expect(both.errors.contains("reading model.safetensors of model/, not pytorch_model.bin\n"))
    #expect(try scratch.network("c.h5").parameters == scratch.network("b.h5").parameters)
  }

  @Test func gradientsWithoutAClassifierAreReported() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", count: 8, side: 32, channels: 3)
    let warning = "it came without a classifier: gradients are of the means of its last maps"
    for (file, isHeadless) in [("keras-nested.weights.h5", true), ("keras-2.h5", false)] {
      _ = try scratch.extract(extractFixture(file), "--side", "32", "-o", "net.h5")
      let outcome = try scratch.run(
        "compute-agop", "net.h5", "--images", "images.h5", "--count", "4", "-o", "agop.h5")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("the source: \(warning)") == isHeadless)
      let root = try File.open(scratch.file("agop.h5")).root
      let kept = try root.attribute("source_warnings")?.strings ?? []
      #expect(kept.contains(warning) == isHeadless)
    }
  }

  @Test func oneOfSeveralNetworksIsSelectedByKey() throws {
    let scratch = try Scratch()
    let usual = try scratch.extract(
      extractFixture("several-ema.pth"), "--architecture", "vgg:2,M", "-o", "a.h5")
    #expect(usual.errors.contains("takes state_dict of its dictionaries of weights"))
    let key = ["--key", "state_dict_ema", "--architecture", "vgg:2,M", "-o", "b.h5"]
    let chosen = try scratch.extract([extractFixture("several-ema.pth")] + key)
    #expect(!chosen.errors.contains("takes"))
    let piped = try scratch.extract(
      ["--key", "state_dict_ema", "--architecture", "vgg:2,M", "-o", "c.h5"],
      input: extractFixture("several-ema.pth"))
    #expect(piped.status == 0, "\(piped.errors)")
    let weight = "features.0.weight"
    let (a, b, c) = (
      try scratch.network("a.h5"), try scratch.network("b.h5"), try scratch.network("c.h5")
    )
    #expect(a[weight] != b[weight] && b[weight] == c[weight])
    let root = try File.open(scratch.file("b.h5")).root
    let history = try #require(try root.attribute("history")?.string)
    #expect(history.contains("--key state_dict_ema"))
  }

  @Test func convolutionsAreExtractedWithoutHeadOnRequest() throws {
    let scratch = try Scratch()
    let outcome = try scratch.extract(extractFixture("vgg11.pth"), "--without-head", "-o", "a.h5")
    #expect(outcome.errors.contains("not used: classifier.0.weight, classifier.0.bias, "))
    #expect(outcome.errors.contains("no classifier: its logits are the means of its last maps"))
    let network = try scratch.network("a.h5")
    #expect(network.architecture.hidden.isEmpty && network.architecture.outputs == 5)
    let root = try File.open(scratch.file("a.h5")).root
    #expect(try root.attribute("history")?.string?.contains(" --without-head <") == true)
  }

  @Test func tensorsAreRenamedOnRequest() throws {
    let scratch = try Scratch()
    let (names, file) = (["features=a", "classifier=b"], extractFixture("vgg11.pth"))
    let lost = try scratch.extract(file, "--rename", names[0], "-o", "a.h5")
    #expect(lost.status == 65)
    #expect(lost.errors.contains("no VGG or vision transformer: its tensors are a.0.weight"))
    let headless = try scratch.extract(file, "--rename", names[1], "-o", "a.h5")
    #expect(headless.errors.contains("not used: b.0.weight"), "\(headless.errors)")
    let same = try scratch.extract(
      file, "--rename", "features.0=features.0", "--rename", "features=features", "-o", "b.h5")
    try succeed(same)
    let root = try File.open(scratch.file("b.h5")).root
    let history = try #require(try root.attribute("history")?.string)
    #expect(
      history.contains("--rename features.0=features.0 --rename features=features < weights"))
    #expect(try scratch.extract(file, "--rename", "features", "-o", "c.h5").status == 64)
  }

  @Test func greyNetworksHaveOnePreparationForAllChannels() throws {
    let scratch = try Scratch()
    let assumed = try scratch.extract(extractFixture("vgg11-grey.pth"), "-o", "a.h5")
    #expect(assumed.errors.contains("mean 0.449 and std 0.226 of grey images are assumed"))
    #expect(try scratch.network("a.h5").preparation.mean == [0.449, 0.449, 0.449])
    let given = try scratch.extract(
      extractFixture("vgg11-grey.pth"), "--mean", "0.5,0.5,0.5", "--std", "0.25,0.25,0.25",
      "--side", "32", "-o", "b.h5")
    #expect(!given.errors.contains("assumed"))
    #expect(try scratch.network("b.h5").preparation.std == [0.25, 0.25, 0.25])
  }

  @Test func deeperNetworksAreTruncated() throws {
    let scratch = try Scratch()
    _ = try scratch.extract(extractFixture("vgg16.pth"), "-o", "deep.h5")
    _ = try scratch.extract(extractFixture("vgg16.pth"), "--as", "vgg11", "-o", "a.h5")
    _ = try scratch.extract("deep.h5", "--as", "vgg11", "-o", "b.h5")
    let (deep, a, b) = (
      try scratch.network("deep.h5"), try scratch.network("a.h5"), try scratch.network("b.h5")
    )
    #expect(a.architecture.name == "vgg:2,M,3,M,4,4,M,5,5,M,5,5,M")
    #expect(a.parameters == b.parameters)
    #expect(a["features.8.weight"] == deep["features.12.weight"])
    #expect(a["classifier.6.weight"] == deep["classifier.6.weight"])
  }

  @Test func networkWithoutClassifierOutputsItsMaps() throws {
    let scratch = try Scratch()
    let outcome = try scratch.extract(
      extractFixture("keras-nested.weights.h5"), "--as", "vgg11", "-o", "net.h5")
    #expect(
      outcome.errors == """
        extract-pretrained: vgg:2,2,M,3,3,M,4,4,4,M,5,5,5,M,5,5,5,M in \
        \(extractFixture("keras-nested.weights.h5"))
        extract-pretrained: not used: side1/layers/conv2d/vars/0, side1/layers/conv2d/vars/1
        extract-pretrained: warning: taken as RGB; weights of keras.applications are for BGR: \
        --input-order bgr
        extract-pretrained: warning: vgg11 out of vgg:2,2,M,3,3,M,4,4,4,M,5,5,5,M,5,5,5,M was never \
        trained as a whole: its NFM is the layers' own, but gradients through it, and so its AGOP, are \
        not those of vgg:2,2,M,3,3,M,4,4,4,M,5,5,5,M,5,5,5,M
        extract-pretrained: no classifier: its logits are the means of its last maps
        extract-pretrained: its images are assumed to have side 224, mean 0.485,0.456,0.406 and std \
        0.229,0.224,0.225; --side, --mean and --std set it

        """)
    let network = try scratch.network("net.h5")
    #expect(network.architecture.outputs == 5 && network.architecture.hidden.isEmpty)
    #expect(network["classifier.0.weight"].values == (0..<25).map { $0 % 6 == 0 ? 1 : 0 })
    // An export has no untrained head.
    _ = try scratch.extract(
      extractFixture("keras-nested.weights.h5"), "--export", "safetensors", "-o", "net.safetensors"
    )
    #expect(try !scratch.read("net.safetensors").contains(Data("classifier".utf8)))
  }

  // MARK: Our own files

  /// A run of two epochs, of which the first is the best. Its weights are 1, and those of the last epoch are 2.
  static func makeRun(_ path: String) throws {
    func network(_ value: Float) throws -> Network {
      let architecture = try Architecture("vgg11@0.05", outputs: 3, hidden: [4])
      return try Network(
        architecture,
        parameters: Dictionary(
          uniqueKeysWithValues: architecture.parameters.map { name, shape in
            (name, Tensor([Float](repeating: value, count: shape.reduce(1, *)), shape: shape))
          }), preparation: .init(side: 32, mean: [0, 0.5, 1], std: [1, 2, 3]))
    }
    let record = EpochRecord(
      trainLoss: 1, trainAccuracy: 1, trainLossEvaluated: 1, trainAccuracyEvaluated: 1,
      validationLoss: 1, validationAccuracy: 1, testLoss: 1, testAccuracy: 1)
    let run = RunFile(
      NetworkFile(try network(2)), best: try network(1), bestEpoch: 0, probe: nil,
      epochs: [record, record],
      divergedAt: nil, dataset: "shapes", seed: 9, options: [:])
    let file = try File.create(path)
    try run.write(to: file)
    try file.close()
  }

  @Test func bestOrLastEpochOfARunIsExtracted() throws {
    let scratch = try Scratch()
    try Self.makeRun(scratch.file("run.h5"))
    for (options, value, epoch) in [
      ([], 1, 1), (["--epoch", "best"], 1, 1), (["--epoch", "last"], 2, 2),
    ]
      as [([String], Float, Int)]
    {
      let outcome = try scratch.extract(["run.h5", "-o", "net.h5"] + options)
      #expect(outcome.errors == "extract-pretrained: epoch \(epoch) of 2 of run.h5\n")
      let network = try scratch.network("net.h5")
      #expect(network.parameters.values.allSatisfy { $0.values.allSatisfy { $0 == value } })
      #expect(network.preparation == .init(side: 32, mean: [0, 0.5, 1], std: [1, 2, 3]))
      let root = try File.open(scratch.file("net.h5")).root
      #expect(try root.attribute("source_dataset")?.string == "shapes")
      #expect(try root.attribute("source_epoch")?.integer == epoch)
      #expect(
        try root.attribute("history")?.string?.hasPrefix(
          "extract-pretrained 0.2.0 --epoch \(epoch == 1 ? "best" : "last") < run sha256:") == true)
    }
  }

  @Test("An export reads back unchanged", arguments: ["pth", "safetensors"])
  func exportsRoundTrip(format: String) throws {
    let scratch = try Scratch()
    _ = try scratch.extract(extractFixture("vgg13.pth"), "--side", "32", "-o", "net.h5")
    let outcome = try scratch.extract("net.h5", "--export", format, "-o", "out")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(try scratch.extract("net.h5", "--export", format).output == scratch.read("out"))
    #expect(try scratch.extract("out", "--side", "32", "-o", "back.h5").status == 0)
    let (a, b) = (try scratch.network("net.h5"), try scratch.network("back.h5"))
    #expect(a.architecture == b.architecture && a.parameters == b.parameters)
    if format == "safetensors" {
      let header = String(decoding: try scratch.read("out").prefix(900), as: UTF8.self)
      #expect(
        header.contains(#""side":"32","history":"extract-pretrained 0.2.0 --side 32 < weights"#))
    }
  }

  @Test func pipesAndFilesGiveTheSameBytes() throws {
    let scratch = try Scratch()
    for file in ["vgg11-bn.pth", "kinds.pth", "vgg11-timm.safetensors", "keras-2.h5"] {
      let path = extractFixture(file)
      let direct = try scratch.extract(path, "-o", "net.h5", "--quiet")
      let piped = try scratch.extract("-", input: path)
      #expect(direct.status == piped.status)
      #expect(try piped.output == (direct.status == 0 ? scratch.read("net.h5") : Data()))
    }
  }

  // MARK: Refusals

  static let refusals: [([String], Int32, String)] = [
    (["hostile-system.pth"], 65, "its pickle asks for posix.system, which is refused"),
    (["hostile-eval-legacy.pth"], 65, "its pickle asks for __builtin__.eval, which is refused"),
    (["hostile-cycle.h5"], 65, "its groups nest or multiply without end"),
    (["hostile-external-storage.h5"], 65, "its values are in another file, which is refused"),
    (["hostile-getattr.pth"], 65, "its pickle asks for __builtin__.getattr, which is refused"),
    (["objects-weights.pth"], 65, "features.0.weight is an object of numpy."),
    (["several-unnamed.pth"], 65, "models.generator, models.critic.a; choose with --key"),
    (["several-ema.pth", "--key", "ema"], 65, "holds no dictionary ema; its dictionaries"),
    (["vgg11-grey.pth", "--mean", "0.1,0.2,0.3", "--std", "1,1,1"], 64, "takes grey images"),
    (["vgg11-timm.safetensors", "--key", "a"], 65, "a key is for PyTorch's files"),
    (
      ["kinds.pth"], 65,
      "no VGG or vision transformer: its tensors are float32, float16, bfloat16, float64, …"
    ),
    (["make_fixtures.py"], 65, "none of PyTorch's formats (.pth), nor safetensors, nor HDF5"),
    (["no-such.pth"], 66, "No such file or directory"),
    (["vgg11.pth", "--as", "vgg13"], 65, "has not all the convolutions of a VGG13"),
    (["vgg11.pth", "--epoch", "best"], 64, "--epoch is for runs of these tools"),
    (["vgg11.pth", "--mean", "0,0,0"], 64, "--mean and --std must be given together ("),
    (["vgg11.pth", "--mean", "0,0,0", "--std", "1,1,0"], 64, "--std takes positive numbers ("),
    (["vgg11.pth", "--mean", "0,0", "--std", "1,1,1"], 64, "The value '0,0' is invalid"),
    (["vgg11.pth", "--side", "0"], 64, "--side is 1 to 4096 ("),
    (["vgg11.pth", "--export", "onnx"], 64, "The value 'onnx' is invalid"),
  ]

  @Test("An error is one line with its status, without output", arguments: refusals.indices)
  func refusal(index: Int) throws {
    let (arguments, status, line) = Self.refusals[index]
    let scratch = try Scratch()
    let outcome = try scratch.extract(
      [extractFixture(arguments[0])] + arguments.dropFirst() + ["-o", "net.h5", "--quiet"])
    #expect(outcome.status == status)
    #expect(outcome.errors.hasPrefix("extract-pretrained: ") && outcome.errors.contains(line))
    #expect(outcome.errors.count { $0 == "\n" } == 1, "\(outcome.errors)")
    #expect(scratch.names().isEmpty)
  }

  @Test func optionsWithoutEffectAreRefused() throws {
    let scratch = try Scratch()
    _ = try scratch.extract(extractFixture("vgg11.pth"), "-o", "net.h5")
    let useless = [
      ["--epoch", "best"], ["--input-order", "rgb"], ["--key", "a"], ["--without-head"],
      ["--rename", "a=b"],
    ]
    for options in useless {
      let outcome = try scratch.extract(["net.h5", "-o", "again.h5"] + options)
      #expect(outcome.status == 64 && outcome.errors.contains("\(options[0]) is for"))
    }
    #expect(scratch.names() == ["net.h5"])
  }
}
