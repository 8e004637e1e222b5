/// `512,512`, or `none`.

import ArgumentParser

struct HiddenWidths: ExpressibleByArgument, CustomStringConvertible {
  let widths: [Int]

  init(_ widths: [Int]) { self.widths = widths }

  init?(argument: String) {
    if argument == "none" {
      widths = []
      return
    }
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    widths = words.compactMap { Int($0) }
    guard widths.count == words.count else { return nil }
  }

  var description: String {
    widths.isEmpty ? "none" : widths.map(String.init).joined(separator: ",")
  }
}
