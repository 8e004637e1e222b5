// Dense matrices of a network's convolutions from text files, such as the paper's authors stored, as
// features that filters can be drawn from.

import Features
import Foundation
import Networks
import Schemas
import Tensors
import Tooling

struct DenseMatrices {
  let features: FeatureSet
  /// With a warning for each matrix that is not positive semi-definite.
  let labels: Labels
  let inputs: [(role: String, sha256: String)]
  /// By convolution: the largest difference across the diagonal, as a share of the largest entry.
  private(set) var asymmetries: [String: Double] = [:]

  /// - Parameters:
  ///   - paths: one for each convolution, in the network's order.
  ///   - kind: NFM, or AGOP's roots.
  ///   - shift: what is added to the spectrum of each.
  /// - Throws: `ToolError` naming the file whose matrix does not fit its layer.
  init(
    _ paths: [String], kind: FeatureSet.Kind, architecture name: String, shift: SpectrumShift
  ) throws {
    let architecture = try reporting(.usage) { try Architecture(name, outputs: 1000) }
    let convolutions = architecture.body
    guard paths.count == convolutions.count else {
      throw ToolError(
        .usage,
        "\(paths.count) matrices for the \(convolutions.count)"
          + " \(architecture.isTransformer ? "linear maps" : "convolutions") of \(architecture.name)"
      )
    }
    var layers: [String: LayerFeatures] = [:]
    var warnings: [String] = []
    var inputs: [(role: String, sha256: String)] = []
    for (path, convolution) in zip(paths, convolutions) {
      let input = try Input(path: path)
      let (dense, asymmetry) = try reporting(.data) {
        try Self.read(input, of: convolution, shift: shift)
      }
      asymmetries[convolution.name] = asymmetry.share
      if let summary = asymmetry.summary { Log.say("\(input.name): \(summary)") }
      layers[convolution.name] = dense.features
      if dense.isSemiDefinite {
        Log.say("\(input.name): \(dense.summary)")
      } else {
        warnings.append("\(convolution.name): \(dense.summary)")
      }
      inputs.append((role: convolution.name, sha256: try input.sha256()))
    }
    features = try reporting(.data) {
      try FeatureSet(
        kind: kind, architecture: architecture, preparation: Network.Preparation(),
        layers: layers, power: kind == .agop ? 0.5 : 1)
    }
    var labels = Labels()
    labels.sourceWarnings = warnings
    labels[.featuresShift] = .string(shift.text)
    (self.labels, self.inputs) = (labels, inputs)
  }

  private static func read(
    _ input: Input, of convolution: LinearMap, shift: SpectrumShift
  ) throws -> (DenseFeatures, SquareMatrixParser.Asymmetry) {
    var parser = SquareMatrixParser(name: input.name)
    try input.forEachPiece { try parser.consume($0) }
    let (matrix, asymmetry) = try parser.finish()
    guard matrix.rows == convolution.fanIn else {
      throw FeatureError(
        "\(input.name): \(matrix.rows) columns, but \(convolution.window == .dense ? "inputs" : "patches")"
          + " of '\(convolution.name)' have"
          + " \(convolution.fanIn) values")
    }
    return try naming(input.name) { (try DenseFeatures(matrix, shift: shift), asymmetry) }
  }
}

// MARK: The features file

extension DenseMatrices {
  func write(to output: Output, dense: Bool, history: History) throws {
    try output.writeHDF5 { file in
      try FeaturesFile(features, labels: labels, asymmetries: asymmetries).write(
        to: file, dense: dense)
      try history.write(to: file)
    }
  }
}
