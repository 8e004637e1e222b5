// The parts of a results page besides the study itself.

/// A part of the page besides tables and curves.
package enum PagePart: Sendable {
  case figure(Figure)
  /// Rows of pictures with titles; nil where a place is empty.
  case tiles(title: String, caption: String, [[Tile?]])
  case table(title: String, caption: String, TextTable)
  case heatmap(Heatmap, caption: String)
}

/// The provenance of a file: its name, the lines of its history, and its address.
package struct Provenance: Sendable, Equatable {
  package var name: String
  package var commands: [String]
  /// The file's address relative to the page; nil if it has none.
  package var address: String?

  package init(name: String, commands: [String], address: String? = nil) {
    self.name = name
    self.commands = commands
    self.address = address
  }
}

/// A section of the page.
struct Block {
  let heading: String
  let id: String
  let content: String

  init(_ heading: String, id: String, _ content: String) {
    self.heading = heading
    self.id = id
    self.content = content
  }

  var html: String {
    "<section id=\"\(id)\" aria-labelledby=\"\(id)-heading\">\n<h2 id=\"\(id)-heading\">"
      + "\(escaped(heading))</h2>\n\(content)</section>\n"
  }
}
