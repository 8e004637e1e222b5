import ArgumentParser
import Features
import HDF5
import Schemas
import Tooling

/// Neural feature matrices of a network's convolutions, as thin factors.
@main
struct ComputeNFM: Tool {
  static let configuration = CommandConfiguration(
    commandName: "compute-nfm",
    abstract: "Compute the neural feature matrices of a network.",
    discussion: """
      Reads a network (or run) file and writes a features file: for each convolution the thin factor F
      of (WᵀW)^α = FᵀF, features.0/factor [r, C·3·3] Float32, columns ordered channel, row, column of the
      kernel. Costs one symmetric eigenproblem of size K a layer if α ≠ 1, otherwise nothing.

      Example:
        compute-nfm vgg11.h5 | sample-init --method kaiming-nfm --seed 1 -o init.h5
      """,
    version: version)

  @Argument(help: "A network or run file; - for standard input.")
  var input = "-"

  @Option(name: .shortAndLong, help: "The features file to write; - for standard output.")
  var output = "-"

  @Option(help: "α, the power of the matrix.")
  var power = 1.0

  @Option(
    help:
      "paper adds the authors' shift of the spectrum where the matrix is singular; exact has no need."
  )
  var convention = Convention.exact

  @OptionGroup var quiet: QuietOption

  func validate() throws {
    guard power > 0, power <= 4 else {
      throw ValidationError("--power is in (0, 4], not \(power)")
    }
  }

  func run() throws {
    let input = try Input(path: input)
    let output = try Output(path: output)
    let file = try input.openHDF5()
    let network = try NetworkFile(file)
    let features: FeatureSet
    do {
      let exact = try FeatureSet.nfm(network.network, power: power)
      features = convention == .paper ? try exact.shifted() : exact
    } catch {
      throw ToolError(.data, "\(input.name): \(error)")
    }
    let history = try History.of(file).appending(
      tool: "compute-nfm", options: [("power", "\(power)"), ("convention", convention.rawValue)],
      inputs: [(role: "network", sha256: try input.sha256())])
    try output.writeHDF5 { file in
      try FeaturesFile(features, labels: network.labels.source).write(to: file)
      try history.write(to: file)
    }
  }
}
