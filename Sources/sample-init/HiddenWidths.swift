// Widths of hidden layers on the command line: `512,512`, or `none`.

import ArgumentParser
import Tooling

struct HiddenWidths: ExpressibleByArgument, CustomStringConvertible {
  let widths: [Int]

  init(_ widths: [Int]) { self.widths = widths }

  init?(argument: String) {
    if argument == "none" {
      widths = []
      return
    }
    guard let widths = argument.list({ Int($0) }) else { return nil }
    self.widths = widths
  }

  var description: String { widths.isEmpty ? "none" : widths.listed }
}
