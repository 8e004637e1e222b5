// The page as text: self-contained, well-formed, readable, and safe for hostile names.

import ChildProcesses
import Foundation
import Studies
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

private let hostile = "</script><script>alert(1)</script>\"'&\u{1}"

private func page(_ extra: [RunRecord] = []) throws -> Page {
  let runs = (1...3).flatMap { seed in
    [
      run("kaiming-normal", seed: seed, [0.3, 0.6 + 0.01 * Double(seed)]),
      run("nfm", seed: seed, source: 1, [0.4, 0.7]), run("zero", seed: seed, [0.1, 0.1]),
      run("kaiming-nfm", seed: seed, source: 1, on: "svhn", [0.8, 0.9]),
    ]
  }
  let study = try Study(runs + extra)
  return Page(
    title: "demo", study: study, table: ResultTable(study),
    parts: [
      .heatmap(
        Heatmap(
          title: "Transfer", rows: ["a", hostile], columns: ["x", "y"],
          values: [[1, nil], [3, .nan]]),
        caption: "source × target"),
      .tiles(
        title: "Maps", caption: "Figure 1",
        [
          [Tile(title: hostile, side: 1, pixels: [1, 2, 3])],
          [Tile(title: "b", side: 2, pixels: [])],
        ]),
      .table(title: "Time", caption: "seconds", TextTable([.init("stage")], rows: [[hostile]])),
      .table(
        title: "Sizes", caption: "z",
        TextTable(
          [.init("method", isNumeric: false), .init("z")],
          rows: [
            ["a", "7.2e-02 → 1"], ["b", "inf"], ["c", "3.5e+08"], ["d", "-0.5"], ["e", "never"],
            ["f", "< 0.001"], ["g", "0.001"], ["h", "1.2 → inf"],
          ])),
    ],
    links: [("table.csv", "table.csv")],
    provenance: [
      Provenance(
        name: "nfm-1.run.h5", commands: ["train 0.2.0 < images sha256:ab"],
        address: "../nfm-1.run.h5")
    ])
}

/// The SVG elements of a page.
private func pictures(_ html: String) -> [String] {
  html.components(separatedBy: "<svg ").dropFirst().map {
    "<svg " + $0.components(separatedBy: "</svg>")[0] + "</svg>"
  }
}

@Test func theExperimentAndItsMethodsStandBeforeTheResults() throws {
  var all = try page([run("nfm-aligned", seed: 1, source: 1, [0.2, 0.3])])
  all.methods = [MethodSummary(name: "nfm", summary: "N(0, Σ) & \(hostile)")]
  let html = all.html
  let block = try #require(
    html.components(separatedBy: "<section id=\"experiment\"").last?
      .components(separatedBy: "</section>").first)
  #expect(block.contains("This page compares 5 methods in 13 runs on 2 data sets."))
  #expect(block.contains("pairs of one seed") && block.contains("differences to kaiming-normal"))
  #expect(block.contains("WᵀW") && block.contains("A method in -aligned"))
  #expect(block.contains("<dt>nfm</dt><dd>N(0, Σ) &amp; &lt;/script&gt;"))
  let order = ["experiment", "matrix", "results-0", "curves-0-0", "results-1", "part-0", "made"]
    .map { html.range(of: "<section id=\"\($0)\"")?.lowerBound }
  #expect(order.allSatisfy { $0 != nil })
  #expect(
    zip(order, order.dropFirst()).allSatisfy { pair in
      pair.0.map { a in pair.1.map { a < $0 } ?? false } ?? false
    })
  // Without such methods the page does not mention features, and without a baseline it does not mention verdicts.
  let study = try Study([run("zero", seed: 1, [0.1])])
  let plain = Page(title: "p", study: study, table: ResultTable(study)).html
  #expect(!plain.contains("WᵀW") && !plain.contains("Undecided means"))
  #expect(plain.contains("This page compares 1 method in 1 run."))
  #expect(!plain.contains("Training runs") && !plain.contains("In the list below"))
}

