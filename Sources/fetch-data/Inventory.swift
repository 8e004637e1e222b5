// `--list` and `--verify`: the files of the manifest, and which of them are here.

import Foundation
import Tooling

struct Inventory {
  let folder: String

  /// Prints one line for each download: data set, file, bytes, state.
  /// - Parameters:
  ///   - verifying: hash the files that are here, and throw when one is wrong.
  ///   - mustBeThere: also throw when a file is missing.
  func report(_ downloads: [Download], verifying: Bool, mustBeThere: Bool) throws {
    let output = try Output(path: "-", isText: true)
    var wrong: [String] = []
    var missing: [String] = []
    for download in downloads {
      let path = "\(folder)/\(download.file)"
      let here = fileSize(of: path)
      var state = here == nil ? "missing" : "there"
      if here == nil {
        if fileSize(of: path + ".part") != nil { state = "partly there" }
        missing.append(path)
      } else if verifying {
        let found = try download.mismatch(of: path)
        state = found.map { "wrong: has \($0), not \(download.expectation)" } ?? "right"
        if found != nil { wrong.append(path) }
      }
      let bytes = (here ?? download.versions.compactMap(\.size).last).map(String.init) ?? "-"
      try output.write(
        [download.dataset, download.file, bytes, state].joined(separator: "\t") + "\n")
    }
    guard verifying else { return }
    guard wrong.isEmpty else {
      throw ToolError(.data, "\(wrong.joined(separator: ", ")): not what the manifest says")
    }
    guard missing.isEmpty || !mustBeThere else {
      throw ToolError(.noInput, "\(missing.joined(separator: ", ")): missing; fetch-data gets it")
    }
  }
}
