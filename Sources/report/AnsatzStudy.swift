// The neural feature ansatz measured in networks, each beside its null models. A trained network is also compared with
// its state before training, which is found among the files by the digest in its history.

import Features
import Foundation
import HDF5
import Networks
import Schemas
import Tensors
import Tooling

struct AnsatzStudy {
  /// A network, and what was measured in it.
  struct Subject {
    /// The file's name without its ending: the experiment.
    let name: String
    let ansatz: Ansatz
    /// Whether the same network before training was given.
    let hasInitial: Bool
    /// Whether it serves as another's state before training.
    let isInitial: Bool
  }

  let subjects: [Subject]
  /// The number of images on which gradients were computed, and the logits.
  let count: Int
  let logits: LogitSelection

  private struct Found {
    let path: String
    let network: Network
    /// Those that were asked for.
    let maps: [LinearMap]
    let gain: NormGain
    let digest: String
    /// The digest of the network that training began with; nil if it was not trained.
    let initial: String?
    /// How its preparation of images differs from the images' own.
    let difference: String?
  }

  /// - Parameters:
  ///   - paths: networks and runs.
  ///   - images: an images file; its training images are used.
  ///   - layers: of which layers of each network.
  ///   - norms: what they are where they read a normalisation.
  ///   - count: how many of them, those of `compute-agop`; nil: 64, or all if there are fewer.
  /// - Throws: `ToolError` naming the file that is not a network or does not fit the images.
  init(
    _ paths: [String], images imagesPath: String, layers: LayersOption, norms: GainOption,
    count: Int?, logits: LogitSelection, seed: UInt64, pool: WorkerPool
  ) throws {
    let input = try Input(path: imagesPath)
    let images = try ImagesFile(input.openHDF5())
    try images.train.require(count, by: "--count", "training", in: input.name)
    let count = count ?? min(64, images.train.count)
    let chosen = try images.train.choose(count, for: .gradients)
    let found = try paths.map { try Self.read($0, layers, norms, preparedFor: images) }
    var moments: [String: GradientMoments] = [:]
    let progress = ProgressBar(label: "gradients", total: found.count, unit: "networks")
    for (index, file) in found.enumerated() where moments[file.digest] == nil {
      moments[file.digest] = try naming("\(file.path) on \(imagesPath)") {
        try GradientSurvey(
          file.network, images: images.train, indices: chosen, layers: file.maps, logits: logits,
          seed: seed, pool: pool
        ).whole
      }
      progress.advance(to: index + 1)
    }
    progress.finish()
    let byDigest = Dictionary(found.map { ($0.digest, $0) }) { first, _ in first }
    let initials = Set(found.compactMap(\.initial))
    subjects = try found.compactMap { file in
      guard let own = moments[file.digest] else { return nil }
      let before = file.initial.flatMap { byDigest[$0] }
      let initial = before.flatMap { before in
        moments[before.digest].map { (network: before.network, moments: $0) }
      }
      return Subject(
        name: Self.name(file.path),
        ansatz: try naming(file.path) {
          try Ansatz(
            file.network, layers: file.maps, moments: own, initial: initial, gain: file.gain,
            seed: seed)
        }, hasInitial: initial != nil, isInitial: initials.contains(file.digest))
    }
    (self.count, self.logits) = (count, logits)
    // Warnings come after everything that can refuse, so that a refusal is one line.
    for file in found {
      guard let difference = file.difference else { continue }
      Log.warn("\(file.path): \(difference) \(preparationRemedy)")
    }
  }

  private static func read(
    _ path: String, _ layers: LayersOption, _ norms: GainOption, preparedFor images: ImagesFile
  ) throws -> Found {
    let input = try Input(path: path)
    let file = try input.openHDF5()
    var network = try NetworkFile(file).network
    let difference = images.difference(from: network.preparation)?.asNetwork()
    network.preparation = images.completing(network.preparation)
    // An initial network's history tells of its source's training, before its own drawing.
    let made = try History.of(file).entries.last {
      $0.hasPrefix("train ") || $0.hasPrefix("sample-init ")
    }
    let began = made?.firstMatch(of: /^train .* network sha256:([0-9a-f]{64})/)
    return Found(
      path: path, network: network, maps: try layers.maps(of: network.architecture, in: path),
      gain: try norms.value(of: network.architecture, in: path),
      digest: try input.sha256(), initial: began.map { String($0.1) }, difference: difference)
  }

  /// `kaiming-nfm-1.run` of `build/demo/fashion-mnist/kaiming-nfm-1.run.h5`.
  private static func name(_ path: String) -> String {
    let url = URL(fileURLWithPath: path)
    return url.pathExtension == "h5" ? url.deletingPathExtension().lastPathComponent : path
  }
}
