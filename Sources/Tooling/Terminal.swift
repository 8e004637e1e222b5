// The width of terminals.

import Foundation

/// Properties of the terminal that a descriptor leads to.
package enum Terminal {
  /// The number of characters in a line: `COLUMNS`, else the terminal's present width, so that a resized window is
  /// filled; nil if there is no terminal.
  package static func width(of descriptor: Int32) -> Int? {
    if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init), columns > 0 {
      return columns
    }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
