// Feature maps of a vision transformer, compared with plain loops for a network of one block.

import Foundation
import HDF5
import Testing

struct TokenMapsTests {
  static let (side, patch, width, heads, mlp) = (8, 4, 8, 2, 6)

  /// The parameters of the network with their shapes. Gains are not 1, and biases are not 0.
  static let shapes: [(name: String, shape: [Int])] = [
    ("cls_token", [1, 1, width]), ("pos_embed", [1, 5, width]),
    ("patch_embed.proj.weight", [width, 3, patch, patch]), ("patch_embed.proj.bias", [width]),
    ("blocks.0.norm1.weight", [width]), ("blocks.0.norm1.bias", [width]),
    ("blocks.0.attn.qkv.weight", [3 * width, width]), ("blocks.0.attn.qkv.bias", [3 * width]),
    ("blocks.0.attn.proj.weight", [width, width]), ("blocks.0.attn.proj.bias", [width]),
    ("blocks.0.norm2.weight", [width]), ("blocks.0.norm2.bias", [width]),
    ("blocks.0.mlp.fc1.weight", [mlp, width]), ("blocks.0.mlp.fc1.bias", [mlp]),
    ("blocks.0.mlp.fc2.weight", [width, mlp]), ("blocks.0.mlp.fc2.bias", [width]),
    ("norm.weight", [width]), ("norm.bias", [width]),
    ("head.weight", [2, width]), ("head.bias", [2]),
  ]

  static let parameters: [String: [Float]] = Dictionary(
    uniqueKeysWithValues: shapes.enumerated().map { number, parameter in
      let count = parameter.shape.reduce(1, *)
      return (parameter.name, (0..<count).map { Float(sin(Double(7 * number + $0 * $0 + 1))) })
    })

  static func values(_ name: String) -> [Double] { (parameters[name] ?? []).map(Double.init) }

