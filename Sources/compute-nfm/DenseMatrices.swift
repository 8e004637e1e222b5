/// Dense matrices of a network's convolutions from text files, such as the paper's authors stored, as
/// features that filters can be drawn from.

import Features
import Foundation
import Networks
import Schemas
import Tensors
import Tooling

struct DenseMatrices {
  let features: FeatureSet
  /// With a warning for each matrix that is no covariance.
  let labels: Labels
  let inputs: [(role: String, sha256: String)]

  /// - Parameter paths: one a convolution, in the network's order.
  /// - Throws: `ToolError` naming the file that is no matrix of its layer.
  init(_ paths: [String], kind: FeatureSet.Kind, architecture name: String) throws {
    let architecture: Architecture
    do {
      architecture = try Architecture(name, outputs: 1000)
    } catch {
      throw ToolError(.usage, error.description)
    }
    let convolutions = architecture.convolutions
    guard paths.count == convolutions.count else {
      throw ToolError(
        .usage,
        "\(paths.count) matrices for the \(convolutions.count) convolutions of \(architecture.name)"
      )
    }
    var layers: [String: LayerFeatures] = [:]
    var warnings: [String] = []
    var inputs: [(role: String, sha256: String)] = []
    for (path, convolution) in zip(paths, convolutions) {
      let input = try Input(path: path)
      do {
        let dense = try Self.read(input, of: convolution)
        layers[convolution.name] = dense.features
        if dense.isSemiDefinite {
          Log.say("\(input.name): \(dense.summary)")
        } else {
          warnings.append("\(convolution.name): \(dense.summary)")
        }
      } catch let error as FeatureError {
        throw ToolError(.data, error.description)
      }
      inputs.append((role: convolution.name, sha256: try input.sha256()))
    }
    do {
      features = try FeatureSet(
        kind: kind, architecture: architecture, preparation: Network.Preparation(),
        layers: layers, power: 1)
    } catch {
      throw ToolError(.data, error.description)
    }
    var labels = Labels()
    labels.sourceWarnings = warnings
    (self.labels, self.inputs) = (labels, inputs)
  }

  private static func read(
    _ input: Input, of convolution: Architecture.Convolution
  ) throws -> DenseFeatures {
    var parser = SquareMatrixParser(name: input.name)
    try input.forEachPiece { try parser.consume($0) }
    let matrix = try parser.finish()
    guard matrix.rows == convolution.fanIn else {
      throw FeatureError(
        "\(input.name): \(matrix.rows) columns, but patches of '\(convolution.name)' have"
          + " \(convolution.fanIn) values")
    }
    do {
      return try DenseFeatures(matrix)
    } catch {
      throw FeatureError("\(input.name): \(error)")
    }
  }
}
