// Text from files in every format for reading: it contains no command, and nothing is lost.

import ChildProcesses
import Foundation
import Studies
import Testing

/// Names that have a meaning for a terminal, a spreadsheet, Markdown, LaTeX, HTML or gnuplot.
let hostileNames = [
  "\u{1B}]0;owned\u{7}\u{1B}[31mred", "a\u{9B}31m\u{7F}", "abc\u{202E}dcba\u{2066}",
  "x\ry\u{85}z\u{2028}",
  "a\u{B}b\u{C}c", "=cmd|' /C calc'!A0", "+1+1", "-1-1", "@SUM(1)", "\ttab", "a\",\"b\nc", "a\r\nb",
  "a|b\\|c\n| injected |\n# heading <img src=x>", "[x](javascript:alert(1)) ![y](http://z)",
  "name\\",
  "*b* _i_ `c` ~~s~~ $m$ &lt; <b>", "'; !touch pwned ; ''", "''", "`touch pwned`",
  "@output {a_b}^c",
  "\\input{/etc/passwd}\\write18{id}$^^41", "--- '' ?` !`", "[1cm]", "花", "</script>", "&amp;",
]

@Test func terminalCommandsAreSpelledOut() {
  #expect("kaiming-nfm".visible == "kaiming-nfm")
  #expect("a\u{1B}[2J".visible == "a<U+001B>[2J")
  #expect("a\n\tb\r\nc\u{2028}d\u{85}e".visible == "a  b  c d e")
  #expect(
    "\u{202E}\u{9B}\u{7F}\u{FFFF}\u{10FFFF}".visible == "<U+202E><U+009B><U+007F><U+FFFF><U+10FFFF>"
  )
  #expect("né 花 👩‍👩‍👧 −½".visible == "né 花 👩‍👩‍👧 −½")
}

@Test func widthsAgreeWithWcwidth() throws {
  struct Case: Decodable {
    let text: String
    let width: Int
  }
  for reference in try JSONDecoder().decode([Case].self, from: fixture("display_widths.json")) {
    #expect(reference.text.displayWidth == reference.width, "\(reference.text)")
  }
}

@Test func wideNamesAreAligned() {
  let table = TextTable(
    [.init("method", isNumeric: false), .init("n")],
    rows: [["花鳥", "1"], ["nfm", "20"], ["a\u{1B}b", "3"]])
  #expect(
    table.terminal(width: 80) == """
      method       n
      ──────────────
      花鳥         1
      nfm         20
      a<U+001B>b   3

      """)
}

@Test func columnsThatDoNotFitFollowBelow() {
  let table = TextTable(
    [
      .init("method", isNumeric: false), .init("middling", priority: 2), .init("last", priority: 9),
      .init("first", priority: 1), .init("wide heading", priority: 3),
    ], rows: [["nfm", "1", "2", "3", "4"]])
  #expect(
    table.terminal(width: 23) == """
      method  middling  first
      ───────────────────────
      nfm            1      3

      method  wide heading
      ────────────────────
      nfm                4

      method  last
      ────────────
      nfm        2

      """)
  // A column that is wider than the screen has a separate table, with the columns that identify rows.
  #expect(table.terminal(width: 3).contains("method  wide heading\n"))
  let rates = TextTable(
    [.init("method", isNumeric: false), .init("rate", namesRows: true), .init("a"), .init("b")],
    rows: [["nfm", "0.1", "1", "2"], ["nfm", "0.2", "3", "4"]])
  #expect(rates.terminal(width: 15).contains("method  rate  a\n"))
  #expect(rates.terminal(width: 15).contains("nfm      0.2  4\n"))
}

/// Two runs with a hostile method and data set, in one table.
private func table(_ name: String) throws -> ResultTable {
  ResultTable(
    try Study([
      run("kaiming-normal", seed: 1, on: name, [0.4, 0.5]),
      run(name, seed: 1, on: name, [0.4, 0.6]),
      run(name, seed: 1, on: "other", [0.4, 0.6]),
    ]))
}

