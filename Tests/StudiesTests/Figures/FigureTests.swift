// Figures as values, as gnuplot files, and as pictures if gnuplot is installed.

import Foundation
import Measurements
import Studies
import Testing

private func study() throws -> Study {
  try Study(
    (1...3).flatMap { seed in
      [
        run("kaiming-normal", seed: seed, [0.3, 0.5, 0.6 + 0.01 * Double(seed)]),
        run("kaiming-nfm", seed: seed, source: 1, [0.4, 0.6, 0.7]),
        run("zero", seed: seed, [0.1, 0.1, 0.1]),
        run("agop", seed: seed, source: 1, [0.2, 0.3], diverges: seed == 1),
      ]
    })
}

@Test func curvesShowMeansAndTheRangeOfRuns() throws {
  let figure = try study().accuracyCurves(on: "cifar10", baseline: "kaiming-normal")
  #expect(figure.panels.map(\.title) == ["Training accuracy", "Validation accuracy"])
  #expect(figure.panels[1].series.map(\.name) == ["kaiming-normal", "agop", "kaiming-nfm"])
  let end = try #require(figure.panels[1].series[0].points.last)
  #expect(abs(end.mean - 62) < 1e-9 && abs(end.low - 61) < 1e-9 && abs(end.high - 63) < 1e-9)
  #expect(end.x == 3 && end.runs == 3)
  // The caption states which methods are left out, and which have lost some runs.
  #expect(figure.caption.contains("not shown: zero."))
  #expect(figure.caption.contains("agop (1 of 3 runs)"))
}

@Test func lossGapsHaveAPanelForEachMeasurement() throws {
  let paper = try study().lossGapCurves(on: "cifar10", baseline: nil)
  #expect(paper.panels.count == 1, "no evaluated training loss, no second panel")
  #expect(abs(paper.panels[0].series[0].points[0].mean - 0.2) < 1e-12)
  let evaluated = try Study([
    RunRecord(
      dataset: "svhn", method: "nfm", seed: 1, architecture: "vgg11", convention: "exact",
      epochs: [epoch(0.5, trainLoss: 2, evaluated: 1.1, validationLoss: 1.2)])
  ]).lossGapCurves(on: "svhn", baseline: nil)
  #expect(evaluated.panels.count == 2)
  #expect(abs(evaluated.panels[1].series[0].points[0].mean - 0.1) < 1e-12)
}

/// A run with R² by layer; nil where a layer was not carried over.
private func aligned(_ method: String, seed: Int, _ explained: [Double?]) -> RunRecord {
  var record = run(method, seed: seed, [0.3, 0.5])
  record.probe = explained.enumerated().map { index, share in
    LayerProbe(
      name: "features.\(index)", deviation: 1, effectiveRank: 3, deadShare: 0, gradientNorm: 2,
      isOfHead: index == 3, explained: share)
  }
  return record
}

@Test func alignedMethodsHaveALineOfR2ByLayer() throws {
  let study = try Study([
    aligned("kaiming-normal", seed: 1, [nil, nil, nil, nil]),
    aligned("kaiming-nfm-aligned", seed: 1, [1, 0.6, nil, nil]),
    aligned("kaiming-nfm-aligned", seed: 2, [1, 0.8, -0.25, nil]),
    aligned("copy-aligned", seed: 1, [1, nil, .nan, nil]),
  ])
  let figure = study.alignmentCurves(on: "cifar10", baseline: "kaiming-normal")
  let panel = try #require(figure.panels.first)
  #expect(panel.series.map(\.name) == ["copy-aligned", "kaiming-nfm-aligned"])
  #expect(panel.series[0].points.map(\.x) == [1])
  let points = panel.series[1].points
  #expect(points.map(\.x) == [1, 2, 3] && points.map(\.runs) == [2, 2, 1])
  #expect(points.map(\.low) == [1, 0.6, -0.25] && points.map(\.high) == [1, 0.8, -0.25])
  #expect(abs(points[1].mean - 0.7) < 1e-12)
  // Each method has the same style as in the curves of accuracy.
  let curves = study.accuracyCurves(on: "cifar10", baseline: "kaiming-normal")
  #expect(panel.series[1].style == curves.panels[0].series.last?.style)
  // The axis is from the lowest value, with a margin, to 1; if no value is below 0, it is from 0.
  #expect(figure.gnuplot.script.contains("set yrange [-0.3:1.05]"))
  let high = try Study([aligned("nfm-aligned", seed: 1, [0.9, 0.8])])
    .alignmentCurves(on: "cifar10", baseline: nil)
  #expect(high.gnuplot.script.contains("set yrange [-0.04:1.04]"))
  // The sheet has room for the longest name, of 19 letters.
  #expect(figure.gnuplot.script.contains("size = \"size 778,"))
  let none = try Study([aligned("nfm", seed: 1, [nil, nil])])
  #expect(none.alignmentCurves(on: "cifar10", baseline: nil).panels.isEmpty)
}

