// The text form of VGG and torchvision's names, parsed and written.

import Networks
import Testing

struct VGGTests {
  /// The indices of the convolutions in torchvision's `features`, without and with batch normalisation.
  static let places: [(name: String, plain: [Int], normalised: [Int])] = [
    ("vgg11", [0, 3, 6, 8, 11, 13, 16, 18], [0, 4, 8, 11, 15, 18, 22, 25]),
    ("vgg13", [0, 2, 5, 7, 10, 12, 15, 17, 20, 22], [0, 3, 7, 10, 14, 17, 21, 24, 28, 31]),
    (
      "vgg16", [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28],
      [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40]
    ),
    (
      "vgg19", [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34],
      [0, 3, 7, 10, 14, 17, 20, 23, 27, 30, 33, 36, 40, 43, 46, 49]
    ),
  ]

  @Test(arguments: places)
  func namesAgreeWithTorchvision(name: String, plain: [Int], normalised: [Int]) throws {
    let vgg = try VGG(name)
    #expect(vgg.convolutions.map(\.map.name) == plain.map { "features.\($0)" })
    let blocks = vgg.filters.map(\.count)
    #expect(VGG.blocks(atPlaces: plain, batchNormalised: false) == blocks)
    #expect(VGG.blocks(atPlaces: normalised, batchNormalised: true) == blocks)
    #expect(vgg.depth.map { "vgg\($0)" } == name && VGG.blocks[vgg.depth ?? 0] == blocks)
    let architecture = try Architecture(name, outputs: 1000, hidden: [4096, 4096], pooled: 7)
    #expect(architecture.head.map(\.name) == ["classifier.0", "classifier.3", "classifier.6"])
  }

  @Test(arguments: [[], [1, 3], [0, 1], [0, 4], [0, 2, 2]])
  func placesOfNoVGGHaveNoBlocks(_ places: [Int]) {
    #expect(VGG.blocks(atPlaces: places, batchNormalised: false) == nil)
  }

  @Test(arguments: [
    "vgg11", "vgg19", "vgg11@0.25", "vgg16@2.0", "vgg13@0.001953125", "vgg:16,M,32,M",
    "vgg:16,M,32",
    "vgg:8,8,8", "vgg:64,M,128,M,256,256,M,512,512,M,512,513,M",
  ])
  func textsRoundTrip(_ text: String) throws {
    let vgg = try VGG(text)
    #expect(vgg.text == text)
    #expect(VGG(filters: vgg.filters, endsInPool: vgg.endsInPool) == vgg)
  }

  /// A width factor of 5 is too large for the short text, so the text is a table.
  @Test func unusualWidthsAreWrittenAsTables() throws {
    let filters = [[320], [640], [1280, 1280], [2560, 2560], [2560, 2560]]
    let vgg = VGG(filters: filters, endsInPool: true)
    #expect(vgg.depth == 11 && vgg.text.hasPrefix("vgg:320,M,640,M,1280,1280,M,2560,"))
    #expect(try VGG(vgg.text) == vgg)
    let open = VGG(
      filters: [[64], [128], [256, 256], [512, 512], [512, 512]], endsInPool: false)
    #expect(open.depth == nil && open.text == "vgg:64,M,128,M,256,256,M,512,512,M,512,512")
  }
}
