/// What a network asks of a convolution block, whichever arithmetic is inside.
///
/// Order of calls in training: `forward(retaining)`, `backward`. For feature matrices:
/// `forward(retaining)`, then `addMoment` and `inputGradient` as often as wanted.
package protocol ConvolutionBlock: AnyObject {
  var shape: ConvolutionShape { get }

  /// Filters [K, C, 3, 3].
  var weight: Parameter { get }
  /// [K]
  var bias: Parameter { get }

  /// input [N, H, W, C] → output [N, H', W', K]. `retaining` keeps what backward passes need.
  func forward(_ input: Buffer, images: Int, into output: Buffer, retaining: Bool)

  /// Gradient of the output [N, H', W', K] → gradients of weights and bias, for `use`, and, if asked
  /// for, of the input [N, H, W, C]. Follows a retaining `forward` whose `input` and `output` still
  /// hold what they held.
  func backward(
    _ outputGradient: Buffer, images: Int, into inputGradient: Buffer?, _ use: GradientUse)

  /// δ, the gradient with respect to the map before ReLU and pool [R·N, H, W, K], from that with respect
  /// to the output [R·N, H', W', K]: R = `repeats` gradients (logits) of the same N images, image index
  /// fastest.
  func preactivationGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into delta: Buffer)

  /// D [K, K] += Σ δδᵀ over gradients and positions, with δ ∈ R^K of `preactivationGradient`: made
  /// piece by piece, never as a whole.
  func addMoment(
    of outputGradient: Buffer, images: Int, repeats: Int, with gram: GramAccumulator,
    into sum: inout Matrix)

  /// Gradient with respect to the output [R·N, H', W', K] → with respect to the input [R·N, H, W, C];
  /// R·N may be up to the shape's `images`.
  func inputGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into inputGradient: Buffer)
}
