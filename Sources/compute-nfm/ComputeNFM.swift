/// Neural feature matrices of a network's convolutions, as thin factors.

import ArgumentParser
import Features
import HDF5
import Schemas
import Tooling

@main
struct ComputeNFM: Tool {
  static let configuration = CommandConfiguration(
    commandName: "compute-nfm",
    abstract: "Compute the neural feature matrices of a network.",
    discussion: """
      Reads a network (or run) file and writes a features file: for each convolution the thin \
      factor F of (WᵀW)^α = FᵀF, features.0/factor [r, C·3·3] Float32, columns ordered channel, \
      row, column of the kernel. Costs one symmetric eigenproblem of size K a layer if α ≠ 1, \
      otherwise nothing. Faults of the network (filters that are zero, collapsed rank) are said, \
      and stay in the file.

      With --from-csv it reads dense matrices instead, one file a convolution in the network's \
      order, rows of d numbers separated by commas, as the paper's code writes them; says of each \
      whether it is positive semi-definite, and if not by how much and what share of the trace the \
      authors' shift of the spectrum makes isotropic. Costs a symmetric eigenproblem of size d a \
      layer: minutes for 512 channels.

      Examples:
        compute-nfm vgg11.h5 | sample-init --method kaiming-nfm --seed 1 -o init.h5
        compute-nfm --from-csv layer_{0..7}.csv --architecture vgg11 -o published.h5
      """,
    version: version)

  @Argument(help: "A network or run file; - for standard input.", completion: .file())
  var input = "-"

  @Option(
    name: .shortAndLong, help: "The features file to write; - for standard output.",
    completion: .file())
  var output = "-"

  @Option(help: "α, the power of the matrix.")
  var power = 1.0

  @Option(
    help:
      "paper or exact: paper adds the authors' shift of the spectrum where a matrix is singular."
  )
  var convention = Convention.exact

  @Flag(help: "Write the matrices themselves too: features.0/matrix [d, d], 340 MB for VGG11.")
  var dense = false

  @Option(
    parsing: .upToNextOption, help: "Dense matrices to read in place of a network.",
    completion: .file())
  var fromCsv: [String] = []

  @Option(help: "The network that the dense matrices are of. [default: vgg11]")
  var architecture: String?

  @Option(help: "What the dense matrices are: nfm or agop. [default: nfm]")
  var kind: FeatureSet.Kind?

  @OptionGroup var quiet: QuietOption

  func validate() throws {
    guard power > 0, power <= 4 else {
      throw ValidationError("--power is in (0, 4], not \(power)")
    }
    guard fromCsv.isEmpty || (input == "-" && power == 1 && convention == .exact) else {
      throw ValidationError(
        "--from-csv reads matrices as they are: without network, --power and --convention")
    }
    guard !fromCsv.isEmpty || (architecture == nil && kind == nil) else {
      throw ValidationError("--architecture and --kind describe what --from-csv reads")
    }
  }

  func run() throws {
    let output = try Output(path: output)
    let (found, history) = try fromCsv.isEmpty ? ofNetwork() : ofMatrices()
    for warning in found.labels.sourceWarnings { Log.warn("the source: \(warning)") }
    try output.writeHDF5 { file in
      try found.write(to: file, dense: dense)
      try history.write(to: file)
    }
  }

  private func ofNetwork() throws -> (FeaturesFile, History) {
    let input = try Input(path: input)
    let file = try input.openHDF5()
    let stored = try NetworkFile(file)
    var labels = stored.labels.source
    let features: FeatureSet
    do {
      let exact = try FeatureSet.nfm(stored.network, power: power)
      features = convention == .paper ? try exact.shifted() : exact
      labels.sourceWarnings = try stored.network.weightWarnings()
    } catch {
      throw ToolError(.data, "\(input.name): \(error)")
    }
    let history = try History.of(file).appending(
      tool: "compute-nfm", options: described,
      inputs: [(role: "network", sha256: try input.sha256())])
    return (FeaturesFile(features, labels: labels), history)
  }

  private func ofMatrices() throws -> (FeaturesFile, History) {
    let (architecture, kind) = (architecture ?? "vgg11", kind ?? .nfm)
    let matrices = try DenseMatrices(fromCsv, kind: kind, architecture: architecture)
    let history = History().appending(
      tool: "compute-nfm",
      options: [("architecture", architecture), ("kind", kind.rawValue)] + described,
      inputs: matrices.inputs)
    return (FeaturesFile(matrices.features, labels: matrices.labels), history)
  }

  private var described: [(String, String)] {
    [("power", "\(power)"), ("convention", convention.rawValue)] + (dense ? [("dense", "")] : [])
  }
}

extension FeatureSet.Kind: ExpressibleByArgument {}
