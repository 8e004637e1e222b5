/// The room for lines of text.

import Foundation

/// What is known of the terminal that a descriptor leads to.
package enum Terminal {
  /// Characters in a line: `COLUMNS`, else what the terminal says now, so that a resized window is
  /// filled; nil where there is no terminal.
  package static func width(of descriptor: Int32) -> Int? {
    if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init), columns > 0 {
      return columns
    }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
