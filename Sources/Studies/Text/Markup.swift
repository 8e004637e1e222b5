// Text in HTML and SVG, safe for any text, since names come from files that others made.

/// The text escaped for element content and for attributes in double quotes. Characters that XML forbids or that
/// change the direction of the following text are spelled out, such as `<U+202E>`.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\n", "\t": result.unicodeScalars.append(scalar)
    case _ where scalar.isLineEndOrTab: result += " "
    case _ where scalar.isInvisibleCommand: result += escaped(scalar.spelled)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Content that may be wider than the page, in a box that scrolls by touch and by keyboard.
func scrolling(_ content: String, label: String) -> String {
  "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"\(escaped(label))\">\n\(content)\n"
    + "</div>\n"
}

/// The text of a coordinate, with two decimals, a hundredth of a pixel.
func coordinate(_ value: Double) -> String {
  value.isFinite ? exact((100 * value).rounded() / 100) : "0"
}

/// The frame of a picture with its alternative text: role, name and description for screen readers.
/// `id` must be unique in the page. The style sheet gets the picture's width in pixels as `--width`.
func svgFrame(
  id: String, width: Double, height: Double, title: String, description: String, _ content: String
) -> String {
  """
  <svg viewBox="0 0 \(coordinate(width)) \(coordinate(height))" role="img" \
  aria-labelledby="\(id)-title \(id)-text" style="--width:\(coordinate(width))px" xmlns="http://www.w3.org/2000/svg">
  <title id="\(id)-title">\(escaped(title))</title>
  <desc id="\(id)-text">\(escaped(description))</desc>
  \(content)</svg>

  """
}

/// A straight line with a class of the style sheet.
func svgLine(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> String {
  "<line class=\"\(kind)\" x1=\"\(coordinate(x1))\" y1=\"\(coordinate(y1))\" "
    + "x2=\"\(coordinate(x2))\" y2=\"\(coordinate(y2))\"/>\n"
}

/// A line of text with a class of the style sheet; `y` is its middle.
func svgText(_ text: String, _ x: Double, _ y: Double, _ kind: String) -> String {
  // The text is moved down by a third of its size, since browsers differ in `dominant-baseline`.
  "<text class=\"\(kind)\" x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" dy=\"0.35em\">"
    + "\(escaped(text))</text>\n"
}

/// A width in pixels that is enough for a line of text in a picture, in any font.
func textWidth(_ text: String) -> Double { 8.4 * Double(text.displayWidth) }

extension LineStyle {
  /// The style as custom properties: a line and a text colour for light and for dark pages.
  var properties: String {
    let dark =
      Palette.onDark(colour) ?? Colour(colour).map { lightened($0).hexadecimal } ?? colour
    let text = LineStyle(colour: dark, width: width).textColour(onDark: true)
    return "--light:\(colour);--dark:\(dark);--light-text:\(textColour());--dark-text:\(text)"
  }

  /// The colour made light enough for a line on a dark page, with a contrast of at least 3.
  private func lightened(_ colour: Colour) -> Colour {
    guard let paper = Colour("#1A1A1A") else { return colour }
    return colour.contrast(with: paper) >= 3 ? colour : colour.readable(on: paper)
  }
}
