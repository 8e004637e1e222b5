/// What `report` says of networks rather than of runs: feature maps, the ansatz, and the state before
/// training.

import HDF5
import Networks
import Schemas
import Studies
import Tensors
import Tooling

extension Report {
  /// The files that are runs: with `--ansatz` networks may stand among them.
  func runsOnly() throws -> [String] {
    guard ansatz.isAsked else { return runs }
    return try runs.filter { try RunFile.isRun(Input(path: $0).openHDF5()) }
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
      case .markdown: "### \(markdownEscaped(dataset))\n\n" + table.markdown
      default: "\(dataset.visible)\n\n" + table.terminal(width: columns)
      }
    }
    try Output(path: "-", isText: true).write(text.joined(separator: "\n"))
  }

  /// The grid of feature maps, or the ansatz, into a folder of its own.
  func drawWithoutRuns(_ ansatz: AnsatzStudy?) throws {
    guard let output else { return }
    let maps = try featureMaps.figure()
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
