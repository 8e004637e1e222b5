// The styles of lines: colours for the methods that a study is about, black for the baseline, and grey for the
// others, which differ in dashes and in the labels at their ends.

/// The style of each method's line.
package struct Palette: Sendable {
  /// The hues of Okabe and Ito (2008), dark enough for a line on white (a contrast of 3), and as
  /// distinct as theirs for every common colour vision.
  static let colours = ["#0052C2", "#D97400", "#20705F", "#8B3A94", "#7E3200", "#1C93EE"]
  /// The original colours of Okabe and Ito, for dark pages.
  private static let darkColours = [
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9",
  ]
  static let ink = "#222222"
  /// The colour of lines in the background.
  static let faint = "#DDDDDD"
  static let greys = ["#767676", "#949494"]
  static let dashes = [[], [9, 4], [2, 4], [12, 4, 2, 4]]

  /// The colour that replaces a colour of this palette on a dark page; nil for other colours.
  static func onDark(_ colour: String) -> String? {
    if colour == ink { return "#EEEEEE" }
    if colour == faint { return "#3D3D3D" }
    return zip(colours, darkColours).first { $0.0 == colour }?.1
  }

  private let styles: [String: LineStyle]

  /// Makes styles for `methods` in the order of tables. The `highlighted` methods, by default those named after NFM
  /// or AGOP, get colours in their order. The other methods get colours too if there are enough for all of them.
  package init(_ methods: [String], baseline: String?, highlighted: [String]? = nil) {
    let others = methods.filter { $0 != baseline }
    let chosen = highlighted ?? others.filter { $0.contains("nfm") || $0.contains("agop") }
    let first = others.filter(chosen.contains)
    let rest = others.filter { !chosen.contains($0) }
    var styles: [String: LineStyle] = [:]
    if let baseline { styles[baseline] = LineStyle(colour: Palette.ink, width: 2.5) }
    let coloured = others.count <= Palette.colours.count ? first + rest : first
    for (index, method) in coloured.enumerated() {
      // The second half is dashed: colours that could be confused are in different halves.
      let (round, place) = index.quotientAndRemainder(dividingBy: Palette.colours.count)
      let dash = round + 2 * place / Palette.colours.count
      styles[method] = LineStyle(
        colour: Palette.colours[place], dash: Palette.dashes[dash % Palette.dashes.count],
        width: 2.5)
    }
    for (index, method) in rest.enumerated() where styles[method] == nil {
      let dash = Palette.dashes[index % Palette.dashes.count]
      let grey = Palette.greys[index / Palette.dashes.count % Palette.greys.count]
      styles[method] = LineStyle(colour: grey, dash: dash, width: 1.5)
    }
    self.styles = styles
  }

  /// The style of a method; plain grey for a method that is not in the palette.
  package func style(_ method: String) -> LineStyle {
    styles[method] ?? LineStyle(colour: Palette.greys[0], width: 1.5)
  }
}