/// The same part of all heads of a layer is one point.
@Test func alignedTransformersHaveAPointForEachPart() throws {
  var record = run("copy-aligned", seed: 1, [0.3, 0.5])
  let shares: [(name: String, part: String?, explained: Double?)] = [
    ("patch_embed.proj", nil, 1), ("blocks.0.attn.q.0", "blocks.0.attn.q", 0.9),
    ("blocks.0.attn.q.1", "blocks.0.attn.q", 0.9), ("blocks.0.attn.k.0", "blocks.0.attn.k", nil),
    ("blocks.0.attn.k.1", "blocks.0.attn.k", nil), ("blocks.0.attn.proj", nil, 0.5),
  ]
  record.probe = shares.map { name, part, explained in
    LayerProbe(
      name: name, deviation: 1, effectiveRank: 3, deadShare: nil, gradientNorm: 2, isOfHead: false,
      explained: explained, part: part)
  }
  let figure = try Study([record]).alignmentCurves(on: "cifar10", baseline: nil)
  let panel = try #require(figure.panels.first)
  #expect(panel.xLabel == "linear map" && figure.caption.contains("a linear map reads"))
  #expect(panel.series[0].points.map(\.x) == [1, 2, 4])
  #expect(panel.series[0].points.map(\.mean) == [1, 0.9, 0.5])
}

@Test func palettesGiveMethodsDistinctStyles() {
  let methods = [
    "normal", "kaiming-normal", "agop", "nfm", "kaiming-agop", "kaiming-nfm", "copy", "permuted",
    "lsuv", "orthogonal", "default", "patches",
  ]
  let palette = Palette(methods, baseline: "kaiming-normal")
  let styles = methods.map(palette.style)
  for (index, style) in styles.enumerated() {
    #expect(!styles[..<index].contains(style), "\(methods[index])")
  }
  #expect(palette.style("nfm").colour != palette.style("copy").colour)
}

@Test func tableAndScriptAgreeAndNamesAreQuoted() throws {
  let method = "it's\n'; system('touch pwned') #\t"
  let study = try Study([run(method, seed: 1, on: "../../evil", [0.2, 0.5])])
  let figure = study.accuracyCurves(on: "../../evil", baseline: nil).gnuplot
  let name = "figure-2-evil-957102c2"
  #expect(figure.name == name)
  let rows = figure.data.split(separator: "\n").map { $0.split(separator: "\t") }
  #expect(rows.count == 1 + 2 * 2)
  #expect(rows.allSatisfy { $0.count == 7 })
  #expect(
    figure.script.contains("\"it\\047s \\047\\073 system\\050\\047touch pwned\\047\\051 \\043 \""))
}

@Test(.enabled(if: hasGnuplot))
func picturesAreWrittenBesideScriptAndTable() throws {
  let method = "it's\n'; system('touch pwned') #\t"
  let study = try Study([run(method, seed: 1, on: "../../evil", [0.2, 0.5])])
  let figure = study.accuracyCurves(on: "../../evil", baseline: nil).gnuplot
  let name = "figure-2-evil-957102c2"
  try withFolder { folder in
    let picture = try Gnuplot().draw(figure, in: folder)
    #expect(try Data(contentsOf: picture).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["\(name).gp", "\(name).png", "\(name).tsv"])
  }
}

/// Accuracies that no network has: a single one, equal, huge, close, none, tiny.
private let oddAccuracies: [[Double]] = [
  [], [0.5], [0.5, 0.5], [1e300, -1e300], [1e20, 1e20 + 1e5], [.nan, .nan], [1e-300, 2e-300],
]

private func oddFigure(_ accuracies: [Double]) throws -> Figure {
  let record = RunRecord(
    dataset: "odd", method: "nfm", seed: 1, architecture: "vgg11", convention: "exact",
    epochs: accuracies.map { epoch($0) }, divergedAt: nil)
  return try Study([record]).accuracyCurves(on: "odd", baseline: nil)
}

