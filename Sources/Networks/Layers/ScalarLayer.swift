// The bias before the head of a residual network without batch normalisation.

import Tensors

/// y = x + b, one scalar b for all features of all images, in place.
final class ScalarLayer: Layer {
  private let shift: ScalarMap

  /// - Parameters:
  ///   - bias: the name of b.
  ///   - count: the features of an image.
  init(bias: String, count: Int, _ site: BuildingSite) {
    shift = ScalarMap(
      count: count, images: site.batch, bias: bias, rectifies: false, pool: site.pool,
      workspace: site.workspace)
  }

  var outputCount: Int { shift.count }
  var isInPlace: Bool { true }
  var parameters: [Parameter] { shift.parameters }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    shift.forward(x, images: pass.images, into: y, retaining: pass.retaining)
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    shift.backward(dy, sweep, into: dx ?? dy)
  }
}
