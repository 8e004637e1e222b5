// The probe of a transformer through the tools: `train` measures it, `report` prints it.

import Foundation
import HDF5
import Networks
import Schemas
import Testing

struct TransformerProbeTests {
  static let scratch = TransformerFeaturesTests.scratch
  static let columns =
    "method,block,effective tokens of 5,\"self mass, %\",deviation of scores,attention / stream,"
    + "MLP / stream,gradient norm"

  /// The tables of the report as lines of cells.
  private func tables(_ scratch: Scratch, _ file: String) throws -> [[[String]]] {
    let result = try scratch.run("report", "probe", file, "--format", "csv")
    try succeed(result)
    #expect(result.errors.isEmpty)
    return result.text.components(separatedBy: "\n\n").map { table in
      table.split(separator: "\n").map { $0.components(separatedBy: ",") }
    }
  }

  @Test func trainMeasuresAndReportPrints() throws {
    let scratch = try #require(Self.scratch)
    let group = try File.open(scratch.file("run.h5")).root.group("probe").group("blocks")
    #expect(
      try group.names() == [
        "attention_ratio", "effective_tokens", "entropy", "gradient_norm", "mlp_ratio",
        "score_deviation", "self_mass",
      ])
    #expect(try group.attribute("tokens")?.integer == 5)
    let effective = try group.read("effective_tokens", as: Double.self)
    #expect(effective.shape == [2, 2] && effective.values.allSatisfy { (1...5.0001).contains($0) })
    let tables = try tables(scratch, "run.h5")
    try #require(tables.count == 2 && tables[1].count == 3)
    #expect(tables[0][0].prefix(2) == ["method", "layer"])
    #expect(tables[1][0].joined(separator: ",") == Self.columns)
    for block in 0..<2 {
      let line = tables[1][block + 1]
      #expect(line.prefix(2) == ["xavier-normal", "blocks.\(block)"])
      let mean = (effective.values[2 * block] + effective.values[2 * block + 1]) / 2
      #expect(abs(try #require(Double(line[2])) - mean) <= 0.005 + 1e-9)
    }
    let markdown = try scratch.run("report", "probe", "run.h5", "--format", "markdown")
    #expect(markdown.text.contains("| effective tokens of 5 |"))
  }

  /// The results of the probe depend neither on training nor on the number of threads.
  @Test func threadsAndEpochsDoNotChangeTheProbe() throws {
    let scratch = try #require(Self.scratch)
    func text(_ words: String...) throws -> String {
      let name = "\(UUID().uuidString).h5"
      let common = ["init.h5", "--images", "images.h5", "--batch", "16", "--quiet", "-o", name]
      try succeed(scratch.run("train", common + words))
      let result = try scratch.run("report", "probe", name)
      try succeed(result)
      return result.text
    }
    let one = try text("--epochs", "0", "--threads", "1")
    #expect(one.contains("blocks.1") && one.contains("self mass"))
    #expect(try text("--epochs", "0", "--threads", "5") == one)
    #expect(try text("--epochs", "1", "--threads", "2") == one)
  }

  @Test func vggRunsHaveNoBlocks() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try succeed(
      scratch.run(
        "train", "init.h5", "--images", "images.h5", "--epochs", "0", "--quiet", "-o", "run.h5"))
    #expect(try !File.open(scratch.file("run.h5")).root.group("probe").contains("blocks"))
    #expect(try tables(scratch, "run.h5").count == 1)
  }

  @Test func thePageHasTheTable() throws {
    let scratch = try #require(Self.scratch)
    let result = try scratch.run("report", "run.h5", "-o", "page")
    try succeed(result)
    let page = String(decoding: try scratch.read("page/index.html"), as: UTF8.self)
    #expect(page.contains("Attention before the first step on "))
    #expect(page.contains("effective tokens of 5"))
  }

  @Test func aDamagedGroupIsRefusedInOneLine() throws {
    let scratch = try #require(Self.scratch)
    let network = try NetworkFile(File.open(scratch.file("init.h5"))).network
    let file = try File.create(scratch.file("damaged.h5"))
    let run = try RunSummary(File.open(scratch.file("run.h5")))
    try RunFile(
      NetworkFile(network), best: nil, bestEpoch: nil, probe: run.probe, epochs: run.epochs,
      divergedAt: nil, dataset: "stripes", seed: 1, options: [:]
    ).write(to: file)
    // An attribute can be overwritten, a dataset cannot.
    try file.root.group("probe").group("blocks").setAttribute("tokens", .integer(50))
    try file.close()
    let result = try scratch.run("report", "probe", "damaged.h5")
    #expect(result.status == 65 && result.output.isEmpty)
    #expect(
      result.errors.hasSuffix("damaged.h5: 'probe/blocks' is of 50 tokens, the network of 5\n"))
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
  }
}
