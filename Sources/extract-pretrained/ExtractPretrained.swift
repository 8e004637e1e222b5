// Reads what another program has learned: a trained network, or matrices that were computed from one.

import ArgumentParser
import HDF5
import Networks
import Schemas
import StateDictionaries
import Tooling

@main
struct ExtractPretrained: Tool {
  static let configuration = CommandConfiguration(
    commandName: "extract-pretrained",
    abstract: "Take a trained network out of a file, or feature matrices out of text files.",
    discussion: """
      Reads, told apart by their first bytes:
        a run or network of these tools (of a run, the epoch with the best
          validation accuracy);
        .pth of PyTorch in all three of its forms: zip, pickles, tar;
        .safetensors;
        .h5 weights of Keras, and .keras archives;
        an index of shards (model.safetensors.index.json), or a folder with
          Hugging Face's model.safetensors or pytorch_model.bin, whole or sharded.
      All but the first hold a VGG (11, 13, 16, 19, or a table of its own; any width) under the names \
      of torchvision, timm or Keras, a residual network of basic blocks (18, 34, or CIFAR's 20, 32, …) \
      under those of torchvision and timm, or a vision transformer under those of timm, torchvision or \
      Hugging Face, bare or wrapped (state_dict, model, module.). Of several networks in one .pth \
      --key takes one; without it, the one under a usual name is taken and reported. Batch \
      normalisation is folded into a VGG's convolutions, and stays in a residual network. A VGG's \
      convolutions without bias get 0, and a first layer for grey images gets a third of its weights in \
      each of three channels; both are reported. Nothing in a .pth is run: tensors and containers are read, other objects beside \
      them (argparse.Namespace, NumPy's numbers, paths) are passed over, and a file that mentions \
      what runs programs or code (os.system, eval) is refused by that name.

      Writes a network file: a state dictionary under PyTorch's names (features.0.weight [64, 3, \
      3, 3] Float32, …), and as attributes the architecture and how its images are prepared: mean \
      and std of each channel in [0, 1], and side. A .safetensors or .pth that these tools exported \
      says so itself. Other files do not; without --mean, --std and --side these are torchvision's for \
      ImageNet (0.485,0.456,0.406, 0.229,0.224,0.225, 224), or with --input-order bgr \
      keras.applications', and for networks of grey images 0.449 and 0.226; a residual network that begins \
      with a 3×3 convolution has a side of 32; what is assumed is \
      reported. A file without a classifier gets one that hands on the means of the last maps.

      Names of tensors do not tell a pool from a dropout, so only the pools of VGG11, 13, 16 and 19 \
      are recognised. Any other table is stated by --architecture and compared with the file. A \
      tensor inside the convolutions or the head that belongs to no layer of a VGG is an error, and so \
      is a head that does not fit the convolutions: --without-head takes these alone.

      Names and shapes of a vision transformer do not tell its heads nor the epsilon of its layer \
      normalisation: heads of 64 and 1e-6 (Hugging Face: 1e-12) are assumed and reported, and \
      --architecture vit:… states them. With --side and --patch it becomes a network for other \
      images: its positions and its patch embedding are resampled bilinearly, and kernels of fewer \
      pixels are not scaled up. Under Hugging Face's names mean and std are assumed to be 0.5. Kinds of transformers that networks here cannot \
      compute are refused by the tensor that shows it.

      A .keras, or an .h5 of Keras' model.save, holds the model's configuration, and the network is \
      what that says: its pools, its head and its dropout, the side of its images, and a Rescaling \
      before the first layer. Batch normalisation between a convolution and its ReLU is folded in; a \
      layer that a VGG does not have is refused by its name and class. Files of weights alone say \
      none of this.

      Features computed from a run's network will name it by source_dataset, source_seed, \
      source_epoch; if that network was drawn from a source itself, by the seed of that one.

      VGG11 from a .pth of 531 MB takes about 3 seconds and 560 MB of memory.

      With --from-csv it reads matrices that the paper's code has computed, and writes a features \
      file instead: one text file a convolution in the network's order, d rows of d numbers \
      separated by commas. Of kind agop they are roots, as that code writes them. The lower \
      triangle counts, as in that code; how far the upper one differs is reported and stored. A \
      matrix that is not positive semi-definite is reported, with the share of its trace that the \
      shift of its spectrum makes isotropic. Costs a symmetric eigenproblem of size d a layer: \
      minutes for 512 channels.

      Examples:
        extract-pretrained build/demo/source-1001.run.h5 -o vgg11.h5
        extract-pretrained vgg11-8a719046.pth --side 32 -o vgg11.h5
        extract-pretrained vgg16_weights.h5 --input-order bgr --as vgg11 -o vgg11.h5
        extract-pretrained vgg11.h5 --export safetensors -o vgg11.safetensors
        extract-pretrained deit_tiny_patch16_224.fb_in1k.safetensors --side 32 --patch 4 -o vit.h5
        extract-pretrained vit.h5 --naming torchvision -o vit.pth
        extract-pretrained --from-csv layer_{0..7}.csv --kind agop -o agop.h5
      """,
    version: version)