@Test func theIntroductionStatesTrainingAndSource() throws {
  func introduction(_ runs: [RunRecord]) throws -> String {
    let study = try Study(runs)
    let page = Page(
      title: "p", study: study, table: ResultTable(study),
      methods: [MethodSummary(name: "nfm", summary: "N(0, Σ)")])
    return page.html.components(separatedBy: "<section id=\"results-0\"")[0]
  }
  func trained(_ seed: Int, epochs: String, images: String?) -> RunRecord {
    var record = run("nfm", seed: seed, source: 1, [0.1])
    record.options = [RunOption("epochs_asked", epochs), RunOption("source_dataset", "svhn & co")]
    if let images {
      record.options += [RunOption("train_images", images), RunOption("validation_images", "800")]
    }
    return record
  }
  let one = try introduction([1, 2].map { trained($0, epochs: "1", images: "3200") })
  #expect(
    one.contains(
      "Training runs for 1 epoch on 3200 images, and the epoch is chosen on 800 other images."))
  #expect(one.contains("The trained network is the source; its data set is svhn &amp; co."))
  #expect(one.contains("He&#39;s variance is 2/fan_in"))
  // Where runs do not agree on a number, or do not state it, it is left out.
  let mixed = try introduction([
    trained(1, epochs: "5", images: "3200"), trained(2, epochs: "5", images: "100"),
  ])
  #expect(mixed.contains("Training runs for 5 epochs.") && !mixed.contains("epoch is chosen"))
  let partly = try introduction([
    trained(1, epochs: "5", images: nil), trained(2, epochs: "5", images: "100"),
  ])
  #expect(partly.contains("Training runs for 5 epochs."))
}

@Test func variantsAreCountedWithTheirMethod() throws {
  let runs = ["a", "b"].map { variant in
    var record = run("nfm-aligned", seed: 1, source: 1, [0.1])
    record.options = [RunOption("variant", variant)]
    return record.namedAfterVariant
  }
  let study = try Study(runs)
  let html = Page(title: "p", study: study, table: ResultTable(study)).html
  #expect(html.contains("This page compares 1 method (2 with their variants) in 2 runs."))
  #expect(html.contains("A method in -aligned"))
}

@Test func theFigureOfAccuracyStandsBeforeTheNotes() throws {
  let html = try page().html
  let block = html.components(separatedBy: "<section id=\"results-0\"")[1]
    .components(separatedBy: "</section>")[0]
  let places = ["<table", "id=\"results-0-forest-title\"", "<ul class=\"notes\""].map {
    block.range(of: $0)?.lowerBound
  }
  let found = places.compactMap(\.self)
  #expect(found.count == 3 && found == found.sorted())
}

@Test func picturesAreWellFormedAndNamed() throws {
  let html = try page([run(hostile, seed: 1, [0.2, 0.3])]).html
  let svg = pictures(html)
  // Two data sets with a forest plot, two accuracy panels and one loss gap each; a heatmap, and tiles.
  #expect(svg.count == 2 * 4 + 2)
  for picture in svg {
    #expect(XMLParser(data: Data(picture.utf8)).parse(), "\(picture.prefix(300))")
    #expect(picture.contains("role=\"img\""))
    #expect(!picture.contains("NaN") && !picture.contains("nan,"))
  }
  let ids = html.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
  #expect(Set(ids).count == ids.count)
}

@Test func namesAreEscapedInThePage() throws {
  let html = try page([run(hostile, seed: 1, on: hostile, [0.2, 0.3])]).html
  #expect(!html.contains("<script>alert"))
  #expect(html.components(separatedBy: "<script>").count == 2, "one script, the page's own")
  #expect(!html.contains("\u{1}") && html.contains("&lt;U+0001&gt;"))
}

@Test func thePageLoadsNothingFromTheNetwork() throws {
  let html = try page().html
  let addresses = html.components(separatedBy: "http").count - 1
  let namespaces = html.components(separatedBy: "xmlns=\"http://www.w3.org/2000/svg\"").count - 1
  // The only other "http" is in the policy's `http-equiv`.
  #expect(addresses == namespaces + 1)
  #expect(html.contains("default-src 'none'"))
  #expect(html.contains("href=\"../nfm-1.run.h5\""))
  let pictures = html.components(separatedBy: "<image ").dropFirst()
  #expect(pictures.count == 2)
  #expect(pictures.allSatisfy { $0.contains(" href=\"data:image/png;base64,iVBOR") })
  #expect(!html.contains("src=\"") && !html.contains("<img"))
}

@Test func cellsHaveTheNumberForSorting() throws {
  let html = try page().html
  #expect(html.contains("<td class=\"number\" data-value=\"0.072\">7.2e-02 → 1</td>"))
  #expect(html.contains("<td class=\"number\">1.2 → inf</td>"))
  #expect(html.contains("<td class=\"number\">never</td>"))
}

