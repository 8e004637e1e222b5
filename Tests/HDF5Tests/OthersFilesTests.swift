// Files of h5py are read here, and h5py reads files that were written here.

import ChildProcesses
import Foundation
import HDF5
import Testing

@Test func readsNumbersThatPythonWrote() throws {
  let root = try File.open(try fixture("from_h5py.h5")).root
  #expect(try root.read("float64", as: Float.self).values == [0, 0.25, 0.5, 0.75, 1, 1.25])
  #expect(try root.read("float64", as: Float.self).shape == [2, 3])
  #expect(try root.read("float16", as: Float.self).values == [0.5, -2, 65504])
  #expect(try root.read("big_endian", as: Int64.self).values == [1, -2, 70000])
  #expect(try root.read("bytes", as: Double.self).values == (0..<10).map { Double($0) })
  #expect(try root.read("single", as: Float.self).values == [2.5])
  #expect(try root.read("compressed", as: Int32.self).values == (0..<1000).map { Int32($0) })
  #expect(try root.read("deep/soft", as: Double.self).shape == [2, 3])
  #expect(try root.group("deep").group("er").read("values", as: Float.self).values == [1, 1, 1])
  #expect(!root.contains("deep/dangling"))
  #expect(!root.contains("nowhere/at/all"))
}

@Test func readsAttributesThatPythonWrote() throws {
  let root = try File.open(try fixture("from_h5py.h5")).root
  #expect(try root.attribute("text") == "Zürich\nline two")
  #expect(try root.attribute("texts")?.strings == ["one", "two", "three"])
  #expect(try root.attribute("fixed")?.strings == ["conv1", "conv2_long"])
  #expect(try root.attribute("bytes") == "ascii")
  #expect(try root.attribute("number")?.double == 0.5)
  #expect(try root.attribute("numbers")?.doubles == [0.25, 0.5])
  #expect(try root.attribute("integer")?.integer == 7)
  #expect(try root.attribute("integers")?.integers == [1, 2, 3])
  #expect(try root.attribute("boolean")?.integer == 1)
  #expect(try root.attribute("no texts")?.strings == [])
  #expect(try root.attribute("unit", of: "deep/er/values") == "m")
  #expect(throws: HDF5Error.self) { try root.attribute("void") }
}

@Test func reportsDatasetsThatAreNotNumeric() throws {
  let root = try File.open(try fixture("from_h5py.h5")).root
  let text = try message { _ = try root.read("text", as: Float.self) }
  #expect(text.hasSuffix("from_h5py.h5: text: holds text where numbers are wanted"))
  let compound = try message { _ = try root.read("compound", as: Float.self) }
  #expect(compound.contains("compound: holds neither integers nor IEEE"))
  let group = try message { _ = try root.read("deep", as: Float.self) }
  #expect(group.contains("deep: is not a dataset"))
  let absent = try message { _ = try root.read("deep/absent", as: Float.self) }
  #expect(absent.contains("deep/absent: there is no such dataset"))
  let filter = try message { _ = try root.read("lzf", as: Int64.self) }
  #expect(filter.contains("lzf: its compression (filter 32000) is not supported"))
}

/// A Python that has h5py, if the machine has one: `$FEATURE_INIT_PYTHON`, else `python3`.
private let python: String? = {
  let name = ProcessInfo.processInfo.environment["FEATURE_INIT_PYTHON"] ?? "python3"
  return (try? run([name, "-c", "import h5py"]))?.status == 0 ? name : nil
}()

private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
  let said = try ProgramOutput(of: arguments, collectsErrors: false)
  return (said.status, said.text)
}

@Test(.enabled(if: python != nil, "no Python with h5py"))
func pythonReadsWhatIsWrittenHere() throws {
  try withScratchFolder { folder in
    let file = try File.create(folder + "/network.h5")
    try file.root.write([1, 2, 3, 4] as [Float], shape: [2, 2], to: "features.0.weight")
    try file.root.setAttribute("architecture", "vgg11")
    try file.root.setAttribute("classes", .strings(["Füße", "b"]))
    try file.root.setAttribute("mean", .doubles([0.5, 0.25]))
    try file.root.setAttribute("outputs", 10)
    try file.close()
    let script = """
      import h5py, sys
      f = h5py.File(sys.argv[1])
      w = f['features.0.weight']
      print(w.dtype, w.shape, w[()].tolist(), repr(f.attrs['architecture']),
            list(f.attrs['classes']), f.attrs['mean'].tolist(), int(f.attrs['outputs']))
      """
    let result = try run([python ?? "", "-c", script, folder + "/network.h5"])
    #expect(
      result.output
        == "float32 (2, 2) [[1.0, 2.0], [3.0, 4.0]] 'vgg11' ['Füße', 'b'] [0.5, 0.25] 10\n")
  }
}

@Test(.enabled(if: python != nil, "no Python with h5py"))
func theFixturesScriptStillRuns() throws {
  try withScratchFolder { folder in
    let script = try fixture("make_fixtures.py")
    #expect(try run([python ?? "", script, folder]).status == 0)
    let root = try File.open(folder + "/from_h5py.h5").root
    #expect(try root.read("float64", as: Double.self).shape == [2, 3])
  }
}
