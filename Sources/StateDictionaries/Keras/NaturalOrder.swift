// The natural order of numbered names: conv2d, conv2d_1, conv2d_2, …, conv2d_10.

struct NaturalOrder: Comparable {
  private enum Piece: Comparable {
    case number(Int)
    case text(String)
  }

  /// The runs of digits and of other characters, for each component of the path.
  private let components: [[Piece]]

  init(_ path: String) {
    components = path.split(separator: "/").map { component in
      var pieces: [Piece] = []
      var rest = component[...]
      while let first = rest.first {
        let isDigit = ("0"..."9").contains(first)
        let run = rest.prefix { ("0"..."9").contains($0) == isDigit }
        pieces.append(Int(run).map(Piece.number) ?? .text(String(run)))
        rest = rest.dropFirst(run.count)
      }
      return pieces
    }
  }

  static func < (a: NaturalOrder, b: NaturalOrder) -> Bool {
    a.components.lexicographicallyPrecedes(b.components) { $0.lexicographicallyPrecedes($1) }
  }
}
