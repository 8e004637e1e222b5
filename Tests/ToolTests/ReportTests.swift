// `report` on logs of the paper's code, which are quicker to make than runs. Other tests use it on runs.

import Foundation
import Testing

private func log(_ method: String, _ best: Double, rate: Double = 0.001) -> String {
  """
  {"config": {"data": {"dataset": "cifar10", "num_classes": 10},
    "model": {"type": "vgg11", "init_method": "\(method)"}, "optimizer": {"lr": \(rate)}},
   "test_acc": \(best - 1), "test_loss": 1.5,
   "val_accs": [30, \(best)], "val_losses": [2, 1.5], "train_accs": [25, \(best)],
   "train_losses": [2.1, 1.4]}
  """
}

private func prepared() throws -> (Scratch, [String]) {
  let scratch = try Scratch()
  let logs = [
    "a.json": log("kaiming_normal", 60), "b.json": log("kaiming_normal", 62),
    "c.json": log("kaiming_nfm", 70), "d.json": log("kaiming_nfm", 71),
  ]
  for (name, text) in logs { try scratch.write(text, to: name) }
  return (scratch, logs.keys.sorted())
}

@Test func logsOfThePapersCodeAreRowsOfTheTable() throws {
  let (scratch, logs) = try prepared()
  let result = try run("report", ["--format", "csv"] + logs, in: scratch)
  #expect(result.status == 0, "\(result.errors)")
  // Both runs of a method count, and are reported as repetitions.
  #expect(result.text.contains("cifar10,kaiming-normal,2,0,2,0.6,"))
  #expect(result.errors.contains("repetitions"))
  let table = try run("report", logs, environment: ["COLUMNS": "70"], in: scratch)
  #expect(table.text.contains("kaiming-nfm"))
  #expect(table.text.split(separator: "\n").allSatisfy { $0.count <= 70 })
}

@Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
func theFolderHoldsPageTablesAndFigures() throws {
  let (scratch, logs) = try prepared()
  for folder in ["one", "two"] {
    let result = try run("report", logs + ["-o", folder], in: scratch)
    #expect(result.status == 0, "\(result.errors)")
  }
  let names = scratch.names(in: "one")
  #expect(
    names == [
      "curves.gp", "curves.png", "curves.tsv", "index.html", "loss-gap.gp", "loss-gap.png",
      "loss-gap.tsv", "methods.gp", "methods.png", "methods.tsv", "runs.csv", "table.csv",
      "table.json", "table.md", "table.tex", "table.txt",
    ])
  for name in names where name != "index.html" {
    #expect(try scratch.read("one/\(name)") == scratch.read("two/\(name)"), "\(name)")
  }
}

@Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
func chosenSettingsAreInEveryReadableTable() throws {
  let scratch = try Scratch()
  try scratch.write(log("nfm", 50), to: "a.json")
  try scratch.write(log("nfm", 55, rate: 0.01), to: "b.json")
  try succeed(
    run("report", ["a.json", "b.json", "--tune", "learning_rate", "-o", "page"], in: scratch))
  for name in ["table.txt", "table.md"] {
    let text = String(decoding: try scratch.read("page/\(name)"), as: UTF8.self)
    #expect(text.contains("settings chosen by validation accuracy") && text.contains("55.00"))
  }
}

@Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
func thePageExplainsTheMethodOfAVariant() throws {
  let scratch = try Scratch()
  try scratch.writeImages("images.h5")
  try scratch.drawInitialNetwork()
  try succeed(
    scratch.run(
      "train", ["init.h5", "-o", "run.h5", "--variant", "longer"] + ChainTests.training))
  try succeed(scratch.run("report", "run.h5", "-o", "page"))
  let page = String(decoding: try scratch.read("page/index.html"), as: UTF8.self)
  #expect(page.contains("<dt>kaiming-normal</dt><dd>N(0, 2/fan_in): He et al. 2015</dd>"))
}

/// `--by` accepts every option that tools write into files, even if none of the runs has it.
@Test func runsMayLackTheOptionThatDistinguishesRows() throws {
  let scratch = try Scratch()
  try scratch.write(log("nfm", 50), to: "a.json")
  try succeed(run("report", ["a.json", "--by", "init_sides"], in: scratch))
  #expect(try run("report", ["a.json", "--by", "init_side"], in: scratch).status == 64)
}

