// A network that was found in a file, before it is written.

import HDF5
import Networks
import Schemas
import StateDictionaries
import Tensors
import Tooling

struct Extracted {
  /// Without a head where the file has none.
  var dictionary: StateDictionary
  var architecture: Architecture
  var preparation: Network.Preparation
  let labels: Labels
  var history: History
  /// The role of the input in the history.
  let role: String
  /// Whether the file's network takes images of one channel.
  var isGrey = false
  /// Whether the file itself says the side of its images.
  var isSideKnown = true
  /// Whether it says how they are normalised.
  var isNormalisationKnown = true
  /// The files that hold the tensors, where the input is their index.
  var shards: [String] = []
  var isRun: Bool { role == "run" }
}

// MARK: From our own files

extension Extracted {
  init(ours file: File, epoch: Epoch?, depth: Depth?) throws {
    let isRun = RunFile.isRun(file)
    guard isRun || epoch == nil else {
      throw ToolError(.usage, "--epoch is for runs: \(file.name) is a network")
    }
    let isBest = isRun && epoch != .last
    let found = try NetworkFile(file, best: isBest)
    var labels = found.labels.source
    if isRun {
      let run = try RunSummary(file)
      let chosen = (isBest ? run.bestEpoch.map { $0 + 1 } : run.epochs.count) ?? 0
      // Runs from a source that was itself drawn from a source are replicates over the first source's seed.
      let origin = run.labels[.sourceSeed] ?? .integer(Int(bitPattern: UInt(run.seed)))
      labels = Labels([
        .sourceDataset: .string(run.dataset), .sourceSeed: origin,
        .sourceEpoch: .integer(chosen),
      ])
      Log.say("epoch \(chosen) of \(run.epochs.count) of \(file.name)")
    }
    let network = found.network
    var dictionary = StateDictionary(network, file: file.name)
    var architecture = network.architecture
    if let depth {
      guard architecture.transformer == nil else {
        throw Self.noPart(of: file.name, Self.transformers)
      }
      guard architecture.residual == nil else {
        throw Self.noPart(of: file.name, Self.residualNetworks)
      }
      let weights = try reporting(.data) { try VGGWeights(dictionary).truncated(to: depth.number) }
      labels.noteCut(of: network.architecture.name, to: depth, as: weights.architecture)
      dictionary = weights.stateDictionary
      architecture = try Architecture(weights, dropout: architecture.dropout, file: file.name)
    }
    self.init(
      dictionary: dictionary, architecture: architecture, preparation: network.preparation,
      labels: labels, history: try History.of(file), role: isRun ? "run" : "network")
  }
}

// MARK: From other programs' files

extension Extracted {
  /// - Parameters:
  ///   - architecture: the network in the file as the user states it.
  ///   - withoutHead: whether the head is left out.
  init(
    _ file: StateDictionary, inputOrder: InputOrder?, depth: Depth?, architecture: String?,
    withoutHead: Bool
  ) throws {
    let remarks = try ExportRemarks(file)
    let stated = architecture ?? remarks?.architecture
    let holdsTransformer = VisionTransformerWeights.areIn(file)
    let holdsResidual = ResNetWeights.areIn(file)
    let source = architecture == nil ? file.file : "--architecture"
    let code: ExitStatus = architecture == nil ? .data : .usage
    if stated.map(ResNet.isName) ?? holdsResidual {
      let network = try stated.map { name in try naming(source, code) { try ResNet(name) } }
      guard depth == nil else { throw Self.noPart(of: file.file, Self.residualNetworks) }
      self = try Extracted(
        residualIn: file, stated: network, remarks: remarks, inputOrder: inputOrder,
        withoutHead: withoutHead)
      return
    }
    if let stated, holdsResidual {
      throw ToolError(code, "\(file.file) holds \(Self.residualNetworks), which \(stated) is not")
    }
    guard stated.map(VisionTransformer.isName) ?? holdsTransformer else {
      if let stated, holdsTransformer {
        throw ToolError(code, "\(file.file) holds \(Self.transformers), which \(stated) is not")
      }
      self = try Extracted(
        vggIn: file, stated: stated.map { name in try naming(source, code) { try VGG(name) } },
        remarks: remarks, inputOrder: inputOrder, depth: depth, withoutHead: withoutHead)
      return
    }
    let transformer = try stated.map { name in
      try naming(source, code) { try VisionTransformer(name) }
    }
    guard depth == nil else { throw Self.noPart(of: file.file, Self.transformers) }
    self = try Extracted(
      transformerIn: file, stated: transformer, remarks: remarks, inputOrder: inputOrder,
      withoutHead: withoutHead)
  }

  private static let transformers = "a vision transformer"
  private static let residualNetworks = "a residual network"

  private static func noPart(of file: String, _ held: String) -> ToolError {
    ToolError(.usage, "--as takes part of a VGG: \(file) holds \(held)")
  }

