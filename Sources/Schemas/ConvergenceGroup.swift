// The group `convergence` of a features file, read and written.

import Features
import HDF5
import Tooling

/// Convergence of the matrices of a features file with the number of images: the group
/// `convergence` in files of `compute-agop`, with `images` Int64 [m] and `cosine` Float64 [m, layers].
package struct ConvergenceGroup: Sendable {
  /// The fewest images first.
  package let agreements: [GradientSurvey.Agreement]

  package init(_ agreements: [GradientSurvey.Agreement]) { self.agreements = agreements }

  /// Reads the group of a features file; nil if it has none.
  ///
  /// - Parameter layers: number of layers with features.
  /// - Throws: `ToolError` naming the file if the group is not of this form.
  package init?(_ file: File, layers: Int) throws {
    guard file.root.contains(Self.name) else { return nil }
    let group = try file.root.group(Self.name)
    for dataset in ["images", "cosine"] where !group.contains(dataset) {
      throw schemaError(file, "no '\(Self.name)/\(dataset)'")
    }
    let images = try group.read("images", as: Int64.self).values
    let shape = try group.shape(of: "cosine")
    guard shape == [images.count, layers] else {
      throw schemaError(
        file, "'\(Self.name)/cosine' is \(shape), not \([images.count, layers])")
    }
    let cosines = try group.read("cosine", as: Double.self).values
    agreements = images.enumerated().map { row, count in
      GradientSurvey.Agreement(
        images: Int(count), cosines: Array(cosines[row * layers..<(row + 1) * layers]))
    }
  }

  /// Writes the group; writes nothing if there was only one image.
  package func write(to file: File) throws {
    guard let layers = agreements.first?.cosines.count else { return }
    let group = try file.root.createGroup(Self.name)
    try group.write(agreements.map { Int64($0.images) }, shape: [agreements.count], to: "images")
    try group.write(
      agreements.flatMap(\.cosines), shape: [agreements.count, layers], to: "cosine")
  }

  private static let name = "convergence"
}
