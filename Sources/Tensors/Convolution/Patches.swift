/// The k×k patches of NHWC maps with rings of zeros around: gather, and its adjoint.
///
/// Rows of outputs are counted over the batch: row y of image n is number n·H' + y.
enum Patches {
  /// x [N, H, W, C] → patches [rows·W', columns] of some rows of outputs.
  ///
  /// - Parameter columns: some of a patch's k²·C, which are ordered kernel row, kernel column, channel
  static func gather(
    _ x: UnsafePointer<Float>, rows: Range<Int>, columns: Range<Int>, _ shape: PlainShape,
    into patches: UnsafeMutablePointer<Float>
  ) {
    var target = patches
    eachRun(rows: rows, columns: columns, shape) { pixel, before, count, after in
      target.update(repeating: 0, count: before)
      (target + before).update(from: x + pixel, count: count)
      (target + before + count).update(repeating: 0, count: after)
      target += before + count + after
    }
  }

  /// x [N, H, W, C] += the sum over the patches [rows·W', k²·C] that hold a pixel.
  static func scatter(
    _ patches: UnsafePointer<Float>, rows: Range<Int>, _ shape: PlainShape,
    into x: UnsafeMutablePointer<Float>
  ) {
    var source = patches
    eachRun(rows: rows, columns: 0..<shape.windowLength, shape) { pixel, before, count, after in
      Reductions.addRows(source + before, rows: 1, columns: count, into: x + pixel)
      source += before + count + after
    }
  }

  /// Calls `body` in the order of patches with each run of floats that a patch has of one row of the map: `count` floats
  /// from `pixel` on, between `before` and `after` zeros.
  @inline(__always)
  private static func eachRun(
    rows: Range<Int>, columns: Range<Int>, _ shape: PlainShape,
    _ body: (_ pixel: Int, _ before: Int, _ count: Int, _ after: Int) -> Void
  ) {
    let (c, h, w, padding) = (shape.inputs, shape.height, shape.width, shape.padding)
    let span = shape.kernel * c
    let kernelRows = columns.lowerBound / span..<(columns.upperBound + span - 1) / span
    for row in rows {
      let (image, y) = (row / shape.outputHeight, row % shape.outputHeight)
      for output in 0..<shape.outputWidth {
        let left = (output * shape.stride - padding) * c
        for r in kernelRows {
          let first = max(columns.lowerBound - r * span, 0)
          let last = min(columns.upperBound - r * span, span)
          let line = y * shape.stride - padding + r
          let start = min(max(first, -left), last)
          let end = max(start, min(last, w * c - left))
          if line >= 0 && line < h && end > start {
            body((image * h + line) * w * c + left + start, start - first, end - start, last - end)
          } else {
            body(0, last - first, 0, 0)
          }
        }
      }
    }
  }
}
