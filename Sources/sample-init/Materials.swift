// The files from which a network is drawn, each with its digest and its history.

import Features
import HDF5
import Networks
import Schemas
import Tooling

struct Materials {
  private(set) var features: FeatureSet?
  private(set) var source: Network?
  /// The source to align with.
  private(set) var alignedSource: Network?
  private(set) var target: ImagesFile?
  /// The labels of the features, or of the source if there are none.
  private(set) var labels = Labels()
  private(set) var digests: [(role: String, sha256: String)] = []
  private(set) var histories: [History] = []

  /// The architecture of the network that will be drawn, unless another one is given.
  var architecture: Architecture? {
    features?.architecture ?? source?.architecture ?? alignedSource?.architecture
  }

  /// - Parameters: paths of a features file, a network file and an images file; nil: none.
  /// - Throws: `ToolError`, or what HDF5 says of the file, for the first that cannot be read.
  init(features: String?, source: String?, align: String?, images: String?) throws {
    if let features {
      let stored = try read("features", features) { try FeaturesFile($0) }.value
      self.features = stored.features
      labels = stored.labels.features
      labels[.featuresKind] = .string(stored.features.kind.rawValue)
      labels[.featuresPower] = .double(stored.features.power)
    }
    if let source {
      self.source = try network("source", source)
      try checkGain(features, "the maps of --source, whose gains are folded in")
      warnOfOtherFeatures(source)
    }
    if let align {
      alignedSource = try network("align", align)
      try checkGain(features, "the normalised tokens that --align compares")
      warnOfOtherFeatures(align)
    }
    if let images { target = try read("images", images) { try ImagesFile($0) }.value }
  }

  /// Reads the network in a file, and its labels if there are no features that have them.
  private mutating func network(_ role: String, _ path: String) throws -> Network {
    let (stored, name) = try read(role, path) { try NetworkFile($0) }
    guard features == nil else { return stored.network }
    labels = stored.sourceLabels
    labels.sourceWarnings = try naming(name) { try stored.network.weightWarnings() }
    return stored.network
  }

  /// - Throws: `ToolError` if there are features with the gain of normalisations left out.
  private func checkGain(_ features: String?, _ compared: String) throws {
    guard labels[.featuresGain]?.string == NormGain.outside.rawValue else { return }
    throw ToolError(
      .data,
      "\(features ?? ""): features with the gain outside are not of \(compared);"
        + " --gain folded of compute-nfm and compute-agop makes those that are")
  }

  /// Warns if features and the network beside them have histories that show that the features come from another network.
  private func warnOfOtherFeatures(_ path: String) {
    guard features != nil, let history = histories.first, let digest = digests.last?.sha256 else {
      return
    }
    let inputs = history.inputs.filter { $0.tool.hasPrefix("compute-") && $0.role == "network" }
    guard !inputs.isEmpty, !inputs.contains(where: { $0.sha256 == digest }) else { return }
    Log.warn("the features were not computed from \(path): they may be of another network")
  }

  private mutating func read<Contents>(
    _ role: String, _ path: String, _ contents: (File) throws -> Contents
  ) throws -> (value: Contents, name: String) {
    let input = try Input(path: path)
    let file = try input.openHDF5()
    let value = try contents(file)
    histories.append(try History.of(file))
    digests.append((role: role, sha256: try input.sha256()))
    return (value, input.name)
  }
}