@Test(arguments: hostileNames)
func noFormatContainsCommands(_ name: String) throws {
  let table = try table(name)
  for text in [table.terminal(), table.markdown, table.latex, table.csv, try table.json()] {
    let commands = text.unicodeScalars.filter {
      ($0.properties.generalCategory == .control && !["\n", "\t", "\r"].contains($0))
        || $0.properties.isBidiControl
    }
    #expect(commands.isEmpty, "\(text)")
  }
  for text in [table.terminal(), table.markdown, table.latex] {
    #expect(!text.unicodeScalars.contains { ["\t", "\r", "\u{85}", "\u{2028}"].contains($0) })
  }
  // All lines of a Markdown table have the same number of bars.
  let lines = table.markdown.split(separator: "\n", omittingEmptySubsequences: false)
  for block in lines.split(whereSeparator: { !$0.hasPrefix("|") }) {
    let bars = block.map { $0.replacing(/\\[\\|]/, with: "").filter { $0 == "|" }.count }
    #expect(bars.count > 2 && Set(bars).count == 1, "\(block)")
  }
  // JSON keeps the text.
  let object = try JSONSerialization.jsonObject(with: Data(try table.json().utf8)) as? [String: Any]
  let sections = object?["sections"] as? [[String: Any]]
  #expect(sections?.contains { $0["dataset"] as? String == name } == true)
}

@Test func cellsAreNotFormulasInSpreadsheets() {
  #expect(csvLine(["=1+1"]) == "'=1+1" + "\n")
  #expect(csvLine(["+1+1"]) == "'+1+1" + "\n")
  #expect(csvLine(["-x"]) == "'-x" + "\n")
  #expect(csvLine(["@SUM(1)"]) == "'@SUM(1)" + "\n")
  #expect(csvLine(["\tx"]) == "'\tx" + "\n")
  #expect(csvLine(["\r=1"]) == "\"'\r=1\"" + "\n")
  for number in ["-0.35", "+3.5", "1e-05", "-inf", "nan", "-1.2e+30"] {
    #expect(csvLine([number]) == number + "\n")
  }
  #expect(csvLine(["a,\"b\""]) == "\"a,\"\"b\"\"\"" + "\n")
  #expect(csvLine(["a\r\nb"]) == "\"a\r\nb\"" + "\n")
  #expect(csvLine(["a\u{1B}[m\u{9B}"]) == "a<U+001B>[m<U+009B>" + "\n")
  #expect(csvLine(["a", "", "="]) == "a,,'=\n")
}

@Test func markdownIsEscaped() {
  #expect(markdownEscaped("a|b\\|c") == "a\\|b\\\\\\|c")
  #expect(markdownEscaped("x\n# h") == "x \\# h")
  #expect(markdownEscaped("*a* `b` ~c~ $d$") == "\\*a\\* \\`b\\` \\~c\\~ \\$d\\$")
  #expect(markdownEscaped("nfm learning_rate=0.1 _i_") == "nfm learning_rate=0.1 \\_i\\_")
  #expect(markdownEscaped("[x](javascript:y)") == "\\[x\\](javascript:y)")
  #expect(markdownEscaped("[1](javascript:y)") == "[1\\](javascript:y)")
  #expect(markdownEscaped("+1.00 [-2.00, 4.00] p < 0.001") == "+1.00 [-2.00, 4.00] p < 0.001")
  #expect(markdownEscaped("<b> &lt; &#60; a & b") == "\\<b> \\&lt; \\&\\#60; a & b")
}

@Test func latexUsesTheCommandsOfPdflatex() {
  #expect(
    latexEscaped("0.27 → 0.71 ± 1 − 2 × 3 · 4 … ≤ ≥ σ")
      == "0.27 $\\rightarrow$ 0.71 $\\pm$ 1 $-$ 2 $\\times$ 3 $\\cdot$ 4 \\ldots{} $\\leq$ $\\geq$ $\\sigma$"
  )
  #expect(
    latexEscaped("é ñ ü ç ř å ő ï ş Ł ø ß")
      == "\\'{e} \\~{n} \\\"{u} \\c{c} \\v{r} \\r{a} \\H{o} \\\"{\\i} \\c{s} \\L{} \\o{} \\ss{}")
  #expect(latexEscaped("e\u{301}") == "\\'{e}")
  #expect(latexEscaped("ą") == "{\\fontencoding{T1}\\selectfont \\k{a}}")
  #expect(latexEscaped("花") == "$<$U+82B1$>$")
  #expect(latexEscaped("ế") == "$<$U+1EBF$>$")
  #expect(latexEscaped("a--b ''") == "a-{}-b '{}'")
  #expect(latexEscaped("\u{1B}") == "$<$U+001B$>$")
}

