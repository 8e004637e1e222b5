// The width of text in columns of a terminal: East Asian letters and emoji take two, combining marks none.

extension String {
  /// The number of columns that the text takes, as wcwidth counts, except joined emoji, which are one picture.
  package var displayWidth: Int {
    utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.displayWidth }
  }
}

extension Character {
  /// The number of columns that the character takes: that of its widest code point, or two if U+FE0F requests an
  /// emoji.
  var displayWidth: Int {
    unicodeScalars.reduce(0) { max($0, $1.value == 0xFE0F ? 2 : $1.displayWidth) }
  }
}

extension Unicode.Scalar {
  fileprivate var displayWidth: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: 0
    default: isWide ? 2 : 1
    }
  }

  private var isWide: Bool {
    value >= 0x1100
      && (properties.isEmojiPresentation || wideRanges.contains { $0.contains(value) })
  }
}

/// Code points of East_Asian_Width W and F (UAX #11) that are not emoji; ranges are joined if only
/// unassigned code points lie between them.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0xA4C6,
  0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAD9, 0xFE10...0xFE19, 0xFE30...0xFE6B,
  0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x3FFFD,
]