  static func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    let file = try File.create(scratch.file("network.h5"))
    for (name, shape) in shapes {
      try file.root.write(parameters[name] ?? [], shape: shape, to: name)
    }
    let text = "vit:side=8,patch=4,width=8,depth=1,heads=2,mlp=6"
    try file.root.setAttribute("architecture", .string(text))
    for (name, value) in [("outputs", 2), ("pooled", 1), ("side", side)] {
      try file.root.setAttribute(name, .integer(value))
    }
    try file.root.setAttribute("dropout", .double(0))
    for name in ["mean", "std"] { try file.root.setAttribute(name, .doubles([0.3, 0.3, 0.3])) }
    try file.close()
    return scratch
  }

  /// The patches [4][48] of test image 3. The order of a patch's values is channel, row, column.
  static func patches(_ scratch: Scratch) throws -> [[Double]] {
    let pixels = try File.open(scratch.file("images.h5")).root.read("test/images", as: UInt8.self)
    let image = pixels.values[3 * side * side..<4 * side * side].map {
      (Double($0) / 255 - 0.3) / 0.3
    }
    return (0..<4).map { at in
      (0..<3).flatMap { _ in
        (0..<16).map { image[(at / 2 * 4 + $0 / 4) * side + at % 2 * 4 + $0 % 4] }
      }
    }
  }

  static func product(_ w: [Double], _ x: [Double]) -> [Double] {
    (0..<w.count / x.count).map { k in
      x.indices.reduce(0) { $0 + w[k * x.count + $1] * x[$1] }
    }
  }

  static func squared(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }

  /// The response of attention to the token of each patch: ‖W_qkv x‖² for some rows of W_qkv and the normalised token x
  /// with its gain, and without `folded` also with its bias.
  static func answers(
    _ patches: [[Double]], folded: Bool, rows: Range<Int> = 0..<3 * width
  ) -> [Double] {
    patches.enumerated().map { place, patch in
      let (bias, positions) = (values("patch_embed.proj.bias"), values("pos_embed"))
      let token = product(values("patch_embed.proj.weight"), patch).enumerated().map {
        $1 + bias[$0] + positions[(place + 1) * width + $0]
      }
      let mean = token.reduce(0, +) / Double(width)
      let deviation = (squared(token.map { $0 - mean }) / Double(width) + 1e-6).squareRoot()
      let (gain, shift) = (values("blocks.0.norm1.weight"), values("blocks.0.norm1.bias"))
      let read = token.indices.map {
        gain[$0] * (token[$0] - mean) / deviation + (folded ? 0 : shift[$0])
      }
      return squared(Array(product(values("blocks.0.attn.qkv.weight"), read)[rows]))
    }
  }

  /// The response ‖WᵀWp‖ of a patch p.
  static func norms(_ patches: [[Double]]) -> [Double] {
    let w = values("patch_embed.proj.weight")
    return patches.map { patch in
      let z = product(w, patch)
      return squared(
        patch.indices.map { e in
          z.indices.reduce(0) { $0 + w[$1 * patch.count + e] * z[$1] }
        }
      ).squareRoot()
    }
  }

  static func scaled(_ values: [Double]) -> [Double] {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    return values.map { ($0 - low) / (high - low) }
  }

  /// The maps in a folder that `report maps` wrote, without the picture.
  static func shown(_ scratch: Scratch, in folder: String = "maps") throws -> [[Double]] {
    let table = String(decoding: try scratch.read("\(folder)/feature-maps.tsv"), as: UTF8.self)
    return table.components(separatedBy: "\n\n\n").dropFirst().map { block in
      block.split(separator: "\n").compactMap { line in
        line.split(separator: "\t").last.flatMap { Double($0) }
      }
    }.filter { !$0.isEmpty }
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")),
    arguments: [true, false])
  func mapsShowTheResponseOfAttentionToEachToken(folded: Bool) throws {
    let scratch = try Self.prepared()
    let gain = folded ? "folded" : "outside"
    try succeed(scratch.run("compute-nfm", "network.h5", "--gain", gain, "-o", "nfm.h5"))
    try succeed(
      scratch.run(
        "report", "maps", "images.h5", "--image", "3", "--network", "network.h5", "--features",
        "nfm.h5", "-o", "maps"))
    let shown = try Self.shown(scratch)
    let patches = try Self.patches(scratch)
    let answers = [true, false].map { Self.scaled(Self.answers(patches, folded: $0)) }
    try #require(shown.count == 2 && shown.allSatisfy { $0.count == 4 })
    for (found, wanted) in zip(shown[0], Self.scaled(Self.norms(patches))) {
      #expect(abs(found - wanted) < 1e-4)
    }
    for (found, wanted) in zip(shown[1], answers[folded ? 0 : 1]) {
      #expect(abs(found - wanted) < 1e-4)
    }
    // The two conventions differ here.
    #expect(zip(answers[0], answers[1]).contains { abs($0 - $1) > 1e-2 })
  }
  /// The chosen layers are the queries of one head, and the values of both heads together.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
  func layersAreChosenByName() throws {
    let scratch = try Self.prepared()
    try succeed(scratch.run("compute-nfm", "network.h5", "-o", "nfm.h5"))
    let words = ["maps", "images.h5", "--image", "3", "--network", "network.h5"]
    let layers = ["--layers", "blocks.0.attn.v,blocks.0.attn.q.1"]
    try succeed(scratch.run("report", words + ["--features", "nfm.h5", "-o", "maps"] + layers))
    let (shown, patches) = (try Self.shown(scratch), try Self.patches(scratch))
    try #require(shown.count == 2 && shown.allSatisfy { $0.count == 4 })
    for (found, rows) in zip(shown, [4..<8, 16..<24]) {
      let wanted = Self.scaled(Self.answers(patches, folded: true, rows: rows))
      for (found, wanted) in zip(found, wanted) { #expect(abs(found - wanted) < 1e-4) }
    }
    let script = String(decoding: try scratch.read("maps/feature-maps.gp"), as: UTF8.self)
    #expect(script.contains("NFM, blocks.0.attn.q.1, 2×2"))
    #expect(script.contains("NFM, blocks.0.attn.v (2 heads), 2×2"))
    // A features file of this map alone is sufficient.
    try succeed(
      scratch.run("compute-nfm", "network.h5", "--layers", "blocks.0.mlp.fc2", "-o", "fc2.h5"))
    let few = words + ["--features", "fc2.h5", "-o", "few"]
    try succeed(scratch.run("report", few + ["--layers", "blocks.0.mlp.fc2"]))
    #expect(try Self.shown(scratch, in: "few").count == 1)
  }

  @Test func missingLayersAreRefused() throws {
    let scratch = try Self.prepared()
    try succeed(
      scratch.run("compute-nfm", "network.h5", "--layers", "blocks.0.mlp", "-o", "nfm.h5"))
    let words = ["maps", "images.h5", "--network", "network.h5", "--features", "nfm.h5"]
    for (layers, status, says) in [
      ("blocks.1", 64, "no layer 'blocks.1': there are 10"), ("head", 64, "no layer 'head'"),
      ("11", 64, "no layer '11'"), ("blocks.0.attn.q", 65, "no features of blocks.0.attn.q.0"),
    ] {
      let result = try scratch.run("report", words + ["-o", "maps", "--layers", layers])
      #expect(result.status == Int32(status) && result.errors.contains(says), "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1)
      #expect(!scratch.names().contains("maps"))
    }
  }
}
