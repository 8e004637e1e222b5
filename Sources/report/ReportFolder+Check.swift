// Files that `report -o FOLDER` must not replace.

import Foundation
import Tooling

extension ReportFolder {
  /// The beginning of the titles of pages.
  static let titleStart = "Feature initialisation: "

  /// Checks before any work that no file in the folder is lost that no report has written: neither an input,
  /// nor a page or table in a folder that holds no page of report's.
  /// - Throws: `ToolError` naming the file, and what helps.
  static func check(_ path: String, reading inputs: [String]) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      guard let ending = OutputKind.ending(of: path) else { return }
      throw ToolError(
        .usage,
        "-o \(path): is to be a folder, not a file that ends in .\(ending); --format prints one table"
      )
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let page = OutputKind("a page of report", format: "HTML", endings: ["html"], holds: isPage)
    let isOurs = (try? isPage(Input(path: "\(path)/index.html"))) ?? false
    let table = OutputKind("a table of report", format: "text", endings: []) { _ in isOurs }
    let figure = OutputKind("a figure of report", format: "", endings: []) { _ in true }
    let files = names.compactMap { name -> PlannedFile? in
      let (stem, ending) = (name.prefix { $0 != "." }, name.drop { $0 != "." })
      let kind: OutputKind
      if name == "index.html" {
        kind = page
      } else if tables.contains(String(stem)),
        [".csv", ".json", ".md", ".tex", ".txt"].contains(ending)
      {
        kind = table
      } else if figures.contains(where: stem.hasPrefix) {
        kind = figure
      } else {
        return nil
      }
      return PlannedFile("\(path)/\(name)", kind)
    }
    try PlannedFile.check(files, reading: inputs)
  }

  @Sendable
  private static func isPage(_ input: Input) throws -> Bool {
    String(decoding: try input.head(4096), as: UTF8.self).contains("<title>\(titleStart)")
  }

  private static let figures = [
    "curves", "loss-gap", "methods", "alignment", "feature-maps", "ansatz",
  ]
  private static let tables = ["table", "runs"]
}
