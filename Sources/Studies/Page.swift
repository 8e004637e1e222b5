/// The results page: one file that opens from disk without a network, in light and dark, with and
/// without JavaScript. A function from values to text; what it links to lies beside it.

/// Something to show beside tables and curves.
public enum PagePart: Sendable {
  case figure(Figure)
  /// A PNG, shown inside the page; `alternative` says what it shows to who cannot see it.
  case picture(title: String, caption: String, alternative: String, png: [UInt8])
  case table(title: String, caption: String, TextTable)
  case heatmap(Heatmap, caption: String)
}

/// How a file came to be: its name and the lines of its history.
public struct Provenance: Sendable, Equatable {
  public var name: String
  public var commands: [String]

  public init(name: String, commands: [String]) {
    self.name = name
    self.commands = commands
  }
}

/// Everything that the page says.
public struct Page: Sendable {
  public var title: String
  public var study: Study
  public var table: ResultTable
  /// Shown after the curves, in order.
  public var parts: [PagePart]
  /// Text and address, relative to the page.
  public var links: [(text: String, address: String)]
  public var provenance: [Provenance]

  public init(
    title: String, study: Study, table: ResultTable, parts: [PagePart] = [],
    links: [(text: String, address: String)] = [], provenance: [Provenance] = []
  ) {
    self.title = title
    self.study = study
    self.table = table
    self.parts = parts
    self.links = links
    self.provenance = provenance
  }

  /// The page as HTML.
  public var html: String {
    let sections = table.sections.enumerated().map { index, section in
      results(section, id: "results-\(index)") + curves(section, id: "curves-\(index)")
    }
    let matrix =
      table.sections.count > 1
      ? block(
        "All data sets", id: "matrix",
        table.matrix.html(
          caption: "Test accuracy at the best validation epoch, %, beside the paper's best "
            + "validation accuracy")) : ""
    let parts = parts.enumerated().map { index, part in
      self.part(part, id: "part-\(index)")
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
      <link rel="icon" href="data:,">
      <title>\(escaped(title))</title>
      <style>\(pageStyle)</style>
      </head>
      <body>
      <a class="skip" href="#results">Skip to the results</a>
      <header>
      <h1>\(escaped(title))</h1>
      \(table.headlines.map { "<p class=\"headline\">\(escaped($0))</p>\n" }.joined())\
      \(navigation)</header>
      <main id="results">
      \(matrix)\(sections.joined())\(parts.joined())\(made)</main>
      <script>\(pageScript)</script>
      </body>
      </html>

      """
  }

  private var navigation: String {
    guard !links.isEmpty else { return "" }
    let items = links.map { "<a href=\"\(escaped($0.address))\">\(escaped($0.text))</a>" }
    return "<nav aria-label=\"Files\">\(items.joined(separator: " · "))</nav>\n"
  }

  private func results(_ section: ResultTable.Section, id: String) -> String {
    let plot = ForestPlot(section, of: study, baseline: table.baseline)
    let notes = table.notes(section).map { "<li>\(escaped($0))</li>\n" }.joined()
    let paper =
      section.rows.contains { $0.paper != nil }
      ? " Upright strokes: the paper's best validation accuracy." : ""
    return block(
      "Results on \(section.dataset)", id: id,
      table.text(section).html(caption: "Methods on \(section.dataset)")
        + "<ul class=\"notes\">\n\(notes)</ul>\n"
        + "<figure>\n<div class=\"wide\">\(plot.svg(id: "\(id)-forest"))</div>\n<figcaption>"
        + "\(escaped(plot.title)): each run a dot, the mean a diamond, the bar its 95 % interval."
        + "\(paper)</figcaption>\n</figure>\n")
  }

  private func curves(_ section: ResultTable.Section, id: String) -> String {
    let (name, baseline) = (section.dataset, table.baseline)
    var figures = [
      study.accuracyCurves(on: name, baseline: baseline),
      study.lossGapCurves(on: name, baseline: baseline),
    ]
    // Where one panel can tell the lines apart, a panel for each would only repeat it.
    if section.rows.count > Palette.colours.count {
      figures.append(study.accuracyByMethod(on: name, baseline: baseline))
    }
    return figures.enumerated().filter { !$1.panels.isEmpty }.map { index, figure in
      part(.figure(figure), id: "\(id)-\(index)")
    }.joined()
  }

  private func part(_ part: PagePart, id: String) -> String {
    switch part {
    case .figure(let figure):
      let panels = figure.svgPanels(id: id).map { "<div class=\"wide\">\($0)</div>\n" }.joined()
      let kind = figure.panels.count > 3 ? "small" : "large"
      return block(
        figure.title, id: id,
        "<figure class=\"curves\">\n<div class=\"panels \(kind)\">\n\(panels)</div>\n"
          + "<figcaption>\(escaped(figure.caption))</figcaption>\n</figure>\n")
    case .picture(let title, let caption, let alternative, let png):
      return block(
        title, id: id,
        "<figure>\n<img alt=\"\(escaped(alternative))\" src=\"data:image/png;base64,"
          + "\(base64(png))\">\n<figcaption>\(escaped(caption))</figcaption>\n</figure>\n")
    case .table(let title, let caption, let table):
      return block(title, id: id, table.html(caption: caption))
    case .heatmap(let heatmap, let caption):
      return block(
        heatmap.title, id: id,
        "<figure>\n<div class=\"wide\">\(heatmap.svg(id: "\(id)-map"))</div>\n"
          + "<figcaption>\(escaped(caption))</figcaption>\n</figure>\n")
    }
  }

  private var made: String {
    guard !provenance.isEmpty else { return "" }
    let items = provenance.map { item in
      "<details>\n<summary>\(escaped(item.name))</summary>\n<pre tabindex=\"0\"><code>"
        + escaped(item.commands.joined(separator: "\n")) + "</code></pre>\n</details>\n"
    }
    return block(
      "How each number was made", id: "made",
      "<p>The commands behind every run, with the SHA-256 of what they read.</p>\n"
        + items.joined())
  }

  private func block(_ heading: String, id: String, _ content: String) -> String {
    "<section aria-labelledby=\"\(id)-heading\">\n<h2 id=\"\(id)-heading\">\(escaped(heading))"
      + "</h2>\n\(content)</section>\n"
  }
}