@Test(.enabled(if: executable("pdflatex") != nil, "pdflatex is not installed"))
func everyCharacterOfEveryScriptCompiles() throws {
  // All characters with a command, Latin with every accent, other scripts, and the hostile names as data.
  let ranges: [ClosedRange<UInt32>] = [
    0x20...0x17F, 0x218...0x21B, 0x300...0x331, 0x370...0x3FF, 0x410...0x44F, 0x1E00...0x1EFF,
    0x2010...0x2044, 0x2070...0x209C, 0x20AC...0x20AC, 0x2100...0x2122, 0x2190...0x21D4,
    0x2200...0x22FF, 0x27E8...0x27E9, 0x3041...0x3050, 0x1D400...0x1D410, 0x1F600...0x1F604,
  ]
  let characters = ranges.joined().compactMap(Unicode.Scalar.init).map { String(Character($0)) }
  let rows = stride(from: 0, to: characters.count, by: 12).map { start in
    [characters[start..<min(start + 12, characters.count)].joined(separator: " ")]
  }
  let all = TextTable([.init("characters", isNumeric: false)], rows: rows)
  let tables = try hostileNames.map { try table($0).latex }
  #expect(!all.latex.contains { !$0.isASCII } && !all.latex.contains("^^"))
  try withFolder { folder in
    let document =
      "\\documentclass{article}\\begin{document}\n"
      + stride(from: 0, to: rows.count, by: 40).map { start in
        TextTable(all.columns, rows: Array(rows[start..<min(start + 40, rows.count)])).latex
          + "\n\n"
      }.joined() + tables.joined(separator: "\\clearpage\n") + "\\end{document}\n"
    try Data(document.utf8).write(to: folder.appendingPathComponent("t.tex"))
    let said = try ProgramOutput(
      of: ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "t.tex"],
      in: folder.path)
    let log = String(
      decoding: try Data(contentsOf: folder.appendingPathComponent("t.log")), as: UTF8.self)
    #expect(said.status == 0, "\(log.suffix(1500))")
    #expect(!log.contains("Missing character"))
  }
}

@Test func fileNamesAreReadableAndDistinct() {
  #expect(slug("fashion-mnist") == "fashion-mnist")
  #expect(slug("cifar10") == "cifar10")
  // The digits are those of zlib's crc32.
  #expect(slug("a b") == "a-b-806c5cd3")
  #expect(slug("花") == "25baabd1")
  #expect(slug("Gebäude").hasPrefix("gebaude-"))
  let names = [
    "a b", "a-b", "A-b", "花", "鳥", "", " ", "../a", "a/b", String(repeating: "l", count: 500), "-",
    "--", "a-",
  ]
  let slugs = names.map { slug($0) }
  #expect(Set(slugs).count == names.count)
  for name in slugs {
    #expect(name.utf8.count <= 40 && !name.isEmpty && slug(name) == name)
    #expect(name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
  }
  // This holds even for a name that another one was given.
  #expect(distinctSlugs(["a b", slug("a b"), "c"]) == [slug("a b"), slug("a b") + "-2", "c"])
}

@Test func textIsQuotedForGnuplot() throws {
  #expect(gnuplotQuoted("a\\b\"`$@#") == "'a\\b\"`$@#'")
  #expect(gnuplotQuoted("it's 花") == "\"it\\047s 花\"")
}

@Test(.enabled(if: hasGnuplot))
func gnuplotReadsEveryNameAsText() throws {
  let gnuplot = try Gnuplot()
  try withFolder { folder in
    for (index, name) in hostileNames.enumerated() {
      let study = try Study([
        run(name, seed: 1, on: name, [0.2, 0.5]), run("#other", seed: 1, on: name, [0.3, 0.4]),
      ])
      let figure = study.accuracyCurves(on: name, baseline: name).named("f-\(index)")
      let picture = try gnuplot.draw(figure.gnuplot, in: folder)
      #expect(try Data(contentsOf: picture).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }
    let made = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(made.count == 3 * hostileNames.count, "\(made)")
  }
}

/// A quote with a combining mark is one character in Swift, but still ends a string elsewhere.
@Test func quotesWithCombiningMarksAreQuoted() {
  #expect(gnuplotQuoted("x'\u{301}`touch P`").hasPrefix("\""))
  #expect(!gnuplotQuoted("x'\u{301}`touch P`").unicodeScalars.contains("`"))
  #expect(csvLine(["a\"\u{301},=1+1,b"]) == "\"a\"\"\u{301},=1+1,b\"\n")
}

@Test(arguments: [[1e308, -1e308], [-0x1p63, -0x1p63], [0, .greatestFiniteMagnitude]])
func curvesOfHugeNumbersAreDrawn(values: [Double]) {
  let low = values.min() ?? 0
  let high = values.max() ?? 0
  #expect(sparkline(values, low: low, high: high).count == 2)
}
