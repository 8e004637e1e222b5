// Residual networks: from their text to stages of blocks.

/// A residual network of basic blocks (He et al. 2016, *Deep Residual Learning for Image Recognition*): two 3×3
/// convolutions each with its batch normalisation, whose result is added to what enters the block.
///
/// Text form, as files hold it: `resnet18` or `resnet34`, made for ImageNet; `resnet20`, `resnet32`, …, `resnet110`, made
/// for CIFAR; with a width as `resnet18@0.5`, which multiplies every channel count; with the other kind's beginning as
/// `resnet18:stem=cifar`; without batch normalisation as `resnet20:norm=none`.
package struct ResNet: Equatable, Sendable {
  /// How the network begins.
  package enum Stem: String, CaseIterable, Sendable {
    /// A 7×7 convolution of stride 2, and behind its ReLU a 3×3 max pool of stride 2.
    case imagenet
    /// A 3×3 convolution of stride 1, and no pool.
    case cifar
  }

  /// What the blocks have to keep the size of their maps in bounds.
  package enum Norm: String, CaseIterable, Sendable {
    /// A batch normalisation after each convolution.
    case batch
    /// Scalar biases before and after the convolutions, and one scalar multiplier in each block: the networks of
    /// Fixup (Zhang, Dauphin & Ma 2019, *Fixup Initialization: Residual Learning Without Normalization*).
    case none
  }

  /// Number of convolutions that an image passes, and the head's linear layer: the number in its name.
  package let depth: Int
  /// Factor of every channel count.
  package let factor: Double
  package let stem: Stem
  package let norm: Norm

  /// ε of batch normalisation, PyTorch's default.
  package static let epsilon = 1e-5

  /// Blocks of each stage of the networks for ImageNet.
  private static let imageNet = [18: [2, 2, 2, 2], 34: [3, 4, 6, 3]]
  /// Depths for ImageNet that have blocks of three convolutions.
  private static let bottlenecks: Set = [26, 50, 101, 152, 200]

  /// Blocks of each stage by depth; nil: no such network. CIFAR's have three stages of n blocks and a depth of 6n + 2.
  private static func blocks(depth: Int) -> [Int]? {
    if let known = imageNet[depth] { return known }
    guard (8...110).contains(depth), depth % 6 == 2, !bottlenecks.contains(depth) else {
      return nil
    }
    return [Int](repeating: depth / 6, count: 3)
  }

  /// - Throws: `NetworkError` if there is no such network, or its widths are out of range.
  package init(
    depth: Int, factor: Double = 1, stem: Stem? = nil, norm: Norm = .batch
  ) throws(NetworkError) {
    guard Self.blocks(depth: depth) != nil else {
      throw NetworkError(
        Self.bottlenecks.contains(depth)
          ? "'resnet\(depth)' has blocks of three convolutions, which networks here do not have:"
            + " resnet18 and resnet34 have blocks of two"
          : "no architecture 'resnet\(depth)': resnet18, resnet34, or resnet20, 32, 44, 56, 110")
    }
    (self.depth, self.factor, self.norm) = (depth, factor, norm)
    self.stem = stem ?? Self.usualStem(depth: depth)
    guard widths.allSatisfy({ (1...4096).contains($0) }) else {
      throw NetworkError("widths of a residual network are 1 to 4096, not \(widths)")
    }
  }

  private static func usualStem(depth: Int) -> Stem {
    imageNet[depth] == nil ? .cifar : .imagenet
  }

  /// Blocks of each stage.
  package var blocks: [Int] { Self.blocks(depth: depth) ?? [] }

  /// Channels of each stage: 64, or 16 of CIFAR's networks, and then twice as many in each, times `factor`.
  package var widths: [Int] {
    let first = Self.imageNet[depth] == nil ? 16.0 : 64.0
    return blocks.indices.map { stage in
      max(1, Int((first * Double(1 << stage) * factor).rounded()))
    }
  }
}

// MARK: Text

extension ResNet {
  /// Whether a text means to be one of these.
  package static func isName(_ text: String) -> Bool { text.hasPrefix("resnet") }

  private enum Key: String, CaseIterable { case stem, norm, shortcut }

  /// - Throws: `NetworkError` if the text is no such network, or names a setting twice or out of range.
  package init(_ text: String) throws(NetworkError) {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let settings = try TextSettings<Key>(halves.count > 1 ? halves[1] : nil, in: text)
    let name = halves.first.map { $0.split(separator: "@", omittingEmptySubsequences: false) } ?? []
    guard let base = name.first, name.count <= 2, Self.isName(String(base)),
      let depth = Int(base.dropFirst("resnet".count)), base == "resnet\(depth)"
    else {
      throw NetworkError(
        "no architecture '\(text)': resnet18, resnet34, resnet20, resnet56; with a width as"
          + " resnet18@0.5, or a setting as resnet18:stem=cifar")
    }
    let factor = name.count == 2 ? try widthFactor(String(name[1]), in: text) : 1
    if let word = settings[.shortcut], word != "conv" {
      throw NetworkError(
        "shortcut in '\(text)' is conv, not '\(word)': networks here have no other")
    }
    try self.init(
      depth: depth, factor: factor, stem: Self.choice(.stem, settings, in: text),
      norm: Self.choice(.norm, settings, in: text) ?? .batch)
  }

  /// The value of a setting that has a few; nil if the text does not have the setting.
  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: Key, _ settings: TextSettings<Key>, in text: String
  ) throws(NetworkError) -> Choice? where Choice.RawValue == String {
    guard let word = settings[key] else { return nil }
    guard let choice = Choice(rawValue: String(word)) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: " or ")
      throw NetworkError("\(key.rawValue) in '\(text)' is \(known), not '\(word)'")
    }
    return choice
  }

  /// The text that makes this network.
  package var text: String {
    let settings =
      (stem == Self.usualStem(depth: depth) ? [] : ["stem=\(stem.rawValue)"])
      + (norm == .batch ? [] : ["norm=\(norm.rawValue)"])
    return "resnet\(depth)" + (factor == 1 ? "" : "@\(factor)")
      + (settings.isEmpty ? "" : ":" + settings.joined(separator: ","))
  }

  /// The network of these sizes, as a file has them; nil: there is none.
  /// - Parameters:
  ///   - blocks: of each stage.
  ///   - widths: channels of each stage.
  package init?(blocks: [Int], widths: [Int], stem: Stem, norm: Norm = .batch) {
    guard let first = widths.first, (1...4096).contains(first),
      blocks.allSatisfy({ (1...18).contains($0) })
    else {
      return nil
    }
    let cifar = blocks.count == 3 ? [6 * blocks[0] + 2] : []
    guard
      let depth = (Self.imageNet.map(\.key) + cifar).first(where: {
        Self.blocks(depth: $0) == blocks
      }),
      let network = try? ResNet(
        depth: depth, factor: Double(first) / (blocks.count == 3 ? 16 : 64), stem: stem,
        norm: norm),
      network.widths == widths
    else { return nil }
    self = network
  }
}

extension Architecture {
  /// The residual network that it is, if it is one.
  package var residual: ResNet? { family as? ResNet }
}
