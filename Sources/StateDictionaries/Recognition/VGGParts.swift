// What is found in a file before it is a VGG.

/// What a naming finds; shapes are checked where the parts become a `VGGWeights`.
struct VGGParts {
  var blocks: [[VGGWeights.Layer]] = []
  var classifier: [VGGWeights.Layer] = []
  var batchNormalised = false
  var ignored: [String] = []
  /// Whether the first layer had one input channel.
  var isGrey = false
  /// What was completed, a line each.
  var notes: [String] = []
  /// Whether a pool follows the last convolution.
  var endsInPool = true
  /// Side of the input, where the file says it.
  var side: Int?
  /// What the network does to pixels of 0 to 255 before its first layer, where the file says it.
  var scaling: (scale: Double, offset: Double)?
  /// Rate of dropout of the head's hidden units, where the file says it.
  var dropout: Double?

  /// Convolutions in each block.
  var counts: [Int] { blocks.map(\.count) }

  /// The remedies that refusals name.
  static let stating = "state the network with --architecture vgg:64,M,…"
  static let withoutHead = "--without-head takes the convolutions alone"
}