  private init(
    vggIn file: StateDictionary, stated: VGG?, remarks: ExportRemarks?, inputOrder: InputOrder?,
    depth: Depth?, withoutHead: Bool
  ) throws {
    var weights = try reporting(.data) {
      try VGGWeights(
        file, inputOrder: inputOrder ?? .rgb, stated: stated?.filters,
        endsInPool: stated?.endsInPool ?? true, withoutHead: withoutHead)
    }
    let folded = weights.batchNormalised ? ", batch normalisation folded in" : ""
    Log.say("\(weights.architecture) in \(file.file)\(folded)")
    Self.report(notes: file.notes + weights.notes, ignored: weights.ignored)
    if [.keras, .kerasArchive].contains(file.format), inputOrder == nil, !weights.isGrey {
      Log.warn("taken as RGB; weights of keras.applications are for BGR: --input-order bgr")
    }
    var labels = Labels([
      .sourceArchitecture: .string(weights.architecture),
      .sourceFormat: .string(file.format.rawValue),
    ])
    if let depth {
      let whole = weights.architecture
      weights = try reporting(.data) { try weights.truncated(to: depth.number) }
      labels.noteCut(of: whole, to: depth, as: weights.architecture)
    }
    if weights.classifier.isEmpty {
      Log.say("no classifier: its logits are the means of its last maps")
      labels[.sourceHead] = .string("means")
    }
    let told = remarks?.preparation ?? weights.scaling.map(Network.Preparation.init)
    var preparation = told ?? (weights.isGrey ? .grey : inputOrder == .bgr ? .caffe : .imageNet)
    let side = remarks?.preparation?.side ?? weights.side
    preparation.side = side ?? Network.Preparation.imageNet.side
    self.init(
      dictionary: weights.stateDictionary,
      architecture: try Architecture(
        weights, dropout: Float(remarks?.dropout ?? weights.dropout ?? 0.5), file: file.file),
      preparation: preparation, labels: labels, history: History(), role: "weights",
      isGrey: weights.isGrey, isSideKnown: side != nil || remarks?.preparation != nil,
      isNormalisationKnown: told != nil, shards: file.shards)
  }

  /// Reports what was completed or assumed, and which tensors are not used.
  static func report(notes: [String], ignored: [String]) {
    for note in notes { Log.say(note) }
    guard !ignored.isEmpty else { return }
    let first = ignored.prefix(3).joined(separator: ", ")
    Log.say("not used: \(first)\(ignored.count > 3 ? ", …" : "")")
  }

  /// Labels of a network that was found in another program's file. Reports a missing head.
  /// - Parameters:
  ///   - name: the network's text.
  ///   - headless: label and description of the logits of a network without a head.
  static func labels(
    of file: StateDictionary, holding name: String,
    withoutHead headless: (label: String, logits: String)?
  ) -> Labels {
    var labels = Labels([
      .sourceArchitecture: .string(name), .sourceFormat: .string(file.format.rawValue),
    ])
    if let headless {
      Log.say("no head: \(headless.logits)")
      labels[.sourceHead] = .string(headless.label)
    }
    return labels
  }
}

extension Labels {
  /// Records that a network is a part of a deeper one, and reports it.
  fileprivate mutating func noteCut(of whole: String, to depth: Depth, as part: String) {
    guard whole != part else { return }
    self[.sourceCutFrom] = .string(whole)
    Log.warn(
      "\(depth.rawValue) out of \(whole) was never trained as a whole: its NFM is the layers' own, "
        + "but gradients through it, and so its AGOP, are not those of \(whole)")
  }
}

extension Network.Preparation {
  /// torchvision's, for ImageNet.
  static let imageNet = Network.Preparation(
    side: 224, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])

  /// The means of torchvision's values over channels, which timm uses for one channel.
  static let grey = Network.Preparation(
    side: 224, mean: [0.449, 0.449, 0.449], std: [0.226, 0.226, 0.226])

  /// The preparation of a network that takes pixels p of 0 to 255 as scale·p + offset.
  fileprivate init(scale: Double, offset: Double) {
    let std = 1 / (255 * scale)
    self.init(
      mean: [Double](repeating: -offset * std, count: 3), std: [Double](repeating: std, count: 3))
  }

  /// Caffe's, which keras.applications has for VGG: a mean from 0 to 255 is subtracted, without a division.
  fileprivate static let caffe = Network.Preparation(
    side: 224, mean: [123.68, 116.779, 103.939].map { $0 / 255 },
    std: [Double](repeating: 1.0 / 255, count: 3))
}

extension Architecture {
  /// The architecture of weights; without a head it has one output for each of the last maps.
  fileprivate init(_ weights: VGGWeights, dropout: Float, file: String) throws {
    let head = weights.classifier.map { $0.weight.shape[0] }
    self = try naming(file) {
      try Architecture(
        weights.architecture, outputs: head.last ?? weights.channels.last?.last ?? 0,
        hidden: head.dropLast(), pooled: weights.pooled ?? 1, dropout: head.isEmpty ? 0 : dropout)
    }
  }
}
