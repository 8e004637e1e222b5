// The results page: one file that opens from disk without a network, in light and dark, with and
// without JavaScript. It is a function from values to text; the files that it links to are beside it.

/// The content of the results page.
package struct Page: Sendable {
  package var title: String
  package var study: Study
  package var table: ResultTable
  /// The descriptions of the methods, shown before the results.
  package var methods: [MethodSummary]
  /// Further parts, shown in order after the curves.
  package var parts: [PagePart]
  /// Links: text, and address relative to the page.
  package var links: [(text: String, address: String)]
  package var provenance: [Provenance]

  package init(
    title: String, study: Study, table: ResultTable, methods: [MethodSummary] = [],
    parts: [PagePart] = [],
    links: [(text: String, address: String)] = [], provenance: [Provenance] = []
  ) {
    self.title = title
    self.study = study
    self.table = table
    self.methods = methods
    self.parts = parts
    self.links = links
    self.provenance = provenance
  }

  /// The page as HTML.
  package var html: String {
    let blocks = blocks
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
      \(files)</header>
      \(contents(blocks))<main id="results">
      \(blocks.map(\.html).joined())</main>
      <script>\(pageScript)</script>
      </body>
      </html>

      """
  }

  /// The blocks in the order of the page.
  private var blocks: [Block] {
    var blocks = [introduction]
    if table.sections.count > 1 {
      blocks.append(
        Block(
          "All data sets", id: "matrix",
          table.matrix.html(caption: table.matrixCaption)))
    }
    for (index, section) in table.sections.enumerated() {
      blocks.append(results(section, id: "results-\(index)"))
      blocks += curves(section, id: "curves-\(index)")
      blocks += classes(section, id: "classes-\(index)")
      blocks += start(section, id: "start-\(index)")
    }
    blocks += parts.enumerated().map { index, part in self.part(part, id: "part-\(index)") }
    return blocks + made
  }

  private var files: String {
    guard !links.isEmpty else { return "" }
    let items = links.map { "<a href=\"\(escaped($0.address))\">\(escaped($0.text))</a>" }
    return "<nav aria-label=\"Files\">Data: \(items.joined(separator: " · "))</nav>\n"
  }

  private func contents(_ blocks: [Block]) -> String {
    guard blocks.count > 2 else { return "" }
    let items = blocks.map { "<li><a href=\"#\($0.id)\">\(escaped($0.heading))</a></li>\n" }
    return "<nav class=\"contents\" aria-label=\"Contents\">\n<ul>\n\(items.joined())</ul>\n"
      + "</nav>\n"
  }

  private func results(_ section: ResultTable.Section, id: String) -> Block {
    let plot = ForestPlot(section, of: study, baseline: table.baseline)
    let notes = table.notes(section).map { "<li>\(escaped($0))</li>\n" }.joined()
    let paper =
      section.rows.contains { $0.paper != nil }
      ? " Upright strokes: the paper's best validation accuracy." : ""
    return Block(
      "Results on \(section.dataset)", id: id,
      table.text(section).html(caption: "Methods on \(section.dataset)")
        + "<figure>\n" + scrolling(plot.svg(id: "\(id)-forest"), label: plot.title) + "<figcaption>"
        + "\(escaped(plot.title)): each run a circle, the mean a diamond, the bar its 95 % interval, "
        + "with an arrowhead where it continues beyond the axis; an open triangle is a run beyond it."
        + "\(paper)</figcaption>\n</figure>\n<ul class=\"notes\">\n\(notes)</ul>\n"
        + table.details(section).map { $0.table.html(caption: $0.title) }.joined())
  }

  private func curves(_ section: ResultTable.Section, id: String) -> [Block] {
    let (name, baseline) = (section.dataset, table.baseline)
    var figures = [
      study.accuracyCurves(on: name, baseline: baseline),
      study.lossGapCurves(on: name, baseline: baseline),
    ]
    // If one panel can distinguish all lines, a panel for each would only repeat it.
    if section.rows.count > Palette.colours.count {
      figures.append(study.accuracyByMethod(on: name, baseline: baseline))
    }
    figures.append(study.alignmentCurves(on: name, baseline: baseline))
    return figures.enumerated().filter { !$1.panels.isEmpty }.map { index, figure in
      part(.figure(figure), id: "\(id)-\(index)")
    }
  }

  /// The block on transformers before the first step; empty if a section has none.
  private func start(_ section: ResultTable.Section, id: String) -> [Block] {
    study.blockTable(on: section.dataset).map { table in
      [
        part(
          .table(
            title: "Attention before the first step on \(section.dataset)",
            caption: Study.blockTableCaption, table), id: id)
      ]
    } ?? []
  }

  private func part(_ part: PagePart, id: String) -> Block {
    switch part {
    case .figure(let figure):
      let panels = figure.svgPanels(id: id).map { "<div class=\"wide\">\($0)</div>\n" }.joined()
      let kind = figure.panels.count > 3 ? "small" : "large"
      return Block(
        figure.title, id: id,
        "<figure class=\"curves\">\n<div class=\"panels \(kind)\">\n\(panels)</div>\n"
          + "<figcaption>\(escaped(figure.caption))</figcaption>\n</figure>\n")
    case .tiles(let title, let caption, let rows):
      let sheet = TileSheet(title: title, rows: rows)
      return Block(
        title, id: id,
        "<figure>\n" + scrolling(sheet.svg(id: "\(id)-tiles"), label: title)
          + "<figcaption>\(escaped(caption))</figcaption>\n</figure>\n")
    case .table(let title, let caption, let table):
      return Block(title, id: id, table.html(caption: caption))
    case .heatmap(let heatmap, let caption):
      return Block(
        heatmap.title, id: id,
        "<figure>\n" + scrolling(heatmap.svg(id: "\(id)-map"), label: heatmap.title)
          + "<figcaption>\(escaped(caption))</figcaption>\n</figure>\n")
    }
  }

  private var made: [Block] {
    guard !provenance.isEmpty else { return [] }
    let items = provenance.map { item in
      let file = item.address.map {
        "<p><a href=\"\(escaped($0))\">The file itself (HDF5)</a></p>\n"
      }
      return "<details>\n<summary>\(escaped(item.name))</summary>\n\(file ?? "")"
        + "<pre tabindex=\"0\"><code>\(escaped(item.commands.map(\.visible).joined(separator: "\n")))</code></pre>\n"
        + "</details>\n"
    }
    return [
      Block(
        "How each number was made", id: "made",
        "<p>The commands behind every run, with the SHA-256 of what they read.</p>\n"
          + items.joined())
    ]
  }
}
