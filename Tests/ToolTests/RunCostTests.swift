// Time and memory on the page, from logs beside runs: sums, and invalid logs.

import Foundation
import Testing

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
struct RunCostTests {
  /// A folder with images.h5, and with a.run.h5 and b.run.h5 of two seeds.
  private func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    for (seed, name) in [(1, "a"), (2, "b")] {
      try succeed(
        scratch.run(
          "train", ["init.h5", "-o", "\(name).run.h5", "--seed", "\(seed)"] + ChainTests.training))
    }
    return scratch
  }

  private func end(step: String = "100", seconds: String = "2", memory: String = "3000000")
    -> String
  {
    "{\"kind\":\"end\",\"step\":\(step),\"seconds\":\(seconds),\"peak_memory\":\(memory)}\n"
  }

  /// The row of the page's table, or nil, and the messages of the report.
  private func costs(_ scratch: Scratch) throws -> (row: [String]?, errors: String) {
    let result = try scratch.run("report", "a.run.h5", "b.run.h5", "-o", "page")
    try succeed(result)
    let page = String(decoding: try scratch.read("page/index.html"), as: UTF8.self)
    guard
      let table = page.components(separatedBy: "Training and evaluation by the wall clock").last,
      page.contains("Time and memory"),
      let body = table.components(separatedBy: "<tbody>").dropFirst().first
    else { return (nil, result.errors) }
    let cells = body.components(separatedBy: "<td").dropFirst().prefix(5).map {
      String($0.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
    }
    return (cells, result.errors)
  }

  @Test func processesOfARunAddUp() throws {
    let scratch = try prepared()
    // One process was killed in the middle of a line, and another continued.
    let killed = "{\"kind\":\"step\",\"step\":50,\"seconds\":4}\n{\"kind\":\"ste\n"
    let start = "{\"kind\":\"start\",\"step\":50,\"seconds\":0}\n"
    try scratch.write(start + killed + start + end(), to: "a.run.jsonl")
    try scratch.write(start + end(seconds: "3", memory: "5000000"), to: "b.run.jsonl")
    let costs = try costs(scratch)
    // The times are (4 + 2 + 3) s over two runs, with 200 steps.
    #expect(costs.row == ["kaiming-normal", "2", "4.5", "45.0", "5"], "\(costs)")
  }

  @Test func logsWithImpossibleNumbersAreLeftOut() throws {
    let scratch = try prepared()
    try scratch.write(end(), to: "b.run.jsonl")
    let largest = "9223372036854775807"
    for log in [
      end(step: largest), end(step: "-1"), end(seconds: "1e308"), end(seconds: "-1"),
      end(memory: largest),
      "{\"kind\":\"" + String(repeating: "x", count: 70_000) + "\"}\n" + end(),
    ] {
      try scratch.write(log, to: "a.run.jsonl")
      let costs = try costs(scratch)
      #expect(costs.row == ["kaiming-normal", "1", "2.0", "20.0", "3"], "\(log.prefix(200))")
      #expect(costs.errors.contains("a.run.jsonl is not a log of train"))
    }
  }

  @Test func pipesAndDevicesAreNotReadAsLogs() throws {
    let scratch = try prepared()
    try #require(mkfifo(scratch.file("a.run.jsonl"), 0o600) == 0)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("b.run.jsonl"), withDestinationPath: "/dev/zero")
    let costs = try costs(scratch)
    #expect(costs.row == nil && costs.errors.contains("b.run.jsonl is not a log of train"))
  }
}
