/// What `report` says of networks rather than of runs: feature maps, the ansatz, and the state before
/// training.

import HDF5
import Networks
import Schemas
import Studies
import Tensors
import Tooling

extension Report {
  /// The feature maps that were asked for, if any.
  func featureMapFigure() throws -> FeatureMapFigure? {
    guard let featureMaps, let path = network else { return nil }
    let network = try NetworkFile(Input(path: path).openHDF5()).network
    let picture = try PictureUnderFeatures(featureMaps, index: image, side: side, for: network)
    return try FeatureMapFigure(
      picture, network: picture.seen(by: network, called: path), features: features)
  }

  /// The ansatz in all networks given, if it was asked for.
  func ansatzStudy() throws -> AnsatzStudy? {
    guard ansatz, let images else { return nil }
    return try AnsatzStudy(
      runs, images: images, count: count, logits: logits, seed: seed,
      pool: WorkerPool(threads: standard.threadCount))
  }

  /// The files that are runs: with `--ansatz` networks may stand among them.
  func runsOnly() throws -> [String] {
    guard ansatz else { return runs }
    return try runs.filter { path in
      try Input(path: path).openHDF5().root.contains("epochs/train_loss")
    }
  }

  func printAnsatz(_ ansatz: AnsatzStudy) throws {
    let text =
      format == .csv
      ? ansatz.csv
      : format == .markdown
        ? ansatz.table.markdown : ansatz.table.terminal(width: columns)
    try Output(path: "-", isText: true).write(text)
  }

  func printProbes(_ study: Study) throws {
    let text = study.datasets.map { dataset in
      let table = study.probeTable(on: dataset)
      return switch format {
      case .csv: table.csv
      case .markdown: "### \(dataset)\n\n" + table.markdown
      default: "\(dataset)\n\n" + table.terminal(width: columns)
      }
    }
    try Output(path: "-", isText: true).write(text.joined(separator: "\n"))
  }

  /// The grid of feature maps, or the ansatz, into a folder of its own.
  func drawWithoutRuns(_ ansatz: AnsatzStudy?) throws {
    guard let output else { return }
    let maps = try featureMapFigure()
    let folder = try ReportFolder(output)
    if let maps {
      try folder.draw(maps.gnuplot)
      Log.say("\(output)/feature-maps.png")
    }
    if let ansatz {
      try folder.write(ansatz)
      Log.say("\(output)/ansatz.md")
    }
  }
}
