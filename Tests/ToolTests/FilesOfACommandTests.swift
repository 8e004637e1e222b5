// No command destroys a file that it was not asked to write.

import Foundation
import HDF5
import Testing

struct FilesOfACommandTests {
  /// A folder with images.h5, init.h5, nfm.h5 and run.h5; hard.h5, a hard link to init.h5; link, a symbolic link to it; the
  /// folder sub; and other/a, a link to sub/deep.
  func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try succeed(scratch.run("compute-nfm", "init.h5", "-o", "nfm.h5"))
    try succeed(
      scratch.run("train", "init.h5", "--images", "images.h5", "--epochs", "1", "-o", "run.h5"))
    try scratch.write("precious\n", to: "notes.txt")
    try scratch.write("{\"epoch\":1,\"loss\":2}\n{\"epoch\":2,\"loss\":1}\n", to: "mine.jsonl")
    try scratch.write("precious\n", to: "sub/deep/x")
    let files = FileManager.default
    try files.linkItem(atPath: scratch.file("init.h5"), toPath: scratch.file("hard.h5"))
    try files.createSymbolicLink(atPath: scratch.file("link"), withDestinationPath: "init.h5")
    try files.createDirectory(
      atPath: scratch.file("other"), withIntermediateDirectories: true)
    try files.createSymbolicLink(
      atPath: scratch.file("other/a"), withDestinationPath: "../sub/deep")
    return scratch
  }

  static let train = ["train", "init.h5", "--images", "images.h5", "--epochs", "1", "-q"]
  /// A command, its exit status, and its message.
  static let refusals: [([String], String)] = [
    (train + ["-o", "init.h5"], "-o init.h5: is the input init.h5 of the same command"),
    (train + ["-o", "link"], "-o link: is the input init.h5"),
    (train + ["-o", "hard.h5"], "-o hard.h5: is the input init.h5"),
    (train + ["-o", "other/a/../../init.h5"], "is the input init.h5"),
    (train + ["-o", "images.h5"], "-o images.h5: is the input images.h5"),
    (
      train + ["-o", "o.h5", "--log", "images.h5"], "--log images.h5: a log of train is JSON Lines"
    ),
    (train + ["-o", "o.h5", "--log", "link"], "--log link: is the input init.h5"),
    (train + ["-o", "o", "--log", "o"], "--log o: is the file of -o o"),
    (train + ["-o", "o", "--log", "./o"], "--log ./o: is the file of -o o"),
    (
      train + ["-o", "o", "--log", "o.checkpoint"],
      "--log o.checkpoint: is the file of --checkpoint"
    ),
    (
      train + ["-o", "o.h5", "--log", "notes.txt"],
      "--log notes.txt: holds something else, not a log"
    ),
    (
      train + ["-o", "o.h5", "--log", "mine.jsonl"],
      "--log mine.jsonl: holds something else, not a log"
    ),
    (
      train + ["-o", "o.h5", "--checkpoint", "init.h5"],
      "--checkpoint init.h5: is the input init.h5"
    ),
    (
      train + ["-o", "o.h5", "--checkpoint", "run.h5"],
      "--checkpoint run.h5: holds a run file, not a checkpoint"
    ),
    (
      train + ["-o", "o.h5", "--checkpoint", "sub/deep/x"],
      "holds something else, not a checkpoint"
    ),
    (train + ["-o", "nfm.h5"], "-o nfm.h5: holds a features file, not a run file"),
    (train + ["-o", "sub/deep/x"], "-o sub/deep/x: holds something else, not a run file"),
    (
      train + ["-o", "run.pth"],
      "-o run.pth: a run file is HDF5, whose name ends in .h5, not in .pth"
    ),
    (["compute-nfm", "init.h5", "-o", "init.h5"], "is the input init.h5"),
    (["compute-nfm", "init.h5", "-o", "run.h5"], "holds a run file, not a features file"),
    (["compute-nfm", "init.h5", "-o", "nfm.csv"], "a features file is HDF5"),
    (
      ["compute-agop", "init.h5", "--images", "images.h5", "-o", "images.h5"],
      "is the input images.h5"
    ),
    (
      ["sample-init", "--method", "zero", "--images", "images.h5", "-o", "images.h5"],
      "is the input images.h5"
    ),
    (
      ["sample-init", "nfm.h5", "--method", "nfm", "-o", "run.h5"],
      "holds a run file, not a network file"
    ),
    (["extract-pretrained", "run.h5", "-o", "run.h5"], "is the input run.h5"),
    (
      ["extract-pretrained", "run.h5", "--export", "pth", "-o", "x.h5"], "ends in .pth, not in .h5"
    ),
    (
      ["extract-pretrained", "run.h5", "--export", "safetensors", "-o", "x.pth"],
      "ends in .safetensors, not in .pth"
    ),
    (["decode-images", "images.h5", "-o", "images.h5"], "is the input images.h5"),
    (["decode-images", ".", "-o", "new.h5"], "-o new.h5: lies in the input folder ."),
    (["decode-images", "other/a", "-o", "sub/deep/new.h5"], "lies in the input folder other/a"),
    (["report", "run.h5", "-o", "table.csv"], "is to be a folder, not a file that ends in .csv"),
    (["fetch-data", "--manifest", "notes.txt", "x", "-o", "y"], "notes.txt:1: needs"),
  ]

  @Test func outputsThatWouldReplaceOtherFilesAreRefused() throws {
    let scratch = try prepared()
    let before = try contents(scratch)
    for (words, problem) in Self.refusals {
      let refused = try scratch.run(words[0], Array(words.dropFirst()))
      #expect([64, 65].contains(refused.status), "\(words)")
      #expect(refused.errors.contains(problem), "\(words): \(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
      #expect(try contents(scratch) == before, "\(words)")
    }
  }

  private func contents(_ scratch: Scratch) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: scratch.path) {
      found[name] = try? scratch.read(name)
    }
    return found
  }

  @Test func redirectedStreamsAreInputsAndOutputsToo() throws {
    let scratch = try prepared()
    func shell(_ line: String) throws -> ToolResult {
      try RunningTool(
        "/bin/sh", ["-c", line], environment: ["T": toolFolder], in: scratch
      ).wait()
    }
    let network = try scratch.read("init.h5")
    for line in [
      "$T/compute-nfm < init.h5 -o init.h5", "$T/compute-nfm /dev/stdin < init.h5 -o init.h5",
      "$T/compute-nfm init.h5 >> init.h5",
      "$T/extract-pretrained init.h5 -o /dev/stdout >> init.h5",
    ] {
      let refused = try shell(line)
      #expect(refused.status == 64, "\(line): \(refused.errors)")
      #expect(refused.errors.contains("of the same command"), "\(refused.errors)")
      #expect(try scratch.read("init.h5") == network, "\(line)")
    }
  }

  @Test func outputsOfTheSameKindAndEmptyFilesAreReplaced() throws {
    let scratch = try prepared()
    let (network, empty) = (try scratch.read("init.h5"), Data())
    for old in [try scratch.read("nfm.h5"), empty] {
      try scratch.write(old, to: "old.h5")
      try succeed(scratch.run("compute-nfm", "init.h5", "--power", "0.5", "-o", "old.h5"))
      #expect(try scratch.read("old.h5") != old)
    }
    for name in ["e.pth", "e.pt", "e.safetensors"] {
      try succeed(scratch.run("extract-pretrained", "init.h5", "-o", name))
      let written = try scratch.read(name)
      #expect(written.prefix(2) != network.prefix(2))
      try succeed(scratch.run("extract-pretrained", "init.h5", "-o", name))
      #expect(try scratch.read(name) == written)
    }
    let refused = try scratch.run(
      "extract-pretrained", "init.h5", "--export", "pth", "-o", "notes.txt")
    #expect(refused.status == 64)
    // The log of an earlier run is overwritten.
    let log = ["-o", "run.h5", "--log", "run.jsonl"]
    for _ in 1...2 { try succeed(scratch.run("train", Array(Self.train.dropFirst()) + log)) }
    #expect(try scratch.read("run.jsonl").split(separator: UInt8(ascii: "\n")).count == 3)
  }

  /// The ending of a name determines the format if no option does.
  @Test func outputEndingPthWritesAStateDictionary() throws {
    let scratch = try prepared()
    try succeed(scratch.run("extract-pretrained", "run.h5", "-o", "e.pth"))
    #expect(try scratch.read("e.pth").starts(with: Array("PK".utf8)))
    try succeed(scratch.run("extract-pretrained", "run.h5", "--export", "pth", "-o", "f.pth"))
    #expect(try scratch.read("e.pth") == scratch.read("f.pth"))
  }

  /// `..` after a link is resolved as the kernel does, both for inputs and for outputs.
  @Test func linksAreResolvedByTheKernel() throws {
    let scratch = try prepared()
    try scratch.write("precious\n", to: "other/x.h5")
    try FileManager.default.copyItem(
      atPath: scratch.file("init.h5"), toPath: scratch.file("sub/x.h5"))
    try succeed(
      scratch.run("extract-pretrained", "other/a/../x.h5", "-o", "other/a/../y.h5"))
    #expect(scratch.names(in: "sub") == ["deep", "x.h5", "y.h5"])
    try succeed(
      scratch.run("sample-init", "nfm.h5", "--method", "nfm", "-o", "other/a/../x.h5"))
    #expect(try scratch.read("other/x.h5") == Data("precious\n".utf8))
    #expect(try scratch.read("sub/x.h5") != scratch.read("init.h5"))
    // A link whose target does not exist is kept.
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("dangling"), withDestinationPath: "other/a/../new.h5")
    try succeed(scratch.run("compute-nfm", "init.h5", "-o", "dangling"))
    #expect(scratch.names(in: "sub").contains("new.h5"))
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: scratch.file("dangling"))
        == "other/a/../new.h5")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
  func reportReplacesOnlyReports() throws {
    let scratch = try prepared()
    for name in ["index.html", "table.tex"] {
      try scratch.write("mine", to: "paper/\(name)")
      let refused = try scratch.run("report", "run.h5", "-o", "paper")
      #expect(refused.status == 64)
      #expect(refused.errors.contains("-o paper/\(name): holds something else, not a"))
      #expect(scratch.names(in: "paper") == [name])
      try FileManager.default.removeItem(atPath: scratch.file("paper/\(name)"))
    }
    for _ in 1...2 { try succeed(scratch.run("report", "run.h5", "-o", "other/a/../paper")) }
    #expect(scratch.names(in: "sub/paper").contains("table.tex"))
    #expect(!scratch.names(in: "other").contains("paper"))
    try FileManager.default.moveItem(
      atPath: scratch.file("run.h5"), toPath: scratch.file("sub/paper/curves.run.h5"))
    let refused = try scratch.run("report", "sub/paper/curves.run.h5", "-o", "sub/paper")
    #expect(refused.errors.contains("is the input"), "\(refused.errors)")
  }

  @Test func severalFilesInOnePipeAreRefused() throws {
    let scratch = try prepared()
    let run = try scratch.read("run.h5")
    let refused = try scratch.run("report", "-", input: run + run)
    #expect(refused.status == 65)
    #expect(
      refused.errors
        == "report: standard input: holds several HDF5 files, one after the other; give them by their names\n"
    )
    #expect(try scratch.run("report", "-", "--format", "csv", input: run).status == 0)
    #expect(try scratch.run("compute-nfm", "-o", "n.h5", input: run + run).status == 65)
  }
}
