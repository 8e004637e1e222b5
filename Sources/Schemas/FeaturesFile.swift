// The features file, read and written.

import Features
import HDF5
import Networks
import Tensors
import Tooling

/// The *features* file: for each layer (PyTorch's name) a group with `factor` [r, d] Float32, the thin
/// factor of G = FᵀF + ρI, and its attributes `trace` and `isotropic` (ρ); at the root `kind` (nfm or
/// agop), `power`, `layers` where these are others than the convolutions, and the network's description,
/// so that `sample-init` needs no other file.
package struct FeaturesFile: Sendable {
  package let features: FeatureSet
  /// Where the network came from, and how the features were computed.
  package let labels: Labels
  /// The asymmetry of matrices that another program stored, by layer: the largest difference across the
  /// diagonal, as a share of the largest entry. Written, not read.
  private let asymmetries: [String: Double]

  package init(_ features: FeatureSet, labels: Labels, asymmetries: [String: Double] = [:]) {
    self.features = features
    self.labels = labels
    self.asymmetries = asymmetries
  }

  /// - Throws: `ToolError` naming the file and what is missing, not finite, or does not fit.
  package init(_ file: File) throws {
    try FileKind.require([.features], file)
    let root = file.root
    let kind = try root.required("kind", "nfm or agop") { value in
      value.string.flatMap(FeatureSet.Kind.init(rawValue:))
    }
    let power = try root.required("power", "a positive number") { value in
      value.double.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }
    _ = try root.optional("features_gain", "folded or outside") { value in
      value.string.flatMap(NormGain.init(rawValue:))
    }
    let architecture = try NetworkFile.architecture(file)
    var layers: [String: LayerFeatures] = [:]
    for map in try Self.maps(of: architecture, file) {
      let name = map.name
      guard root.contains("\(name)/factor") else {
        throw schemaError(file, "no '\(name)/factor': features are made by compute-nfm, -agop")
      }
      let shape = try root.shape(of: "\(name)/factor")
      guard shape.count == 2, shape[1] == map.fanIn, (1...65_536).contains(shape[0]) else {
        throw schemaError(
          file,
          "'\(name)/factor' is \(shape), not [r, \(map.fanIn)] for \(architecture.name)")
      }
      let values = try root.read("\(name)/factor", as: Float.self).values
      guard values.allSatisfy(\.isFinite) else {
        throw schemaError(file, "'\(name)/factor' holds NaN or infinity")
      }
      let isotropic = try root.group(name).optional("isotropic", "a number ≥ 0") { value in
        value.double.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
      }
      layers[name] = LayerFeatures(
        ThinFactor(Matrix(Tensor(values, shape: shape))), isotropic: isotropic ?? 0)
    }
    let preparation = try NetworkFile.preparation(file)
    features = try naming(file.name) {
      try FeatureSet(
        kind: kind, architecture: architecture, preparation: preparation, layers: layers,
        power: power)
    }
    labels = try Labels(file)
    asymmetries = [:]
  }

  /// The linear maps whose features the file contains, by its attribute `layers`.
  private static func maps(of architecture: Architecture, _ file: File) throws -> [LinearMap] {
    guard let names = try file.root.optional("layers", "a list of names", \.strings) else {
      return architecture.body
    }
    let maps = architecture.linearMaps.filter { names.contains($0.name) }
    guard maps.map(\.name) == names, !names.isEmpty else {
      throw schemaError(
        file, "attribute 'layers' does not name layers of \(architecture.name), each once in order")
    }
    return maps
  }

  /// - Parameter dense: whether to write FᵀF + ρI itself too, as `matrix` [d, d] of each layer: 340 MB
  ///   for VGG11.
  package func write(to file: File, dense: Bool = false) throws {
    let root = file.root
    try NetworkFile.writeDescription(features.architecture, features.preparation, to: file)
    try labels.write(to: file)
    try root.setAttribute("kind", .string(features.kind.rawValue))
    try root.setAttribute("power", .double(features.power))
    if features.maps != features.architecture.body {
      try root.setAttribute("layers", .strings(features.maps.map(\.name)))
    }
    for map in features.maps {
      guard let layer = features.layers[map.name] else { continue }
      let group = try root.createGroup(map.name)
      let factor = layer.factor.factor.tensor
      try group.write(factor.values, shape: factor.shape, to: "factor")
      if dense {
        let matrix = layer.dense()
        try group.write(matrix.values, shape: matrix.shape, to: "matrix")
      }
      try group.setAttribute("trace", .double(layer.trace))
      try group.setAttribute("isotropic", .double(layer.isotropic))
    }
    for map in features.architecture.body {
      guard let asymmetry = asymmetries[map.name] else { continue }
      try root.group(map.name).setAttribute("asymmetry", .double(asymmetry))
    }
  }
}
