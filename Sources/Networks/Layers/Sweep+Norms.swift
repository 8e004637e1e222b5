// The backward passes of batch normalisations and scalars that a sweep asks for.

import Tensors

extension BatchNorm {
  /// The backward pass that a sweep asks for.
  func backward(
    _ dy: Buffer, _ sweep: Sweep, _ statistics: Statistics, into dz: Buffer, residual: Buffer?
  ) {
    switch (statistics, sweep.use) {
    case (.batch, let use?):
      backward(dy, images: sweep.images, into: dz, residual: residual, use)
    case (.batch, nil):
      preconditionFailure("gradients of inputs alone are those by the running statistics")
    case (.running, .apply?):
      preconditionFailure("a step of training takes the statistics of the batch")
    case (.running, _):
      inputGradient(
        dy, images: sweep.images, repeats: sweep.repeats, into: dz, residual: residual)
    }
  }
}

extension ScalarMap {
  /// The backward pass that a sweep asks for.
  func backward(_ dy: Buffer, _ sweep: Sweep, into dz: Buffer, residual: Buffer? = nil) {
    if let use = sweep.use {
      precondition(sweep.repeats == 1, "gradients of parameters are those of one loss")
      backward(dy, images: sweep.images, into: dz, residual: residual, use)
    } else {
      inputGradient(
        dy, images: sweep.images, repeats: sweep.repeats, into: dz, residual: residual)
    }
  }
}
