/// The matrix of a linear map, W [outputs, inputs], in the panels that products read: packed once a
/// step, read for every image.
package final class PackedMatrix {
  /// K
  package let outputs: Int
  /// d
  package let inputs: Int
  private let forwardMemory: Buffer
  private let backwardMemory: Buffer?

  /// - Parameter backward: whether dx = dy·W will be computed.
  package init(outputs: Int, inputs: Int, backward: Bool) {
    precondition(outputs > 0 && inputs > 0)
    self.outputs = outputs
    self.inputs = inputs
    forwardMemory = Buffer(count: Panels.size(depth: inputs, width: outputs))
    backwardMemory =
      backward ? Buffer(count: Panels.size(depth: outputs, width: inputs)) : nil
  }

  /// Wᵀ [inputs, outputs], for y = x·Wᵀ.
  package var forward: Panels {
    Panels(packed: forwardMemory.start, depth: inputs, width: outputs)
  }

  /// W [outputs, inputs], for dx = dy·W.
  package var backward: Panels {
    guard let backwardMemory else {
      preconditionFailure("this matrix was packed for the forward pass only")
    }
    return Panels(packed: backwardMemory.start, depth: outputs, width: inputs)
  }

  /// Takes over W's values. Not to be called from within a body of the pool.
  package func pack(_ weights: Rows, pool: WorkerPool) {
    precondition(
      weights.count == outputs && weights.width == inputs, "the matrix has another shape")
    let (across, down) = (Self.panels(outputs), backwardMemory == nil ? 0 : Self.panels(inputs))
    pool.run(across + down) { chunk, _ in
      if chunk < across {
        Packing.transpose(
          weights, panel: chunk, into: forwardMemory.start + chunk * Panels.width * inputs)
      } else if let backwardMemory {
        let panel = chunk - across
        Packing.copy(
          weights, panel: panel, into: backwardMemory.start + panel * Panels.width * outputs)
      }
    }
  }

  private static func panels(_ width: Int) -> Int { (width + Panels.width - 1) / Panels.width }
}
