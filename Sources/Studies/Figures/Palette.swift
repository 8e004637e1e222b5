/// Which line looks how: colour for what the study is about, ink for the baseline, grey for the
/// rest, told apart by dashes and by the label at their end.

/// Styles by method.
package struct Palette: Sendable {
  /// The hues of Okabe and Ito (2008), as dark as a line on white must be (a contrast of 3), and as
  /// far apart as theirs for every common colour vision.
  static let colours = ["#0052C2", "#D97400", "#20705F", "#8B3A94", "#7E3200", "#1C93EE"]
  /// Okabe and Ito's own, for dark pages.
  private static let darkColours = [
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9",
  ]
  static let ink = "#222222"
  /// Of lines that others are seen against.
  static let faint = "#DDDDDD"
  static let greys = ["#767676", "#949494"]
  static let dashes = [[], [9, 4], [2, 4], [12, 4, 2, 4]]

  /// What a colour of this palette is on a dark page; nil for any other.
  static func onDark(_ colour: String) -> String? {
    if colour == ink { return "#EEEEEE" }
    if colour == faint { return "#3D3D3D" }
    return zip(colours, darkColours).first { $0.0 == colour }?.1
  }

  private let styles: [String: LineStyle]

  /// Styles for `methods` in table order. `highlighted` get colours in their order, by default the
  /// methods named after NFM or AGOP; if colours are left for all the others, they get them too.
  package init(_ methods: [String], baseline: String?, highlighted: [String]? = nil) {
    let others = methods.filter { $0 != baseline }
    let chosen = highlighted ?? others.filter { $0.contains("nfm") || $0.contains("agop") }
    let first = others.filter(chosen.contains)
    let rest = others.filter { !chosen.contains($0) }
    var styles: [String: LineStyle] = [:]
    if let baseline { styles[baseline] = LineStyle(colour: Palette.ink, width: 2.5) }
    let coloured = others.count <= Palette.colours.count ? first + rest : first
    for (index, method) in coloured.enumerated() {
      // The second half is dashed: what could be taken for another colour is in the other half.
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

  /// The style of a method; a plain grey for one that the palette was not made for.
  package func style(_ method: String) -> LineStyle {
    styles[method] ?? LineStyle(colour: Palette.greys[0], width: 1.5)
  }
}