@Test func refusedReportsLeaveNoFolder() throws {
  let (scratch, logs) = try prepared()
  try scratch.write("no network", to: "broken.h5")
  let refused = [
    logs + ["absent.json"], logs + ["--baseline", "other"],
    logs + ["--feature-maps", "broken.h5", "--network", "broken.h5", "--features", "broken.h5"],
    ["maps", "broken.h5", "--network", "broken.h5", "--features", "broken.h5"],
  ]
  for words in refused {
    let result = try run("report", words + ["-o", "new/folder"], in: scratch)
    #expect(result.status != 0)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("new")), "\(words)")
  }
  // A report without a program to draw figures leaves no folder either.
  let result = try run(
    "report", logs + ["-o", "new/folder"], environment: ["PATH": "/nowhere"], in: scratch)
  #expect(result.status == 69 && result.errors.contains("gnuplot is not installed"))
  #expect(!FileManager.default.fileExists(atPath: scratch.file("new")))
}

@Test func variantsAreSeparateRowsAndTuned() throws {
  let scratch = try Scratch()
  try scratch.write(log("nfm", 50), to: "a.json")
  try scratch.write(log("nfm", 55, rate: 0.01), to: "b.json")
  let apart = try run(
    "report", ["a.json", "b.json", "--by", "learning_rate", "--format", "csv"], in: scratch)
  #expect(apart.text.contains("cifar10,nfm,0.001,1,") && apart.status == 0)
  let tuned = try run(
    "report", ["a.json", "b.json", "--tune", "learning_rate", "--format", "csv"], in: scratch)
  #expect(tuned.text.contains("cifar10,nfm,1,0,1,0.54,"))
}

@Test(arguments: [
  (["--by", "nothing"], 64), (["--tune", "nothing"], 64), (["--reach", "200"], 64),
  (["--format", "log"], 64), (["bad.json"], 65), (["absent.json"], 66), (["--format", "odd"], 64),
])
func unsuitableArgumentsAreRefusedInOneLine(_ arguments: [String], _ status: Int) throws {
  let (scratch, logs) = try prepared()
  try scratch.write("{\"val_accs\": []}", to: "bad.json")
  let result = try run("report", logs + arguments, in: scratch)
  #expect(Int(result.status) == status)
  #expect(result.errors.hasPrefix("report: "))
  #expect(result.output.isEmpty)
}

@Test func runIsExportedAsALog() throws {
  let (scratch, _) = try prepared()
  let result = try run("report", ["c.json", "--format", "log"], in: scratch)
  #expect(result.status == 0)
  let object = try #require(
    try JSONSerialization.jsonObject(with: result.output) as? [String: Any])
  #expect(object["val_accs"] as? [Double] == [30, 70])
  #expect(object["best_val_acc"] as? Double == 70)
}

@Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
func dataSetsHaveSeparateFiguresAndGnuplotIgnoresUserSettings() throws {
  let scratch = try Scratch()
  let names = ["a b", "a-b", "花", "鳥"]
  for (index, name) in names.enumerated() {
    try scratch.write(log("nfm", 50).replacing("cifar10", with: name), to: "\(index).json")
  }
  try scratch.write("exit status 3\n", to: ".gnuplot")
  let result = try run(
    "report", names.indices.map { "\($0).json" } + ["-o", "page"],
    environment: ["HOME": scratch.path], in: scratch)
  try succeed(result)
  let curves = scratch.names(in: "page").filter { $0.hasPrefix("curves-") && $0.hasSuffix(".png") }
  #expect(curves.count == 4 && curves.contains("curves-a-b.png"), "\(curves)")
}

@Test func narrowTerminalShowsEveryColumn() throws {
  let (scratch, logs) = try prepared()
  for width in [40, 80] {
    let table = try run("report", logs, environment: ["COLUMNS": "\(width)"], in: scratch)
    for heading in ["test accuracy, %", "best validation, %", "difference, points", "p", "verdict"]
    {
      #expect(table.text.contains(heading), "\(width)")
    }
    #expect(table.text.split(separator: "\n").allSatisfy { $0.count <= width })
  }
}

@Test func namesInLogsAreNotExecuted() throws {
  let scratch = try Scratch()
  let text = log("nfm", 50).replacing("cifar10", with: "\\u001b[2J\\u009b| x\\n# y")
  try scratch.write(text, to: "a.json")
  for format in ["terminal", "markdown", "csv", "json", "latex", "log"] {
    let result = try run("report", ["a.json", "--format", format], in: scratch)
    try succeed(result)
    #expect(!result.text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{9B}" })
    let isJSON = ["json", "log"].contains(format)
    #expect(result.text.contains(isJSON ? "\\u001b[2J\\u009b|" : "U+001B"), "\(result.text)")
  }
  let markdown = try run("report", ["a.json", "--format", "markdown"], in: scratch)
  #expect(markdown.text.hasPrefix("### \\<U+001B>[2J\\<U+009B>\\| x \\# y\n"))
}

