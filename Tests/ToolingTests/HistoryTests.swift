// Histories are stored and merged, and contain neither place nor time.

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

@Test func historiesAreStoredInFiles() throws {
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

@Test func inputsAreParsedFromAHistory() {
  let history = History(entries: [
    "compute-nfm 0.2.0 --power 1 < network sha256:aa",
    "sample-init 0.2.0 --note 'a < b sha256:no' < features sha256:bb images sha256:cc",
    "sample-init 0.2.0 --method zero",
  ])
  let inputs = history.inputs
  #expect(inputs.map(\.tool) == ["compute-nfm", "sample-init", "sample-init"])
  #expect(inputs.map(\.role) == ["network", "features", "images"])
  #expect(inputs.map(\.sha256) == ["aa", "bb", "cc"])
}
