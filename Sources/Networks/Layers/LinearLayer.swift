// A fully connected layer of a network.

import Tensors

/// A fully connected layer: y = x Wᵀ + b for each row x, [N, inputs] → [N, outputs].
final class LinearLayer: Layer {
  private let linear: Linear
  private let described: LinearMap

  init(_ map: LinearMap, _ linear: Linear) {
    described = map
    self.linear = linear
  }

  convenience init(_ map: LinearMap, _ site: BuildingSite) {
    self.init(
      map,
      Linear(
        inputs: map.inputs, outputs: map.outputs, path: map.name + ".", pool: site.pool,
        trains: site.trains))
  }

  var outputCount: Int { linear.outputs }
  var maps: [MappedLayer] {
    [
      MappedLayer(
        map: described, weight: linear.weight, bias: linear.bias, windows: .rows(linear.inputs))
    ]
  }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    linear.forward(x, images: pass.images, into: y, retaining: pass.retaining)
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    sweep.tap?.listen(to: described) { gram, sum in
      gram.add(dy, rows: sweep.rows, columns: linear.outputs, into: &sum)
    }
    if let use = sweep.use {
      linear.backward(dy, images: sweep.rows, into: dx, use)
    } else if let dx {
      linear.inputGradient(dy, images: sweep.rows, into: dx)
    }
  }
}
