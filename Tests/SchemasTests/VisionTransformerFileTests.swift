// Network files of vision transformers: written files read back, and damaged files are refused.

import HDF5
import Networks
import Schemas
import Tensors
import Testing
import Tooling

struct VisionTransformerFileTests {
  static let text = "vit:side=8,patch=4,width=8,depth=2,heads=2,mlp=12"

  static func network(_ text: String) throws -> Network {
    let architecture = try Architecture(text, outputs: 3)
    var stream = RandomStream(seed: 7, .initialisation)
    return try Network(
      architecture,
      parameters: Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { name, shape in
          (name, Tensor(stream.normals(shape.reduce(1, *)), shape: shape))
        }), preparation: .init(mean: [0, 0.5, 1], std: [1, 2, 3]))
  }

  @Test(
    "A network comes back as it was",
    arguments: [
      text, text + ",pool=mean,epsilon=1e-12", text + ",positions=sincos,droppath=0.1",
      "vit-micro",
    ])
  func roundTrips(text: String) throws {
    let network = try Self.network(text)
    func write(_ file: File) throws { try NetworkFile(network).write(to: file) }
    try roundTrip(write) { file in
      let back = try NetworkFile(file).network
      #expect(back.architecture == network.architecture)
      #expect(back.architecture.transformer == network.architecture.transformer)
      #expect(back.parameters == network.parameters)
      #expect(back.preparation == network.preparation)
      let root = file.root
      #expect(try root.attribute("architecture")?.string == network.architecture.name)
      #expect(try root.attribute("hidden") == nil)
      #expect(try root.attribute("side")?.integer == network.architecture.side)
      let width = try #require(network.architecture.transformer).width
      #expect(try root.shape(of: "blocks.0.attn.qkv.weight") == [3 * width, width])
      #expect(root.contains("pos_embed") == !text.contains("sincos"))
      #expect(root.contains("cls_token") == (network.architecture.transformer?.pool == .token))
    }
  }

  static let damages: [(attribute: String, value: AttributeValue, says: String)] = [
    (
      "architecture", .string(text.replacing("side=8", with: "side=16")),
      "'pos_embed' is [1, 5, 8], not [1, 17, 8]"
    ),
    (
      "architecture", .string(text.replacing("heads=2", with: "heads=3")),
      "a width of 8 is not divisible by 3 heads"
    ),
    (
      "architecture", .string(text.replacing("depth=2", with: "depth=1000000000")),
      "depth of a vision transformer is 1 to 64, not 1000000000"
    ),
    (
      "architecture", .string(text.replacing("mlp=12", with: "mlp=9223372036854775807")),
      "mlp of a vision transformer is 1 to 16384, not 9223372036854775807"
    ),
    (
      "architecture", .string(text.replacing("depth=2", with: "depth=64")),
      "no dataset 'blocks.2.norm1.weight'"
    ),
    (
      "architecture", .string(text.replacing("width=8", with: "width=4096")),
      "'cls_token' is [1, 1, 8], not [1, 1, 4096]"
    ),
    ("hidden", .integers([4]), "a vision transformer's head is one linear layer"),
    ("pooled", .integer(7), "a vision transformer's head is one linear layer"),
    ("outputs", .integer(4), "'head.weight' is [3, 8], not [4, 8]"),
    ("side", .integer(16), "images of 16×16 do not fit vit:side=8"),
    ("side", .integer(18), "18 is not divisible by its patch size of 4"),
    ("architecture", .string("vit:side=8"), "does not say its patch"),
  ]

  @Test("A damaged file is refused in one line", arguments: damages.indices)
  func damagedFilesAreRefused(index: Int) throws {
    let (attribute, value, says) = Self.damages[index]
    let network = try Self.network(Self.text)
    let error = try refusal(
      { file in
        try NetworkFile(network).write(to: file)
        try file.root.setAttribute(attribute, value)
      },
      { _ = try NetworkFile($0) })
    let message = try #require(error?.description)
    #expect(message.contains(says), "\(message)")
    #expect(!message.contains("\n"))
  }
}
