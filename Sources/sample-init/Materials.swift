/// What a network is drawn from: the files that were given, each with its digest and its history.

import Features
import HDF5
import Networks
import Schemas
import Tooling

struct Materials {
  private(set) var features: FeatureSet?
  private(set) var source: Network?
  private(set) var target: ImagesFile?
  /// Of the features, or of the source where there are none.
  private(set) var labels = Labels()
  private(set) var digests: [(role: String, sha256: String)] = []
  private(set) var histories: [History] = []

  /// Of the network that will be drawn, where nothing else is asked for.
  var architecture: Architecture? { features?.architecture ?? source?.architecture }

  /// - Parameters: paths of a features file, a network file and an images file; nil: none.
  /// - Throws: `ToolError`, or what HDF5 says of the file, for the first that cannot be read.
  init(features: String?, source: String?, images: String?) throws {
    if let features {
      let stored = try read("features", features) { try FeaturesFile($0) }.value
      self.features = stored.features
      labels = stored.labels.features
      labels[.featuresKind] = .string(stored.features.kind.rawValue)
      labels[.featuresPower] = .double(stored.features.power)
    }
    if let source {
      let (stored, name) = try read("source", source) { try NetworkFile($0) }
      self.source = stored.network
      if features == nil {
        labels = stored.labels.source
        do { labels.sourceWarnings = try stored.network.weightWarnings() } catch {
          throw ToolError(.data, "\(name): \(error)")
        }
      }
    }
    if let images { target = try read("images", images) { try ImagesFile($0) }.value }
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
