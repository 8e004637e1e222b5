// The page's section on classes: the accuracy of each, and the confusions between them.

extension Page {
  private typealias Row = (name: String, confusion: Confusion)

  /// The blocks on classes; empty if no row has answers.
  func classes(_ section: ResultTable.Section, id: String) -> [Block] {
    let all = section.rows.compactMap { row in
      study.confusion(of: row.method, on: section.dataset).map { (name: row.method, confusion: $0) }
    }
    guard let classes = all.first?.confusion.classes else { return [] }
    let rows = all.filter { $0.confusion.classes == classes }
    let missing = section.rows.map(\.method).filter { name in !rows.contains { $0.name == name } }
    let scope =
      "over all runs of a row, at the epoch with the best validation accuracy"
      + (missing.isEmpty ? "" : "; no answers of these classes: \(missing.joined(separator: ", "))")
    let content =
      classes.count <= Confusion.mostShown
      ? accuracies(rows).html(caption: "Test accuracy of each class, %, \(scope)")
        + matrices(rows, id: id)
      : largest(rows).html(
        caption: "Of \(classes.count) classes those that are taken for another most often, \(scope)"
      )
    return [Block("Classes of \(section.dataset)", id: id, content)]
  }

  private func accuracies(_ rows: [Row]) -> TextTable {
    TextTable(
      [.init("method", isNumeric: false)]
        + (rows.first?.confusion.classes ?? []).map { TextTable.Column($0) },
      rows: rows.map { row in
        [row.name] + row.confusion.accuracies.map { $0.map { decimal(100 * $0, 1) } ?? "" }
      })
  }

  private func matrices(_ rows: [Row], id: String) -> String {
    let pictures = rows.enumerated().map { index, row in
      "<div class=\"wide\">\(row.confusion.svg(id: "\(id)-\(index)", title: row.name))</div>\n"
    }
    return "<figure>\n" + scrolling(Confusion.scale(id: "\(id)-scale"), label: "Colours of shares")
      + "<div class=\"panels matrices\">\n\(pictures.joined())</div>\n<figcaption>"
      + "Test images by class (rows) and by the network's answer (columns), % of the class."
      + "</figcaption>\n</figure>\n"
  }

  private func largest(_ rows: [Row]) -> TextTable {
    TextTable(
      [
        .init("method", isNumeric: false), .init("class", isNumeric: false),
        .init("taken for", isNumeric: false), .init("% of the class"), .init("images"),
      ],
      rows: rows.flatMap { row in
        row.confusion.largest(10).map { pair in
          [row.name, pair.label, pair.answer, decimal(100 * pair.share, 1), "\(pair.images)"]
        }
      })
  }
}
