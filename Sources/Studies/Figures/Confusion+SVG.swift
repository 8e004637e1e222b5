// Pictures of confusion matrices: rows are classes, columns are answers, and colours are shares of the
// class on one scale for all pictures.

extension Confusion {
  /// The largest number of classes that a picture shows by name.
  static let mostShown = 20

  /// The colour of a share: its square root on viridis, so that rare confusions are visible.
  private static func colour(_ share: Double) -> Colour {
    Colour(Viridis.colour(share.squareRoot()))
  }

  /// The matrix as an SVG element, with percentages in it for up to ten classes; `id` must be unique.
  func svg(id: String, title: String) -> String {
    let isNumbered = classes.count <= 10
    let (width, height) = isNumbered ? (34.0, 22.0) : (18.0, 18.0)
    func shortened(_ name: String) -> String { name.count > 16 ? name.prefix(15) + "…" : name }
    let names = classes.map(shortened)
    // Answers that name no class have a column, if there are any.
    let hasOther = counts.contains { $0[classes.count] != nil }
    let answers = classes + (hasOther ? ["no class"] : [])
    let columns = answers.map(shortened)
    let margin = 10 + (columns.map(textWidth).max() ?? 0)
    let (left, top) = (max(margin, textWidth("class")), margin + 44)
    let right = left + width * Double(columns.count)
    let bottom = top + height * Double(names.count)
    var parts = [
      svgText(title, 0, 10, "title"), svgText("class", left - 8, top - 10, "tick end"),
      svgText("answer", left, 34, "tick"),
    ]
    for (column, name) in columns.enumerated() {
      let x = coordinate(left + width * (Double(column) + 0.5))
      parts.append(
        "<text class=\"tick\" transform=\"translate(\(x) \(coordinate(top - 6))) rotate(-90)\" "
          + "dy=\"0.35em\">\(escaped(name))</text>\n")
    }
    for (row, name) in names.enumerated() {
      let y = top + height * Double(row)
      parts.append(svgText(name, left - 8, y + height / 2, "tick end"))
      for column in columns.indices {
        guard let share = share(row, column) else { continue }
        let x = left + width * Double(column)
        let colour = Self.colour(share)
        parts.append(
          "<rect x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" width=\"\(coordinate(width - 1))\" "
            + "height=\"\(coordinate(height - 1))\" fill=\"\(colour.hexadecimal)\"><title>"
            + "\(escaped(classes[row])) taken for \(escaped(answers[column])): \(percent(share)) %"
            + "</title></rect>\n")
        guard isNumbered, share > 0 else { continue }
        parts.append(
          "<text class=\"cell\" x=\"\(coordinate(x + width / 2))\" y=\"\(coordinate(y + height / 2))\" "
            + "dy=\"0.35em\" fill=\"\(colour.luminance > 0.18 ? "#000000" : "#FFFFFF")\">"
            + "\(decimal(100 * share, 0))</text>\n")
      }
    }
    parts.append(
      "<rect class=\"axis\" fill=\"none\" x=\"\(coordinate(left - 1))\" y=\"\(coordinate(top - 1))\" "
        + "width=\"\(coordinate(right - left + 1))\" height=\"\(coordinate(bottom - top + 1))\"/>\n"
    )
    return svgFrame(
      id: id, width: max(right + 8, textWidth(title)), height: bottom + 8, title: title,
      description: words, parts.joined())
  }

  /// The scale of all pictures as an SVG element.
  static func scale(id: String) -> String {
    let (left, width) = (16.0, 360.0)
    let steps = (0..<60).map { step in
      let share = (Double(step) + 0.5) / 60
      let fill = Colour(Viridis.colour(share)).hexadecimal
      return "<rect x=\"\(coordinate(left + width * Double(step) / 60))\" y=\"4\" "
        + "width=\"\(coordinate(width / 60 + 0.5))\" height=\"14\" fill=\"\(fill)\"/>\n"
    }
    let ticks = [0, 1, 5, 10, 25, 50, 100].map { share in
      svgText(
        "\(share)", left + width * (Double(share) / 100).squareRoot(), 28, "tick middle")
    }
    return svgFrame(
      id: id, width: left + width + 150, height: 38, title: "Colours of shares",
      description: "From 0 % (dark) to 100 % (yellow) of the images of a class.",
      steps.joined() + ticks.joined() + svgText("% of the class", left + width + 24, 11, "tick"))
  }

  /// A description: the recognised shares and the largest confusions.
  private var words: String {
    let shares = zip(classes, accuracies).compactMap { name, accuracy in
      accuracy.map { "\(name) \(decimal(100 * $0, 0))" }
    }
    let wrong = largest(5).map { "\($0.label) for \($0.answer) \(decimal(100 * $0.share, 0))" }
    let confused = wrong.isEmpty ? "" : " Most often taken, %: \(wrong.joined(separator: ", "))."
    return "Recognised, %: \(shares.joined(separator: ", ")).\(confused)"
  }
}
