// `--from-csv`: matrices in place of a network.

import ArgumentParser
import Features
import Schemas
import Tooling

struct MatrixOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption, help: "Matrices to read in place of a network.", completion: .file())
  var fromCsv: [String] = []

  @Option(
    help:
      "Kind of the matrices of --from-csv: nfm, or agop, which the paper's code stores as roots. [default: nfm]"
  )
  var kind: FeatureSet.Kind?

  @Option(
    help: ArgumentHelp(
      "What is added to the spectrum of these matrices: paper, |λ| + 1e-6 where the smallest eigenvalue λ is not positive; none, negative eigenvalues count as zero; or the share of the trace that becomes isotropic, e.g. 0.05. [default: paper]",
      valueName: "shift"))
  var shift: SpectrumShift?

  @Flag(help: "With --from-csv, write the matrices themselves too: features.0/matrix [d, d].")
  var dense = false

  func validate() throws {
    guard !fromCsv.isEmpty || (kind == nil && shift == nil && !dense) else {
      throw ValidationError("--kind, --shift and --dense describe what --from-csv reads")
    }
  }
}

extension ExtractPretrained {
  /// - Throws: `ValidationError` if options of networks are given with `--from-csv`.
  func validateMatrices() throws {
    guard !matrices.fromCsv.isEmpty else { return }
    let ofNetworks = [
      input.map { "'\($0)'" }, selection.epoch.map { _ in "--epoch" },
      selection.depth.map { _ in "--as" }, images.inputOrder.map { _ in "--input-order" },
      images.mean.map { _ in "--mean" }, images.std.map { _ in "--std" },
      images.side.map { _ in "--side" }, images.patch.map { _ in "--patch" },
      selection.withoutHead ? "--without-head" : nil,
      selection.rename.first.map { _ in "--rename" }, selection.key.map { _ in "--key" },
      exporting.export.map { _ in "--export" }, exporting.naming.map { _ in "--naming" },
    ]
    if let other = ofNetworks.compactMap({ $0 }).first {
      throw ValidationError("--from-csv reads matrices, not a network: leave out \(other)")
    }
  }

  /// Reads matrices from text files and writes a features file.
  func extractMatrices() throws {
    try PlannedFile.check([PlannedFile(output, .features)], reading: matrices.fromCsv)
    let output = try Output(path: output)
    let architecture = selection.architecture ?? "vgg11"
    let (kind, shift) = (matrices.kind ?? .nfm, matrices.shift ?? .paper)
    let found = try DenseMatrices(
      matrices.fromCsv, kind: kind, architecture: architecture, shift: shift)
    for warning in found.labels.sourceWarnings { Log.warn("the source: \(warning)") }
    let history = History().appending(
      tool: Self.configuration.commandName ?? "",
      options: [
        ("architecture", architecture), ("kind", kind.rawValue), ("shift", shift.text),
      ] + (matrices.dense ? [("dense", "")] : []),
      inputs: found.inputs)
    try found.write(to: output, dense: matrices.dense, history: history)
  }
}
