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
      "What the matrices of --from-csv are: nfm, or agop, which that code stores as roots. [default: nfm]"
  )
  var kind: FeatureSet.Kind?

  @Option(
    help: ArgumentHelp(
      "What is added to their spectrum: paper, |λ| + 1e-6 where the smallest eigenvalue λ is not positive; none, negative eigenvalues count as zero; or the share of the trace that is isotropic, e.g. 0.05. [default: paper]",
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
      input.map { "'\($0)'" }, epoch.map { _ in "--epoch" }, depth.map { _ in "--as" },
      inputOrder.map { _ in "--input-order" }, mean.map { _ in "--mean" }, std.map { _ in "--std" },
      side.map { _ in "--side" }, patch.map { _ in "--patch" },
      withoutHead ? "--without-head" : nil,
      rename.first.map { _ in "--rename" }, key.map { _ in "--key" },
      export.map { _ in "--export" }, naming.map { _ in "--naming" },
    ]
    if let other = ofNetworks.compactMap({ $0 }).first {
      throw ValidationError("--from-csv reads matrices and no network: leave out \(other)")
    }
  }

  /// Reads matrices from text files and writes a features file.
  func extractMatrices() throws {
    try PlannedFile.check([PlannedFile(output, .features)], reading: matrices.fromCsv)
    let output = try Output(path: output)
    let architecture = architecture ?? "vgg11"
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
