/// The page's section on classes: accuracy of each, and which are taken for which.

extension Page {
  /// Empty where no row has answers.
  func classes(_ section: ResultTable.Section, id: String) -> [Block] {
    let rows = section.rows.compactMap { row in
      study.confusion(of: row.method, on: section.dataset).map { (name: row.method, confusion: $0) }
    }
    // Rows of other classes than the first would need a table of their own.
    guard let classes = rows.first?.confusion.classes else { return [] }
    let shown = rows.filter { $0.confusion.classes == classes }
    let isSmall = classes.count <= Confusion.mostShown
    let table = isSmall ? accuracies(shown) : largest(shown)
    let caption =
      isSmall
      ? "Test accuracy of each class, %, over all runs of a row, at the epoch with the best "
        + "validation accuracy"
      : "Of \(classes.count) classes those that are taken for another most often, over all runs of a "
        + "row, at the epoch with the best validation accuracy"
    let pictures =
      isSmall
      ? [Confusion.scale(id: "\(id)-scale")]
        + shown.enumerated().map { index, row in
          row.confusion.svg(id: "\(id)-\(index)", title: row.name)
        } : []
    let figure =
      "<figure>\n\(pictures.prefix(1).joined())<div class=\"panels matrices\">\n"
      + pictures.dropFirst().map { "<div class=\"wide\">\($0)</div>\n" }.joined()
      + "</div>\n<figcaption>Test images by class (rows) and by the network's answer (columns), % of "
      + "the class, over all runs of a row.</figcaption>\n</figure>\n"
    return [
      Block(
        "Classes of \(section.dataset)", id: id,
        table.html(caption: caption) + (pictures.isEmpty ? "" : figure))
    ]
  }

  private func accuracies(_ rows: [(name: String, confusion: Confusion)]) -> TextTable {
    TextTable(
      [.init("method", isNumeric: false)]
        + (rows.first?.confusion.classes ?? []).map { TextTable.Column($0) },
      rows: rows.map { row in
        [row.name] + row.confusion.accuracies.map { $0.map { decimal(100 * $0, 1) } ?? "" }
      })
  }

  private func largest(_ rows: [(name: String, confusion: Confusion)]) -> TextTable {
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
