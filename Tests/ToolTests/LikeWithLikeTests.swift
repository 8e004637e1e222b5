// `report` on real runs that differ in an option or in their images.

import Foundation
import HDF5
import Testing

struct LikeWithLikeTests {
  private func train(_ run: String, _ more: [String], in scratch: Scratch) throws {
    try succeed(
      scratch.run(
        "train",
        ["init.h5", "--images", "images.h5", "--epochs", "1", "--batch", "16", "-q", "-o", run]
          + more))
  }

  @Test func runsWithOtherOptionsHaveSeparateRows() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try train("a.run.h5", ["--seed", "1"], in: scratch)
    try train("b.run.h5", ["--seed", "2", "--learning-rate", "0.05"], in: scratch)
    let table = try scratch.run("report", "a.run.h5", "b.run.h5", "--format", "csv")
    try succeed(table)
    let lines = table.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("dataset,method,learning_rate,runs,"))
    #expect(lines[1].hasPrefix("stripes,kaiming-normal,0.001,1,"))
    #expect(lines[2].hasPrefix("stripes,kaiming-normal,0.05,1,"))
  }

  /// Attributes that a run has only if an option is given distinguish it from runs without them.
  @Test func mixedImagesAreNotAveragedWithPlainOnes() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try train("a.run.h5", ["--seed", "1"], in: scratch)
    try train("b.run.h5", ["--seed", "2", "--mixup", "0.8", "--warm-up", "0.5"], in: scratch)
    try train("c.run.h5", ["--seed", "3", "--cutmix", "0.8"], in: scratch)
    let table = try scratch.run(
      "report", "a.run.h5", "b.run.h5", "c.run.h5", "--format", "csv")
    try succeed(table)
    let lines = table.text.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("dataset,method,cutmix,mixup,warm_up,runs,"))
    let settings = lines.dropFirst().map { $0.split(separator: ",")[2..<6].joined(separator: " ") }
    #expect(settings.sorted() == ["0.8 unset unset 1", "unset 0.8 0.5 1", "unset unset unset 1"])
  }

  @Test func dataSetsOfOneNameHaveSeparateSections() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try train("a.run.h5", [], in: scratch)
    try scratch.writeImages("images.h5", count: 80)
    try train("b.run.h5", [], in: scratch)
    let table = try scratch.run("report", "a.run.h5", "b.run.h5")
    try succeed(table)
    let digests = try ["a", "b"].map { name -> String in
      let history = try File.open(scratch.file("\(name).run.h5")).root.attribute("history")?.string
      let match = history?.matches(of: /images sha256:([0-9a-f]{4})/).last
      return try String(#require(match).1)
    }
    #expect(table.text.contains("stripes (\(digests[0])…, 2 classes, 60 training images)\n"))
    #expect(table.text.contains("stripes (\(digests[1])…, 2 classes, 80 training images)\n"))
  }
}
