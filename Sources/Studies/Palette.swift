/// Which line looks how: colour for what the study is about, ink for the baseline, grey for the
/// rest, told apart by dashes and by the label at their end.

/// Styles by method.
public struct Palette: Sendable {
  /// Okabe and Ito's colours (2008), distinct for every common colour vision, in an order in which
  /// neighbours differ in lightness too; without yellow, which is too light for a line.
  static let colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
  static let ink = "#222222"
  static let greys = ["#767676", "#949494"]
  static let dashes = [[], [9, 4], [2, 4], [12, 4, 2, 4]]

  private let styles: [String: LineStyle]

  /// Styles for `methods` in table order. `highlighted` get colours in their order, by default the
  /// methods named after NFM or AGOP; if colours are left for all the others, they get them too.
  public init(_ methods: [String], baseline: String?, highlighted: [String]? = nil) {
    let others = methods.filter { $0 != baseline }
    let chosen = highlighted ?? others.filter { $0.contains("nfm") || $0.contains("agop") }
    let first = others.filter(chosen.contains)
    let rest = others.filter { !chosen.contains($0) }
    var styles: [String: LineStyle] = [:]
    if let baseline { styles[baseline] = LineStyle(colour: Palette.ink, width: 2.5) }
    let coloured = others.count <= Palette.colours.count ? first + rest : first
    for (index, method) in coloured.enumerated() {
      let round = index / Palette.colours.count
      styles[method] = LineStyle(
        colour: Palette.colours[index % Palette.colours.count],
        dash: Palette.dashes[round % Palette.dashes.count], width: 2.5)
    }
    for (index, method) in rest.enumerated() where styles[method] == nil {
      let dash = Palette.dashes[index % Palette.dashes.count]
      let grey = Palette.greys[index / Palette.dashes.count % Palette.greys.count]
      styles[method] = LineStyle(colour: grey, dash: dash, width: 1.5)
    }
    self.styles = styles
  }

  /// The style of a method; a plain grey for one that the palette was not made for.
  public func style(_ method: String) -> LineStyle {
    styles[method] ?? LineStyle(colour: Palette.greys[0], width: 1.5)
  }
}
