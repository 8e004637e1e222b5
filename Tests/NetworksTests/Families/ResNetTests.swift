// The text form of residual networks, and their maps and parameters.

import Networks
import Testing

struct ResNetTests {
  @Test(arguments: [
    ("resnet18", "resnet18"), ("resnet34:norm=batch,shortcut=conv", "resnet34"),
    ("resnet18@0.50", "resnet18@0.5"), ("resnet18:stem=cifar", "resnet18:stem=cifar"),
    ("resnet18@2:stem=imagenet", "resnet18@2.0"), ("resnet20:stem=cifar", "resnet20"),
    ("resnet56@0.25:stem=imagenet", "resnet56@0.25:stem=imagenet"), ("resnet110", "resnet110"),
    ("resnet20:norm=none", "resnet20:norm=none"),
    ("resnet18@0.5:norm=none,stem=cifar", "resnet18@0.5:stem=cifar,norm=none"),
  ])
  func textsAreParsed(text: String, canonical: String) throws {
    let architecture = try Architecture(text, outputs: 3)
    #expect(architecture.name == canonical)
    #expect(try Architecture(canonical, outputs: 3) == architecture)
    let network = try ResNet(text)
    #expect(
      ResNet(
        blocks: network.blocks, widths: network.widths, stem: network.stem, norm: network.norm)
        == network)
  }

  @Test(arguments: [
    ("resnet50", "three convolutions"), ("resnet101", "three convolutions"),
    ("resnet19", "no architecture 'resnet19'"), ("resnet2", "no architecture"),
    ("resnet116", "no architecture"), ("resnet", "no architecture"), ("resnets", "no architecture"),
    ("resnet18@0.5@2", "no architecture"), ("resnet18@8", "not a number in (0, 4]"),
    ("resnet18@nan", "not a number"), ("resnet18:", "not a setting"),
    ("resnet18:stem=deep", "imagenet or cifar"), ("resnet18:stem=cifar,stem=cifar", "twice"),
    ("resnet20:norm=layer", "norm in 'resnet20:norm=layer' is batch or none"),
    ("resnet20:shortcut=pad", "is conv"), ("resnet-18", "no architecture"),
    ("resnet018", "no architecture"),
    ("resnet+18", "no architecture"),
  ])
  func invalidTextsAreRefused(text: String, reason: String) {
    let error = #expect(throws: NetworkError.self) { try Architecture(text, outputs: 3) }
    #expect("\(error.map(\.description) ?? "")".contains(reason))
  }

  @Test func headIsOneLinearLayer() throws {
    let network = try Architecture("resnet20", outputs: 3)
    #expect(network.hidden.isEmpty && network.pooled == 1 && network.dropout == 0)
    #expect(throws: NetworkError.self) { try Architecture("resnet20", outputs: 3, hidden: [8]) }
    #expect(throws: NetworkError.self) { try Architecture("resnet20", outputs: 3, pooled: 7) }
    #expect(throws: NetworkError.self) { try Architecture("resnet20", outputs: 3, dropout: 0.5) }
  }

  /// The expected numbers are the published ones, which do not count running statistics: torchvision's for ResNet-18 and
  /// ResNet-34, and those of the networks for CIFAR with convolutions in two shortcuts.
  @Test(arguments: [
    ("resnet18", 1000, 11_689_512), ("resnet34", 1000, 21_797_672), ("resnet20", 10, 272_474),
  ])
  func parameterCountsAreThePublishedOnes(text: String, outputs: Int, count: Int) throws {
    let network = try Architecture(text, outputs: outputs)
    let learned = network.learnedParameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
    #expect(learned == count)
    let statistics = network.others.filter(\.isStatistic)
    #expect(statistics.count == 2 * network.body.count)
    #expect(network.parameters.count == network.learnedParameters.count + statistics.count)
    #expect(!network.parameters.contains { $0.name == "conv1.bias" })
    #expect(network.parameters.contains { $0.name == "fc.bias" })
  }

  @Test func mapsNameTheirBatchNormalisation() throws {
    let body = try Architecture("resnet18", outputs: 3).body
    #expect(body.count == 1 + 8 * 2 + 3)
    #expect(body[0].fanIn == 147 && body[0].window == .convolution(kernel: 7, stride: 2))
    let block = body.filter { $0.name.hasPrefix("layer2.0.") }
    #expect(block.map(\.name) == ["conv1", "conv2", "downsample.0"].map { "layer2.0." + $0 })
    #expect(block.map(\.batchNorm) == ["bn1", "bn2", "downsample.1"].map { "layer2.0." + $0 })
    #expect(block.map(\.isSummand) == [false, true, true])
    #expect(block.map(\.fanIn) == [576, 1152, 64] && block.allSatisfy { !$0.hasBias })
  }

  /// Each block has five scalars, and the network has one bias after the first convolution and one before the head.
  @Test func scalarsReplaceNormalisations() throws {
    let network = try Architecture("resnet20:norm=none", outputs: 10)
    let plain = try Architecture("resnet20", outputs: 10)
    #expect(network.body.allSatisfy { $0.batchNorm == nil && !$0.hasBias })
    #expect(network.body.map(\.name) == plain.body.map(\.name))
    #expect(network.others.count == 9 * 5 + 2 && network.others.allSatisfy { $0.shape == [1] })
    #expect(!network.hasNorms && plain.hasNorms)
    #expect(
      network.others.filter { $0.scalarOf == "layer2.0.conv2" }.map(\.name)
        == ["layer2.0.bias2a", "layer2.0.scale", "layer2.0.bias2b"])
    let (first, last) = (network.others.first, network.others.last)
    #expect(first?.name == "bias1" && first?.scalarOf == "conv1")
    #expect(last?.name == "bias2" && last?.scalarOf == "fc")
    // A normalisation has a gain and a bias for each filter of its convolution.
    let (scalars, filters) = (47, plain.body.reduce(0) { $0 + $1.outputs })
    func count(_ architecture: Architecture) -> Int {
      architecture.learnedParameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
    }
    #expect(count(network) == count(plain) - 2 * filters + scalars)
  }

  /// Sides are 112 and 56 pixels in the stem and half as many in each further stage. Half an odd side is rounded up.
  @Test func positionsFollowTheStrides() throws {
    #expect(
      try Architecture("resnet18", outputs: 3).positions(side: 224).map {
        Int(Double($0).squareRoot())
      }
        == [112] + [56, 56, 56, 56] + [28, 28, 28, 28, 28] + [14, 14, 14, 14, 14] + [7, 7, 7, 7, 7])
    #expect(
      try Architecture("resnet8", outputs: 3).positions(side: 9) == [
        81, 81, 81, 25, 25, 25, 9, 9, 9,
      ])
  }

  @Test func partnersHaveTheSameNameAndWindow() throws {
    let (small, large) = (
      try Architecture("resnet18", outputs: 3), try Architecture("resnet34@0.5", outputs: 3)
    )
    for (index, map) in small.body.enumerated() {
      let partner = try #require(large.partner(of: index, in: small))
      #expect(large.body[partner].name == map.name)
    }
    let cifar = try Architecture("resnet18:stem=cifar", outputs: 3)
    #expect(cifar.partner(of: 0, in: small) == nil && cifar.partner(of: 1, in: small) == 1)
    #expect(try Architecture("vgg11", outputs: 3).partner(of: 0, in: small) == nil)
  }
}