@Test func barsBeyondTheForestPlotHaveArrowheads() throws {
  func plot(_ accuracies: [Double]) throws -> String {
    let study = try Study(accuracies.enumerated().map { run("other", seed: $0, [$1]) })
    return ForestPlot(ResultTable(study).sections[0], of: study, baseline: nil).svg(id: "f")
  }
  // Three runs have an interval wider than their range.
  let wide = try plot([0.4, 0.5, 0.6])
  #expect(wide.contains("l7 -4v8z") && wide.contains("l-7 -4v8z"))
  #expect(try !plot((0..<40).map { 0.4 + 0.005 * Double($0) }).contains("-4v8z"))
}

@Test func runsBeyondTheForestPlotAreTriangles() throws {
  var diverged = run("nfm", seed: 1, [0.1])
  diverged.divergedAt = 1
  let study = try Study(
    (1...3).map { run("other", seed: $0, [0.8 + 0.01 * Double($0)]) } + [diverged])
  let svg = ForestPlot(ResultTable(study).sections[0], of: study, baseline: nil).svg(id: "f")
  #expect(svg.components(separatedBy: "<circle ").count == 1 + 3)
  #expect(svg.components(separatedBy: "l-6 4l6 4z").count == 1 + 1)
  #expect(svg.contains(">Test accuracy on ") || svg.contains(">Best validation accuracy on "))
}

@Test func tilesArePNGs() throws {
  // One pixel (1, 2, 3), as Python's zlib writes it at level 0.
  let expected =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAAD0lEQVR4AQEEAPv/AAECAwAOAAct"
    + "ojPsAAAAAElFTkSuQmCC"
  #expect(try page().html.contains("href=\"data:image/png;base64,\(expected)\""))
}

@Test func coloursAreVisibleOnBothPagesAndForEveryColourVision() throws {
  let html = try page((1...6).map { run("other-\($0)", seed: 1, [0.2, 0.1 * Double($0)]) }).html
  for (name, paper) in [("light", "#ffffff"), ("dark", "#1a1a1a")] {
    let colours = Set(html.components(separatedBy: "--\(name):").dropFirst().map { $0.prefix(7) })
    for colour in colours.map(String.init) where !["#DDDDDD", "#3D3D3D"].contains(colour) {
      #expect(contrast(colour, paper) >= 3, "\(colour) \(name)")
    }
  }
}

@Test func headlinesStateMethodDifferenceAndVerdict() throws {
  let headlines = try page().table.headlines
  #expect(
    headlines[1].hasPrefix(
      "On cifar10, nfm reaches the highest test accuracy, 69.00 % (3 runs), 8.00 points above "
        + "kaiming-normal"))
  #expect(headlines[1].hasSuffix("."))
  // There is nothing to compare with, and no method learned.
  #expect(
    headlines[0] == "On svhn, kaiming-nfm reaches the highest test accuracy, 89.00 % (3 runs).")
  let beaten = try ResultTable(
    Study(
      (1...3).flatMap { seed in
        [
          run("kaiming-normal", seed: seed, [0.7]),
          run("nfm", seed: seed, [0.6 + 0.01 * Double(seed)]), run("agop", seed: seed, [0.5]),
        ]
      }))
  #expect(
    beaten.headlines[0].contains(
      "no method did better than this baseline; nfm, the next, is 8.00 points below kaiming-normal")
  )
  let lost = ResultTable(try Study([run("zero", seed: 1, [0.1])]))
  #expect(
    lost.headlines == ["On cifar10, every method has runs that diverged or stayed at chance."])
}

