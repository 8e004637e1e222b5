// The parts of a VGG as they are found in a file.

/// The parts of a VGG that a naming has found. `VGGWeights` checks their shapes.
struct VGGParts {
  var blocks: [[VGGWeights.Layer]] = []
  var classifier: [VGGWeights.Layer] = []
  var batchNormalised = false
  var ignored: [String] = []
  /// Whether the first layer had one input channel.
  var isGrey = false
  /// Notes on what was added, a line each.
  var notes: [String] = []
  /// Whether a pool follows the last convolution.
  var endsInPool = true
  /// The side of the input in pixels; nil if the file does not state it.
  var side: Int?
  /// The scale and offset that the network applies to pixels in 0…255; nil if the file does not state them.
  var scaling: (scale: Double, offset: Double)?
  /// The rate of dropout of the head's hidden units; nil if the file does not state it.
  var dropout: Double?

  /// The number of convolutions in each block.
  var counts: [Int] { blocks.map(\.count) }

  /// The remedies that error messages state.
  static let stating = "state the network with --architecture vgg:64,M,…"
  static let withoutHead = "--without-head takes the convolutions alone"
}