@Test func oversizedLogIsRefused() throws {
  let scratch = try Scratch()
  try scratch.write(Data(repeating: 0x20, count: 17 << 20), to: "large.json")
  let result = try run("report", ["large.json"], in: scratch)
  #expect(result.status == 65 && result.errors == "report: large.json: larger than 16 MB\n")
}

@Test func repeatedSeedsGetTheNextNumbers() throws {
  let scratch = try Scratch()
  for index in 0..<2 {
    let text = log("nfm", Double(50 + index))
      .replacing("{\"config\": {", with: "{\"config\": {\"seed\": 9223372036854775807, ")
    try scratch.write(text, to: "\(index).json")
  }
  let result = try run("report", ["0.json", "1.json", "--format", "csv"], in: scratch)
  #expect(result.status == 0 && result.text.contains("cifar10,nfm,2,0,2,0.49"), "\(result.errors)")
}

@Test func separateSourcesAreRecognisedFromFiles() throws {
  let scratch = try Scratch()
  func run(of method: String, seed: Int, source: Int?, _ accuracy: Double) -> String {
    let words = source.map { "\"source_seed\": \($0), " } ?? ""
    return log(method, accuracy).replacing(
      "{\"config\": {", with: "{\"config\": {\"seed\": \(seed), \(words)")
  }
  for seed in 1...6 {
    let height = 60 + Double(seed)
    try scratch.write(
      run(of: "kaiming_normal", seed: seed, source: nil, height), to: "k\(seed).json")
    try scratch.write(
      run(of: "nfm", seed: seed, source: 1000 + seed, height + 0.2 * Double(seed % 3 - 1)),
      to: "own\(seed).json")
    try scratch.write(
      run(of: "nfm", seed: seed, source: 7, height + 0.2 * Double(seed % 3 - 1)),
      to: "shared\(seed).json")
  }
  func table(_ kind: String, _ options: [String] = []) throws -> ToolResult {
    let files = (1...6).flatMap { ["k\($0).json", "\(kind)\($0).json"] }
    return try ToolTests.run("report", files + options, in: scratch)
  }
  let own = try table("own")
  try succeed(own)
  #expect(own.text.contains("equivalent (±1)"))
  #expect(own.text.contains("Each run of nfm has a source network of its own"))
  let shared = try table("shared")
  #expect(shared.text.contains("one source network") && !shared.text.contains("of its own"))
  #expect(try table("own", ["--equivalence", "0.1"]).text.contains("undecided"))
  for margin in ["0", "-1", "nan", "101"] {
    let refused = try table("own", ["--equivalence=\(margin)"])
    #expect(refused.status == 64 && refused.errors.contains("--equivalence is a number of points"))
  }
}

/// Without a subcommand, `report` prints the table, whatever the order of the words.
@Test func theTableIsTheDefault() throws {
  let (scratch, logs) = try prepared()
  let named = try run("report", ["table"] + logs + ["--format", "csv"], in: scratch)
  try succeed(named)
  for words in [logs + ["--format", "csv"], ["--format", "csv"] + logs] {
    let result = try run("report", words, in: scratch)
    #expect(result.text == named.text && result.status == 0)
  }
}

@Test(arguments: [
  ("--probe a.json", "report probe RUNS"), ("--verify a.json", "report verify FILES"),
  ("--predictions n.h5 --images i.h5", "report predictions NETWORK --images FILE"),
  ("--ansatz --images i.h5 n.h5", "report ansatz FILES --images FILE"),
  ("--feature-maps p.png --network n.h5 --features f.h5 -o maps", "report maps PICTURE -o FOLDER"),
])
func formerOptionsNameTheirSubcommands(_ words: String, _ subcommand: String) throws {
  let (scratch, _) = try prepared()
  let result = try run("report", words.split(separator: " ").map(String.init), in: scratch)
  #expect(result.status == 64 && result.output.isEmpty)
  #expect(result.errors.contains("is a subcommand: \(subcommand)"), "\(result.errors)")
  #expect(result.errors.split(separator: "\n").count == 1)
}

@Test func misspelledOptionNamesItsSubcommand() throws {
  let (scratch, logs) = try prepared()
  for (words, text) in [
    (["probe", "--formt", "csv"], "'--formt'. Did you mean '--format'? (see report probe --help)"),
    (["--reech", "9"], "'--reech'. Did you mean '--reach'? (see report table --help)"),
    (["probe", "--reach", "9"], "Unknown option '--reach' (see report probe --help)"),
  ] {
    let result = try run("report", words + logs, in: scratch)
    #expect(result.status == 64 && result.errors.contains(text), "\(result.errors)")
  }
}