  @Argument(help: "The file to read; - for standard input.", completion: .file())
  var input: String?

  @Option(
    name: .shortAndLong, help: "The file to write; - for standard output.", completion: .file())
  var output = "-"

  @Option(help: "Which epoch of a run: best (on validation) or last. [default: best]")
  var epoch: Epoch?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "Of a deeper VGG, only the first convolutions of each block, as many as this one has.",
      discussion: "The result was never trained as a whole, which is reported and recorded."))
  var depth: Depth?

  @Option(
    help: ArgumentHelp(
      "The network that another program's file holds, such as vgg:16,M,32,M or vit-tiny. [default: what a Keras configuration says, else VGG11, 13, 16 or 19, a residual network or a vision transformer, recognised; with --from-csv vgg11]",
      valueName: "name"))
  var architecture: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Replace OLD by NEW where names of tensors begin with OLD, as basenet.slice1=features; may be repeated.",
      valueName: "old=new"))
  var rename: [StateDictionary.Renaming] = []

  @Flag(
    help: "Take another program's network without its head: only the convolutions of a VGG.")
  var withoutHead = false

  @Option(
    help: "Order of the channels that another program's network takes: rgb or bgr. [default: rgb]")
  var inputOrder: InputOrder?

  @Option(
    help: ArgumentHelp(
      "Mean of each input channel in [0, 1]. [default: see above]", valueName: "r,g,b"))
  var mean: Channels?

  @Option(
    help: ArgumentHelp(
      "Standard deviation of each input channel. [default: see above]", valueName: "r,g,b"))
  var std: Channels?

  @Option(
    help: ArgumentHelp(
      "Height and width of the input; a vision transformer is resampled for it. [default: see above]",
      valueName: "pixels"))
  var side: Int?

  @Option(
    help: ArgumentHelp(
      "Height and width of a vision transformer's patches. [default: as they are]",
      valueName: "pixels"))
  var patch: Int?

  @Option(
    help: ArgumentHelp(
      "Which dictionary of a .pth that holds several, as state_dict_ema or model.generator; . is "
        + "the outermost. [default: the only one, or the only one under a usual name]",
      valueName: "path"))
  var key: String?

  @Option(
    help:
      "Write a state dictionary for PyTorch instead: safetensors or pth. [default: as -o FILE.pth, .pt or .safetensors says]"
  )
  var export: StateDictionaryFormat?

  @Option(
    help: "Whose names an exported vision transformer has: timm or torchvision. [default: timm]")
  var naming: ExportNaming?

  @OptionGroup var matrices: MatrixOptions

  @OptionGroup var quiet: QuietOption

  func validate() throws {
    guard (mean == nil) == (std == nil) else {
      throw ValidationError("--mean and --std come together")
    }
    guard std?.values.allSatisfy({ $0 > 0 }) ?? true else {
      throw ValidationError("--std takes positive numbers")
    }
    guard (1...4096).contains(side ?? 1) else { throw ValidationError("--side is 1 to 4096") }
    guard (1...256).contains(patch ?? 1) else { throw ValidationError("--patch is 1 to 256") }
    guard naming == nil || format != nil else {
      throw ValidationError("--naming is for --export, or -o FILE.pth, .pt or .safetensors")
    }
    try validateMatrices()
  }

  func run() throws {
    guard matrices.fromCsv.isEmpty else { return try extractMatrices() }
    let path = try ModelFolder.weights(at: input ?? "-")
    let written = PlannedFile(output, format.map(OutputKind.stateDictionary) ?? .network)
    try PlannedFile.check([written], reading: [path])
    let input = try Input(path: path)
    let output = try Output(path: output)
    var extracted: Extracted
    switch try Source(input, path: path, key: key) {
    case .ours(let file):
      try refuse(key, "--key is for other programs' files: \(input.name) is ours")
      try refuse(architecture, "--architecture is for other programs' files: \(input.name) is ours")
      try refuse(inputOrder, "--input-order is for other programs' files: \(input.name) is ours")
      try refuse(
        rename.first, "--rename is for other programs' files: \(input.name) is ours")
      try refuse(
        withoutHead ? true : nil,
        "--without-head is for other programs' files: \(input.name) is ours")
      extracted = try Extracted(ours: file, epoch: epoch, depth: depth)
    case .others(let dictionary):
      try refuse(epoch, "--epoch is for runs of these tools: \(input.name) is none")
      extracted = try Extracted(
        reporting(.data) { try dictionary.renaming(rename) }, inputOrder: inputOrder, depth: depth,
        architecture: architecture,
        withoutHead: withoutHead)
      reportAssumptions(extracted)
    }
    if extracted.isGrey { try prepareGrey(input.name, extracted) }
    if let mean { extracted.preparation.mean = mean.values }
    if let std { extracted.preparation.std = std.values }
    try extracted.resize(side: side, patch: patch)
    try PlannedFile.check([written], reading: extracted.shards)
    let digests = [try input.sha256()] + (try extracted.shards.map { try Input(path: $0).sha256() })
    extracted.history = extracted.history.appending(
      tool: Self.configuration.commandName ?? "", options: options(extracted),
      inputs: digests.map { (role: extracted.role, sha256: $0) })
    if format != nil { try extracted.rename(naming) }
    try extracted.write(format, to: output)
  }

  /// The format for PyTorch that is asked for, by option or by the ending of the output's name; nil: a
  /// network file.
  private var format: StateDictionaryFormat? { export ?? StateDictionaryFormat(endingOf: output) }

  /// Says which preparation of images is assumed, as far as no option says it.
  private func reportAssumptions(_ extracted: Extracted) {
    let assumed = extracted.preparation
    var parts: [(String, option: String)] = []
    if side == nil, !extracted.isSideKnown {
      parts.append(("side \(assumed.side ?? 0)", "--side"))
    }
    if mean == nil, !extracted.isNormalisationKnown, !extracted.isGrey {
      parts.append(
        ("mean \(assumed.mean.perChannel) and std \(assumed.std.perChannel)", "--mean and --std"))
    }
    guard !parts.isEmpty else { return }
    Log.say(
      "its images are assumed to have \(parts.map(\.0).joined(separator: ", ")); "
        + "\(parts.map(\.option).joined(separator: ", ")) set it")
  }

  /// A network of grey images has three equal channels here, and so has its preparation.
  private func prepareGrey(_ name: String, _ extracted: Extracted) throws {
    guard Set(mean?.values ?? [0]).count == 1, Set(std?.values ?? [1]).count == 1 else {
      throw ToolError(
        .usage, "\(name) takes grey images: --mean and --std repeat one number three times")
    }
    Log.say("it takes grey images: three equal channels have a third of its first weights each")
    if mean == nil, !extracted.isNormalisationKnown {
      Log.warn("mean 0.449 and std 0.226 of grey images are assumed: --mean m,m,m --std s,s,s")
    }
  }

  /// An option that would change nothing is an error, not a silence.
  private func refuse<T>(_ option: T?, _ message: String) throws {
    if option != nil { throw ToolError(.usage, message) }
  }

  /// What of the command line the output depends on.
  private func options(_ extracted: Extracted) -> [(String, String)] {
    let options: [(String, String?)] = [
      ("epoch", extracted.isRun ? (epoch ?? .best).rawValue : nil),
      ("as", depth?.rawValue), ("architecture", architecture),
      ("input-order", inputOrder?.rawValue), ("key", key),
      ("without-head", withoutHead ? "" : nil),
      ("mean", mean?.description), ("std", std?.description), ("side", side.map(String.init)),
      ("patch", patch.map(String.init)),
      ("export", format?.rawValue),
      ("naming", naming?.rawValue),
    ]
    return options.compactMap { name, value in value.map { (name, $0) } }
      + rename.map { ("rename", "\($0)") }
  }
}