@Test(arguments: oddAccuracies)
func figuresContainTheFiniteNumbersOfARun(_ accuracies: [Double]) throws {
  let figure = try oddFigure(accuracies)
  let panel = figure.panels.first { $0.title == "Validation accuracy" }
  let points = panel?.series.flatMap(\.points) ?? []
  #expect(points.map(\.mean) == accuracies.filter(\.isFinite).map { 100 * $0 })
  let words = figure.gnuplot.script.split { !$0.isLetter }
  #expect(!words.contains("nan") && !words.contains("inf"))
}

@Test(.enabled(if: hasGnuplot), arguments: oddAccuracies.filter { !$0.isEmpty })
func gnuplotDrawsOddNumbers(_ accuracies: [Double]) throws {
  let figure = try oddFigure(accuracies).gnuplot
  try withFolder { folder in
    let picture = try Gnuplot().draw(figure, in: folder)
    #expect(try Data(contentsOf: picture).starts(with: [0x89, 0x50, 0x4E, 0x47]))
  }
}

@Test func missingGnuplotIsReportedWithItsPackage() throws {
  #expect(throws: GnuplotError.absent) { try Gnuplot(path: "/nowhere") }
  #expect(GnuplotError.absent.description.contains("apt-get install gnuplot-nox"))
}

@Test(.enabled(if: hasGnuplot))
func gnuplotIsDeterministicAndReportsFailures() throws {
  let gnuplot = try Gnuplot()
  let figures = [
    try study().accuracyCurves(on: "cifar10", baseline: "kaiming-normal"),
    try study().lossGapCurves(on: "cifar10", baseline: "kaiming-normal"),
    try study().accuracyByMethod(on: "cifar10", baseline: "kaiming-normal"),
  ]
  try withFolder { folder in
    for figure in figures {
      let first = try Data(contentsOf: gnuplot.draw(figure.gnuplot, in: folder))
      let second = try Data(contentsOf: gnuplot.draw(figure.gnuplot, in: folder))
      #expect(first == second && first.count > 5000)
    }
    let broken = GnuplotFigure(name: "broken", script: "plot nonsense(", data: "")
    #expect(throws: GnuplotError.self) { try gnuplot.draw(broken, in: folder) }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!left.contains { $0.contains("partial") })
  }
}

@Test func axesOfOneValueContainIt() throws {
  let study = try Study([run("nfm", seed: 1, [0.2])])
  let svg = study.accuracyCurves(on: "cifar10", baseline: nil).svgPanels(id: "f").joined()
  #expect(svg.contains(">20.0<") && !svg.contains(">10.2<"))
}

@Test func longRunsAreDrawnWithAFewHundredPoints() throws {
  let count = 20_001
  let long = run("nfm", seed: 1, (0..<count).map { Double($0) / Double(count) })
  let study = try Study([long, run("kaiming-normal", seed: 1, [0.1, 0.2, 0.3])])
  let figure = study.accuracyCurves(on: "cifar10", baseline: "kaiming-normal")
  let points = figure.panels[1].series.map { $0.points.map(\.x) }
  #expect(points[0] == [1, 3])
  #expect(points[1].count == 394 && points[1].prefix(2) == [1, 52] && points[1].last == 20_001)
  #expect(figure.caption.contains("Drawn are the first of every 51 epochs, and the last."))
  let page = Page(title: "long", study: study, table: ResultTable(study)).html
  #expect(page.utf8.count < 200_000)
  // Short runs are drawn whole, without a note.
  let short = try Study([run("nfm", seed: 1, (0..<400).map { Double($0) / 400 })])
    .accuracyCurves(on: "cifar10", baseline: nil)
  #expect(short.panels[1].series[0].points.count == 400 && !short.caption.contains("Drawn are"))
}

@Test func figuresByMethodGrowLinearlyWithTheMethods() throws {
  func lines(_ methods: Int) throws -> Int {
    let runs = (0..<methods).map { run("m\($0)", seed: 1, [0.1, 0.2]) }
    let study = try Study(runs + [run("kaiming-normal", seed: 1, [0.3])])
    return study.accuracyByMethod(on: "cifar10", baseline: "kaiming-normal").panels
      .reduce(0) { $0 + $1.series.count }
  }
  #expect(try lines(9) == 100)
  // Each method has a panel with the baseline, which has a panel too.
  #expect(try lines(100) == 201)
}
