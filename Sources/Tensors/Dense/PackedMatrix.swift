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
    guard let backwardMemory else { preconditionFailure("packed for the forward pass alone") }
    return Panels(packed: backwardMemory.start, depth: outputs, width: inputs)
  }

  /// Takes over W's values.
  package func pack(_ weights: Rows, pool: WorkerPool) {
    precondition(weights.count == outputs && weights.width == inputs, "a matrix of another shape")
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

/// Panels of 32 columns from row-major matrices.
enum Packing {
  /// Panel number `panel` of Wᵀ: its columns are 32 rows of W [K, d] → [d][32].
  static func transpose(_ w: Rows, panel: Int, into target: UnsafeMutablePointer<Float>) {
    let first = panel * Panels.width
    let rows = min(Panels.width, w.count - first)
    var column = 0
    if rows == Panels.width {
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 256) { memory in
        guard let room = memory.baseAddress else { return }
        while column &+ 16 <= w.width {
          for half in 0..<2 {
            Transpose.lanes(w.row(first &+ half &* 16) + column, rowStride: w.stride, room)
            for i in 0..<16 {
              target.store(room.lanes(at: i &* 16), at: (column &+ i) &* 32 &+ half &* 16)
            }
          }
          column &+= 16
        }
      }
    }
    while column < w.width {
      let row = target + column * Panels.width
      for i in 0..<Panels.width { row[i] = i < rows ? w.row(first + i)[column] : 0 }
      column += 1
    }
  }

  /// Panel number `panel` of W [K, d]: 32 of its columns → [K][32].
  static func copy(_ w: Rows, panel: Int, into target: UnsafeMutablePointer<Float>) {
    let first = panel * Panels.width
    let columns = min(Panels.width, w.width - first)
    for k in 0..<w.count {
      let (source, row) = (w.row(k) + first, target + k &* Panels.width)
      if columns == Panels.width {
        row.store(source.lanes)
        row.store(source.lanes(at: 16), at: 16)
      } else {
        for i in 0..<Panels.width { row[i] = i < columns ? source[i] : 0 }
      }
    }
  }
}
