// Neural feature matrices of a network's layers, as thin factors.

import ArgumentParser
import Features
import HDF5
import Networks
import Schemas
import Tooling

@main
struct ComputeNFM: Tool {
  static let configuration = CommandConfiguration(
    commandName: "compute-nfm",
    abstract: "Compute the neural feature matrices of a network.",
    discussion: """
      Reads a network (or run) file and writes a features file. For each convolution, or for each of \
      the --layers, the file has the thin factor F of (WᵀW)^α = FᵀF: features.0/factor [r, C·3·3] \
      Float32, columns ordered by channel, row and column of the kernel (for fully connected layers \
      [r, inputs]). Faults of the network (filters that are zero, collapsed rank) are reported and \
      recorded in the file.

      The maps of a transformer are its patch embedding and, in each block, queries, keys and values \
      of each head, the projection of attention and the MLP's two layers. The gain of a layer \
      normalisation is folded into the maps that read it. The maps of a residual network are its \
      convolutions. The gain γ/σ of the batch normalisation that follows a convolution is folded into \
      it.

      If α is 1 this costs almost nothing; otherwise it costs one symmetric eigenproblem of size K for \
      each layer.

      Example:
        compute-nfm vgg11.h5 | sample-init --method kaiming-nfm --seed 1 -o init.h5
      """,
    version: version)

  @Argument(help: "A network or run file; - for standard input.", completion: .file())
  var input = "-"

  @Option(
    name: .shortAndLong, help: "The features file to write; - for standard output.",
    completion: .file())
  var output = "-"

  @OptionGroup var selection: LayersOption

  @Option(help: "α, the power of the matrix.")
  var power = 1.0

  @Option(
    help:
      "paper or exact: sets the default of --shift; for a transformer also those of --layers, --gain and --rows."
  )
  var convention = Convention.exact

  @OptionGroup var spectrum: ShiftOption

  @OptionGroup var norms: GainOption

  @Option(
    help:
      "The sum or the mean of wᵀw over the rows w of W. [default: sum; paper, for a transformer: mean]"
  )
  var rows: FeatureSet.Rows?

  @Flag(help: "Write the matrices themselves too: features.0/matrix [d, d], 340 MB for VGG11.")
  var dense = false

  @OptionGroup var quiet: QuietOption

  func validate() throws {
    guard power > 0, power <= 4 else {
      throw ValidationError("--power is in (0, 4], not \(power)")
    }
  }

  func run() throws {
    try PlannedFile.check([PlannedFile(output, .features)], reading: [input])
    let input = try Input(path: input)
    let output = try Output(path: output)
    let file = try input.openHDF5()
    let stored = try NetworkFile(file)
    let architecture = stored.network.architecture
    let paperOfTransformers = convention == .paper && architecture.isTransformer
    let shift = spectrum.value(convention, of: architecture)
    let gain = try norms.value(convention, of: architecture, in: input.name)
    let rows = rows ?? (paperOfTransformers ? .mean : .sum)
    var labels = stored.sourceLabels
    labels[.featuresShift] = .string(shift.text)
    let maps = try selection.maps(
      of: architecture, in: input.name,
      unasked: paperOfTransformers ? architecture.mapsOfPaper : nil)
    let (features, warnings) = try naming(input.name) {
      (
        try FeatureSet.nfm(stored.network, layers: maps, rows: rows, gain: gain, power: power)
          .shifted(shift),
        try stored.network.weightWarnings(layers: maps)
      )
    }
    labels.sourceWarnings = warnings
    // Files record a choice only where there is one.
    var chosen: [(String, String)] = []
    if architecture.hasNorms {
      labels[.featuresGain] = .string(gain.rawValue)
      chosen.append(("gain", gain.rawValue))
    }
    if architecture.isTransformer || rows == .mean {
      labels[.featuresRows] = .string(rows.rawValue)
      chosen.append(("rows", rows.rawValue))
    }
    let history = try History.of(file).appending(
      tool: "compute-nfm",
      options: [
        ("power", "\(power)"), ("convention", convention.rawValue), ("shift", shift.text),
      ] + chosen + selection.described(maps, of: architecture) + (dense ? [("dense", "")] : []),
      inputs: [(role: "network", sha256: try input.sha256())])
    for warning in labels.sourceWarnings { Log.warn("the source: \(warning)") }
    try output.writeHDF5 { file in
      try FeaturesFile(features, labels: labels).write(to: file, dense: dense)
      try history.write(to: file)
    }
  }
}

extension FeatureSet.Rows: ExpressibleByArgument {}