@Test func textHasContrastInBothPalettes() throws {
  let html = try page([run("agop", seed: 1, [0.2, 0.3]), run("lsuv", seed: 1, [0.3, 0.4])]).html
  for (name, paper) in [("light", "#ffffff"), ("dark", "#1a1a1a")] {
    let colours = html.components(separatedBy: "--\(name)-text:").dropFirst().map {
      String($0.prefix(7))
    }
    #expect(!colours.isEmpty)
    for colour in Set(colours) { #expect(contrast(colour, paper) >= 4.5, "\(colour) \(name)") }
  }
  for (ink, paper) in [
    ("#222222", "#ffffff"), ("#595959", "#ffffff"), ("#005a9c", "#ffffff"), ("#595959", "#f4f6f8"),
    ("#eeeeee", "#1a1a1a"), ("#b3b3b3", "#1a1a1a"), ("#7ab8f0", "#1a1a1a"),
  ] {
    #expect(html.contains(ink) && html.contains(paper))
    #expect(contrast(ink, paper) >= 4.5)
  }
}

/// The contrast ratio of WCAG, written independently of the library's.
private func contrast(_ a: String, _ b: String) -> Double {
  func luminance(_ hexadecimal: String) -> Double {
    let value = Int(hexadecimal.dropFirst(), radix: 16) ?? 0
    let channels = [value >> 16, value >> 8 & 255, value & 255].map { channel in
      let c = Double(channel) / 255
      return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
    }
    return zip(channels, [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + $1.0 * $1.1 }
  }
  let pair = [luminance(a), luminance(b)].sorted()
  return (pair[1] + 0.05) / (pair[0] + 0.05)
}

@Test(.enabled(if: executable("chromium") != nil, "chromium is not installed"))
func tablesSortAndFilterAndCurvesToggleInABrowser() throws {
  let probe = """
    <script>
    const results = {};
    const tables = document.querySelectorAll('table');
    const heads = [...tables[2].querySelectorAll('thead button')];
    const names = () => [...tables[2].tBodies[0].rows].filter(row => !row.hidden)
      .map(row => row.cells[0].textContent).join(' ');
    results.before = names();
    heads[1].click();
    results.descending = names();
    heads[1].click();
    results.ascending = names();
    results.sort = heads[1].parentElement.getAttribute('aria-sort');
    heads[1].click();
    results.restored = names();
    const sizes = [...tables].at(-1);
    const order = [0, 1].map(() => {
      sizes.querySelectorAll('thead button')[1].click();
      return [...sizes.tBodies[0].rows].map(row => row.cells[0].textContent).join('');
    });
    results.sizes = order.join(' ');
    const box = document.querySelector('figure.curves input[type=checkbox]');
    const shown = () => [...box.closest('figure').querySelectorAll('g[data-series]:not([hidden])')]
      .map(curve => curve.dataset.series).sort().join(' ');
    results.shown = shown();
    box.click();
    results.toggled = shown();
    const search = document.querySelector('input[type=search]');
    search.value = 'NFM kai';
    search.dispatchEvent(new Event('input'));
    results.filtered = [...tables[0].tBodies[0].rows].filter(row => !row.hidden)
      .map(row => row.cells[0].textContent).join(' ');
    document.body.append(Object.assign(document.createElement('output'),
      {textContent: 'RESULT' + JSON.stringify(results) + 'END'}));
    </script></body>
    """
  let more = (1...3).flatMap { seed in
    [run("agop", seed: seed, [0.2, 0.3]), run("lsuv", seed: seed, [0.3, 0.65])]
  }
  let html = try page(more).html.replacing("</body>", with: probe)
  try withFolder { folder in
    let file = folder.appendingPathComponent("index.html")
    try Data(html.utf8).write(to: file)
    // With --enable-logging the browser's complaints stand among the text of the page.
    let dom = try ProgramOutput(of: [
      "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
      "--dump-dom", "--user-data-dir=\(folder.path)/profile", file.absoluteString,
    ]).text
    let complaints = dom.split(separator: "\n").filter { $0.contains(":CONSOLE") }
    #expect(complaints.isEmpty)
    let text = try #require(
      dom.components(separatedBy: "RESULT{").last?.components(separatedBy: "}END").first)
    let results = try JSONDecoder().decode([String: String].self, from: Data("{\(text)}".utf8))
    #expect(results["before"] == "kaiming-normal agop nfm lsuv zero")
    #expect(results["descending"] == "nfm lsuv kaiming-normal agop zero")
    #expect(results["ascending"] == "zero agop kaiming-normal lsuv nfm")
    #expect(results["sort"] == "ascending")
    // Cells are sorted by value; those without one are last.
    #expect(results["sizes"] == "cagfdbeh dfgacbeh")
    #expect(results["restored"] == results["before"])
    #expect(results["shown"]?.hasPrefix("agop agop kaiming-normal") == true)
    #expect(results["toggled"]?.hasPrefix("kaiming-normal") == true)
    #expect(results["filtered"] == "kaiming-nfm")
  }
}
