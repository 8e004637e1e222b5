// Reports on networks: the ansatz compared with dense matrices, dense matrices read back, the state before training, and
// feature maps of a picture.

import Foundation
import HDF5
import Testing

struct NetworkReportTests {
  /// A folder with images.h5, and with init.h5 and run.h5 of the small network of the chain.
  private func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try succeed(scratch.run("train", ["init.h5", "-o", "run.h5"] + ChainTests.training))
    return scratch
  }

  private func dense(_ scratch: Scratch, _ file: String, _ layer: String) throws -> [Double] {
    let file = try File.open(scratch.file(file))
    return try file.root.read("\(layer)/matrix", as: Float.self).values.map(Double.init)
  }

  private func cosine(_ a: [Double], _ b: [Double]) -> Double {
    func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return inner(a, b) / (inner(a, a) * inner(b, b)).squareRoot()
  }

  /// The rows of a CSV file as dictionaries.
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test func theAnsatzIsTheCosineOfTheDenseMatrices() throws {
    let scratch = try prepared()
    let result = try scratch.run(
      "report", "ansatz", "--images", "images.h5", "--count", "20", "--format", "csv", "init.h5",
      "run.h5")
    try succeed(result)
    let table = rows(result.text)
    #expect(
      table.map { $0["network"] } == ["init", "init", "run", "run"] && table[0]["layer"] != nil)
    try succeed(scratch.run("compute-nfm", "run.h5", "--dense", "-o", "nfm.h5"))
    for (power, name) in [("0.5", "half"), ("1", "one")] {
      try succeed(
        scratch.run(
          "compute-agop", "run.h5", "--images", "images.h5", "--count", "20", "--power", power,
          "--dense", "-o", "agop.h5"))
      for row in table where row["network"] == "run" {
        let layer = try #require(row["layer"])
        let expected = try cosine(
          dense(scratch, "nfm.h5", layer), dense(scratch, "agop.h5", layer))
        let found = try #require(Double(row["cosine_\(name)"] ?? ""))
        #expect(abs(found - expected) < 1e-4, "\(layer) \(power): \(found), dense \(expected)")
      }
    }
    // The initial network is recognised as that of the trained one, and has no initial network itself.
    for layer in 0..<2 {
      #expect(table[layer + 2]["cosine_half_before"] == table[layer]["cosine_half"])
      #expect(table[layer]["cosine_half_before"] == "")
    }
  }

  @Test func fileNamesAreEscapedInAnsatzAndVerify() throws {
    let scratch = try prepared()
    let names = ["=1+1,x.h5", "a\u{1B}[31m.h5"]
    for name in names { try scratch.write(scratch.read("run.h5"), to: name) }
    for format in ["csv", "markdown", "terminal"] {
      let result = try scratch.run(
        "report", ["ansatz", "--images", "images.h5", "--count", "2", "--format", format] + names)
      try succeed(result)
      #expect(!result.output.contains(0x1B) && result.text.contains("U+001B"))
      guard format == "csv" else { continue }
      #expect(result.text.contains("\n\"'=1+1,x\",features.0,"))
      #expect(result.text.contains("\na<U+001B>[31m,features.0,"))
    }
    let verified = try scratch.run("report", ["verify"] + names)
    #expect(verified.status == 65 && !verified.output.contains(0x1B))
  }

  @Test func denseMatricesAreReadBack() throws {
    let scratch = try prepared()
    try succeed(scratch.run("compute-nfm", "init.h5", "--dense", "-o", "nfm.h5"))
    let layers = ["features.0", "features.3"]
    for (index, layer) in layers.enumerated() {
      var matrix = try dense(scratch, "nfm.h5", layer)
      let side = Int(Double(matrix.count).squareRoot())
      if index == 1 {
        // A helper of the paper's code did this, and the result is no longer a Gram matrix.
        let mean = matrix.reduce(0, +) / Double(matrix.count)
        for i in matrix.indices { matrix[i] -= mean }
      }
      let lines = (0..<side).map { row in
        matrix[row * side..<(row + 1) * side].map { "\($0)" }.joined(separator: ",") + "\n"
      }
      try scratch.write(lines.joined(), to: "layer_\(index).csv")
    }
    let result = try scratch.run(
      "extract-pretrained", "--from-csv", "layer_0.csv", "layer_1.csv", "--architecture",
      "vgg:16,M,16,M", "--dense", "-o", "read.h5")
    try succeed(result)
    #expect(result.errors.contains("layer_0.csv: positive semi-definite"))
    #expect(result.errors.contains("features.3: not positive semi-definite"))
    let (read, written) = try (
      dense(scratch, "read.h5", "features.0"), dense(scratch, "nfm.h5", "features.0")
    )
    let largest = written.map(abs).max() ?? 0
    #expect(zip(read, written).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
    // The warning is passed on to networks that are drawn from the matrix.
    let drawn = try scratch.run(
      "sample-init", "read.h5", "--method", "nfm", "--images", "images.h5", "-o", "drawn.h5")
    #expect(drawn.status == 0 && drawn.errors.contains("not positive semi-definite"))
    try succeed(scratch.run("train", ["drawn.h5", "-o", "drawn-run.h5"] + ChainTests.training))
    let report = try scratch.run("report", "drawn-run.h5")
    #expect(report.text.contains("not positive semi-definite"))
  }

  @Test(arguments: [
    (["layer_0.csv"], 64, "1 matrices"), (["layer_0.csv", "layer_0.csv"], 65, "27 columns"),
    (["layer_0.csv", "text.csv"], 65, "text.csv: line 1"),
    (["zero.csv", "layer_0.csv"], 65, "zero.csv: a matrix with trace 0"),
    (["layer_0.csv", "absent.csv"], 66, "absent.csv"),
  ])
  func unsuitableMatricesAreRefused(_ files: [String], _ status: Int32, _ says: String) throws {
    let scratch = try Scratch()
    let row = (0..<27).map { _ in "1" }.joined(separator: ",") + "\n"
    try scratch.write(String(repeating: row, count: 27), to: "layer_0.csv")
    try scratch.write("a,b\n", to: "text.csv")
    let zeros = row.replacingOccurrences(of: "1", with: "0")
    try scratch.write(String(repeating: zeros, count: 27), to: "zero.csv")
    let result = try scratch.run(
      "extract-pretrained",
      ["--from-csv"] + files + ["--architecture", "vgg:4,M,8", "-o", "x.h5"])
    #expect(result.status == status && result.errors.contains(says), "\(result.errors)")
    #expect(!scratch.names().contains("x.h5"))
  }

  @Test(arguments: [["init.h5", "--kind", "agop"], ["init.h5", "--shift", "none"]])
  func optionsOfMatricesRequireMatrices(_ words: [String]) throws {
    let scratch = try prepared()
    let result = try scratch.run("extract-pretrained", words + ["-o", "x.h5"])
    #expect(result.status == 64 && result.errors.contains("--from-csv"), "\(result.errors)")
  }

  @Test func optionsOfNetworksAreRefusedWithMatrices() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      "extract-pretrained", "--side", "32", "--from-csv", "layer_0.csv", "-o", "x.h5")
    #expect(result.status == 64 && result.errors.contains("leave out --side"), "\(result.errors)")
  }

  /// Square roots computed in single precision are asymmetric by 3e-3 of the largest entry. Their lower triangle is used.
  @Test func asymmetricRootsAreReadByTheirLowerTriangle() throws {
    let scratch = try Scratch()
    func row(_ i: Int, upper: Double) -> String {
      let entries = (0..<27).map { j in i == j ? "2.0" : j < i ? "0.5" : "\(upper)" }
      return entries.joined(separator: ",") + "\n"
    }
    func write(_ name: String, upper: Double) throws {
      try scratch.write((0..<27).map { row($0, upper: upper) }.joined(), to: name)
    }
    try write("rounded.csv", upper: 0.506)
    try write("wrong.csv", upper: 0.6)
    let words = ["--architecture", "vgg:4,M", "--kind", "agop", "--dense", "-o", "x.h5"]
    let read = try scratch.run("extract-pretrained", ["--from-csv", "rounded.csv"] + words)
    try succeed(read)
    #expect(read.errors.contains("asymmetric by 0.003 of the largest entry; the lower triangle"))
    let matrix = try dense(scratch, "x.h5", "features.0")
    for i in 0..<27 {
      for j in 0..<27 { #expect(abs(matrix[i * 27 + j] - (i == j ? 2 : 0.5)) < 1e-5) }
    }
    let file = try File.open(scratch.file("x.h5"))
    let asymmetry = try file.root.group("features.0").attribute("asymmetry")?.double ?? 0
    #expect(abs(asymmetry - 0.003) < 1e-12)
    #expect(try file.root.attribute("power")?.double == 0.5)
    let refused = try scratch.run("extract-pretrained", ["--from-csv", "wrong.csv"] + words)
    #expect(refused.status == 65 && refused.errors.contains("not symmetric"), "\(refused.errors)")
  }

  /// The isotropic part is a separate option, whatever the convention.
  @Test(arguments: ["compute-nfm", "compute-agop"])
  func shiftDependsOnTheOptionOnly(_ tool: String) throws {
    let scratch = try prepared()
    let images =
      tool == "compute-agop"
      ? ["--images", "images.h5", "--count", "4", "--logits", "2"] : []
    func isotropicShares(_ words: String...) throws -> [Double] {
      try succeed(scratch.run(tool, ["init.h5", "-o", "shifted.h5"] + images + words))
      let file = try File.open(scratch.file("shifted.h5"))
      return try [("features.0", 27.0), ("features.3", 144.0)].map { layer, dimension in
        let group = try file.root.group(layer)
        let isotropic = try group.attribute("isotropic")?.double ?? .nan
        return try dimension * isotropic / (group.attribute("trace")?.double ?? .nan)
      }
    }
    #expect(try isotropicShares() == [0, 0])
    #expect(try isotropicShares("--convention", "paper", "--shift", "none") == [0, 0])
    #expect(try isotropicShares("--convention", "paper").allSatisfy { 0 < $0 && $0 < 1e-3 })
    let shares = try isotropicShares("--shift", "0.11")
    #expect(shares.allSatisfy { abs($0 - 0.11) < 1e-12 }, "\(shares)")
  }

  @Test func probeDoesNotDependOnTraining() throws {
    let scratch = try prepared()
    try succeed(
      scratch.run("train", "init.h5", "--images", "images.h5", "--epochs", "0", "-o", "zero.h5"))
    let (run, zero) = try (
      scratch.run("report", "probe", "run.h5"), scratch.run("report", "probe", "zero.h5")
    )
    try succeed(run)
    #expect(run.text == zero.text && run.text.contains("features.3"))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
  func featureMapsOfAPictureNeedNoRuns() throws {
    let scratch = try prepared()
    try succeed(scratch.run("compute-nfm", "init.h5", "-o", "nfm.h5"))
    let picture = Scratch.fixture("colour.jpg", of: "ImageFormatsTests")
    let words = ["--network", "init.h5", "--features", "nfm.h5", "--side", "16", "-o", "maps"]
    try succeed(scratch.run("report", ["maps", picture] + words))
    #expect(try scratch.read("maps/feature-maps.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    func maps() throws -> [[Double]] {
      let table = String(decoding: try scratch.read("maps/feature-maps.tsv"), as: UTF8.self)
      return table.components(separatedBy: "\n\n\n").map { block in
        block.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
          line.split(separator: "\t").last.flatMap { Double($0) }
        }
      }.filter { !$0.isEmpty }
    }
    // 16 × 16 of the picture. Padding reaches one position of the first layer's 16 × 16 at each edge. Behind the pool
    // it has reached one of 8 × 8, and the second layer's patches of 3 × 3 see it from one position further.
    #expect(try maps().map(\.count) == [256, 14 * 14, 4 * 4])
    // The percentiles 1 and 99 of 196 responses leave one response below and one above.
    let first = try maps()[1]
    #expect(first.count { $0 == 0 } == 2 && first.count { $0 == 1 } == 2)
    try succeed(scratch.run("report", ["maps", picture, "--layers", "features.3"] + words))
    #expect(try maps().map(\.count) == [256, 4 * 4])
    // A small image is enlarged, so that the maps behind pools can be read.
    try succeed(
      scratch.run(
        "report", ["maps", "images.h5"] + words.filter { !["--side", "16"].contains($0) }))
    #expect(try maps().map(\.count) == [128 * 128, 126 * 126, 60 * 60])
    let second = try scratch.run("report", ["maps", picture, "--image", "1"] + words)
    #expect(second.status == 64 && second.errors.contains("one image"))
  }
}
