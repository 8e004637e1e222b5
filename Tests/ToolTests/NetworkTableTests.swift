// `report network`: layers, shapes, parameters and ranks, compared with values computed by hand.

import Foundation
import HDF5
import Testing

struct NetworkTableTests {
  /// A folder with network.h5: a VGG with one convolution, whose second filter is twice its first, and an orthogonal head.
  private func prepared() throws -> Scratch {
    let scratch = try Scratch()
    let file = try File.create(scratch.file("network.h5"))
    let filter = (0..<27).map { Float($0 % 5) - 2 }
    for (name, shape, values) in [
      ("features.0.weight", [2, 3, 3, 3], filter + filter.map { 2 * $0 }),
      ("features.0.bias", [2], [0, 0]), ("classifier.0.weight", [3, 2], [1, 0, 0, 1, 0, 0]),
      ("classifier.0.bias", [3], [0, 0, 0]),
    ] { try file.root.write(values, shape: shape, to: name) }
    try file.root.setAttribute("architecture", .string("vgg:2,M"))
    try file.root.setAttribute("outputs", .integer(3))
    try file.root.setAttribute("pooled", .integer(1))
    try file.root.setAttribute("dropout", .double(0))
    try file.close()
    return scratch
  }

  @Test("Shapes, parameters and ranks are those counted by hand")
  func byHand() throws {
    let scratch = try prepared()
    let heading = "layer,shape,parameters,dimension of NFM,rank,effective rank\n"
    let body = "features.0,2×3×3×3,56,27,1,1.0\n"
    let table = try scratch.run("report", "network", "network.h5", "--format", "csv")
    try succeed(table)
    #expect(table.text == heading + body + "classifier.0,3×2,9,2,,\n")
    let all = try scratch.run(
      "report", "network", "network.h5", "--format", "csv", "--layers", "all")
    #expect(all.text == heading + body + "classifier.0,3×2,9,2,2,2.0\n")
    let piped = try scratch.run("report", "network", "-", input: scratch.read("network.h5"))
    #expect(piped.text.hasPrefix("standard input: vgg:2,M, 3 outputs, 65 parameters\n\nlayer "))
  }

  @Test("A transformer's normalisations precede the maps that read them, and heads share a line")
  func transformer() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try succeed(
      scratch.run(
        "sample-init", "--method", "normal", "--images", "images.h5", "--architecture",
        "vit:side=8,patch=4,width=8,depth=1,heads=2,mlp=4", "-o", "vit.h5"))
    let result = try scratch.run("report", "network", "vit.h5", "--format", "csv")
    try succeed(result)
    let rows = result.text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(
      rows.map { Array($0.prefix(5)) } == [
        ["cls_token", "1×1×8", "8", "", ""], ["pos_embed", "1×5×8", "40", "", ""],
        ["patch_embed.proj", "8×3×4×4", "392", "48", "8"],
        ["blocks.0.norm1", "8", "16", "", ""],
        ["blocks.0.attn.q (2 heads)", "4×8", "72", "8", "4"],
        ["blocks.0.attn.k (2 heads)", "4×8", "72", "8", "4"],
        ["blocks.0.attn.v (2 heads)", "4×8", "72", "8", "4"],
        ["blocks.0.attn.proj", "8×8", "72", "8", "8"], ["blocks.0.norm2", "8", "16", "", ""],
        ["blocks.0.mlp.fc1", "4×8", "36", "8", "4"],
        ["blocks.0.mlp.fc2", "8×4", "40", "4", "4"], ["norm", "8", "16", "", ""],
        ["head", "2×8", "18", "8", ""],
      ])
    // The total is the number of values in the file.
    let heading = try scratch.run("report", "network", "vit.h5").text
    #expect(heading.hasPrefix("vit.h5: vit:side=8,patch=4,"))
    #expect(heading.contains(", 2 outputs, images of 8×8, 870 parameters\n"))
  }

  @Test("Every format has the numbers, and file names are escaped")
  func formats() throws {
    let scratch = try prepared()
    let name = "a\u{1B}[31m<b>.h5"
    try scratch.write(scratch.read("network.h5"), to: name)
    for (format, row) in [
      ("terminal", "features.0    2×3×3×3"), ("markdown", "| features.0 | 2×3×3×3 | 56 | 27 | 1 |"),
      ("csv", "features.0,2×3×3×3,56,27,1,1.0"),
      ("latex", "features.0 & 2$\\times$3$\\times$3$\\times$3 & 56 & 27 & 1 & 1.0 \\\\"),
      ("html", "<th scope=\"row\">features.0</th><td>2×3×3×3</td>"),
    ] {
      let result = try scratch.run("report", "network", name, "--format", format)
      try succeed(result)
      #expect(result.text.contains(row), "\(format): \(result.text)")
      #expect(!result.output.contains(0x1B))
      guard format != "csv" else { continue }
      #expect(result.text.contains("65 parameters"), "\(format): \(result.text)")
      #expect(format != "html" || !result.text.contains("<b>"))
    }
  }

  @Test(
    "What is no network, or has no such layer, is refused in one line",
    arguments: [
      (["network", "images.h5"], 65, "images.h5"), (["network", "absent.h5"], 66, "absent.h5"),
      (["network", "network.h5", "--layers", "7"], 64, "no layer '7': there are 2"),
      (["network"], 64, "network"),
    ])
  func refusals(words: [String], status: Int32, message: String) throws {
    let scratch = try prepared()
    try scratch.writeImages("images.h5")
    let result = try scratch.run("report", words)
    #expect(result.status == status && result.output.isEmpty, "\(result.errors)")
    #expect(result.errors.contains(message) && result.errors.split(separator: "\n").count == 1)
  }

  @Test("The other tables print LaTeX and HTML as well")
  func otherTables() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try succeed(scratch.run("train", ["init.h5", "-o", "run.h5"] + ChainTests.training))
    for words in [["probe", "run.h5"], ["ansatz", "run.h5", "--images", "images.h5"]] {
      let latex = try scratch.run("report", words + ["--format", "latex"])
      #expect(latex.text.contains("\\begin{tabular}{ll") && latex.text.contains("& features.0 &"))
      let html = try scratch.run("report", words + ["--format", "html"])
      #expect(html.text.contains("<caption>") && html.text.contains("<td>features.0</td>"))
    }
  }
}
