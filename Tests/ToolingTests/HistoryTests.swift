/// Histories are kept, joined, and say nothing of place or time.

import HDF5
import Testing
import Tooling

@Test func anEntryNamesToolOptionsAndInputs() {
  let history = History(entries: ["first"]).appending(
    tool: "sample-init",
    options: [("method", "kaiming-nfm"), ("note", "two words"), ("dense", "")],
    inputs: [("features", "ab12"), ("images", "cd34")])
  #expect(
    history.entries == [
      "first",
      "sample-init \(version) --method kaiming-nfm --note 'two words' --dense"
        + " < features sha256:ab12 images sha256:cd34",
    ])
  let source = History().appending(tool: "train", options: [("seed", "1\n2")], inputs: [])
  #expect(source.entries == ["train \(version) --seed '1 2'"])
}

@Test func historiesTravelWithFiles() throws {
  let history = History(entries: ["one", "two"])
  let file = try File.createInMemory(name: "x")
  #expect(try History.of(file) == History())
  try history.write(to: file)
  #expect(try History.of(file) == history)
  #expect(try file.root.attribute("history") == "one\ntwo")
}

@Test func mergingKeepsOrderAndDropsRepetitions() {
  let merged = History.merging([
    History(entries: ["a", "b"]), History(entries: ["a", "c"]), History(entries: ["b"]),
  ])
  #expect(merged.entries == ["a", "b", "c"])
}
