// The interface between an architecture and its family of networks.

import Tensors

/// A family of networks without the size of its head: VGG, vision transformers, or residual networks. It is made from text.
protocol Family: Sendable {
  /// The text that makes it.
  var text: String { get }
  /// The linear maps that make representations, in order.
  var body: [LinearMap] { get }
  /// The only height and width of images that it takes; nil: any from `smallestSide` on.
  var side: Int? { get }
  var smallestSide: Int { get }
  /// The head of a network whose user asks for nothing else.
  var defaultHead: HeadShape { get }

  /// - Throws: `NetworkError` if there is no such head.
  func check(_ head: HeadShape) throws(NetworkError)
  /// The maps of the head, in order; the last one's outputs are the logits.
  func head(_ shape: HeadShape, outputs: Int) -> [LinearMap]
  /// What belongs to no linear map, name and shape: normalisations, tokens, positions.
  var others: [ParameterShape] { get }
  /// How many windows of an image of `side` each map of the body multiplies, in order.
  func positions(side: Int) -> [Int]
  /// The network's layers for images of `side`.
  func layers(_ architecture: Architecture, side: Int, _ site: BuildingSite) -> [any Layer]
  /// Images times gradients of one backward sweep over images of `side`, where nothing else is asked for: more make larger
  /// products, and take more memory.
  func sweepBatch(side: Int) -> Int
  /// The map of this body at the place that map `index` of the other's body has there; nil: none.
  func partner(of index: Int, in other: any Family) -> Int?
}

/// A parameter before it has values.
package struct ParameterShape: Equatable, Sendable {
  package let name: String
  package let shape: [Int]
  /// Whether it is measured and not learned: the running mean or variance of a batch normalisation.
  package let isStatistic: Bool
  /// The linear map beside which a scalar of Fixup stands, `layer1.0.conv2`; nil: it is no such scalar.
  package let scalarOf: String?

  init(_ name: String, _ shape: [Int], isStatistic: Bool = false, scalarOf map: String? = nil) {
    (self.name, self.shape, self.isStatistic, scalarOf) = (name, shape, isStatistic, map)
  }

  /// Whether it is a running variance.
  package var isVariance: Bool { isStatistic && name.hasSuffix(".running_var") }

  /// Whether it tells tokens where they are.
  package var isPositions: Bool { name == VisionTransformer.learnedPositions }

  /// The normalisation that it is the gain, the bias or a statistic of, `blocks.0.norm1`; nil: it is no such thing.
  package var norm: String? {
    shape.count > 1 || scalarOf != nil ? nil : name.lastIndex(of: ".").map { String(name[..<$0]) }
  }
}

/// What of a head can be chosen.
struct HeadShape: Equatable, Sendable {
  /// Widths of the hidden fully connected layers.
  var hidden: [Int]
  /// Side of the adaptive average pool.
  var pooled: Int
  /// Probability that a unit is dropped in training, in [0, 1).
  var dropout: Float
}
