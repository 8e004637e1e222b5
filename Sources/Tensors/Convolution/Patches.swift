/// The 3×3 patches of NHWC maps with one ring of zeros around: gather, and its adjoint.
enum Patches {
  /// x [N, H, W, C] → patches [N·H·W, 9·C], columns ordered row, column of the kernel, channel.
  static func gather(
    _ x: UnsafePointer<Float>, images: Int, _ shape: ConvolutionShape,
    into patches: UnsafeMutablePointer<Float>
  ) {
    let c = shape.inputs
    eachTap(images: images, shape) { patch, pixel in
      let target = patches + patch * c
      if let pixel {
        target.update(from: x + pixel * c, count: c)
      } else {
        target.update(repeating: 0, count: c)
      }
    }
  }

  /// patches [N·H·W, 9·C] → Σ over the patches that hold a pixel, [N, H, W, C].
  static func scatter(
    _ patches: UnsafePointer<Float>, images: Int, _ shape: ConvolutionShape,
    into x: UnsafeMutablePointer<Float>
  ) {
    let c = shape.inputs
    x.update(repeating: 0, count: images * shape.inputCount)
    eachTap(images: images, shape) { patch, pixel in
      guard let pixel else { return }
      Reductions.addRows(patches + patch * c, rows: 1, columns: c, into: x + pixel * c)
    }
  }

  /// Calls `body(patch·9 + tap, pixel or nil outside)` in the order of patches.
  @inline(__always)
  private static func eachTap(
    images: Int, _ shape: ConvolutionShape, _ body: (_ patch: Int, _ pixel: Int?) -> Void
  ) {
    let (h, w) = (shape.height, shape.width)
    var patch = 0
    for n in 0..<images {
      for y in 0..<h {
        for x in 0..<w {
          for r in -1...1 {
            for s in -1...1 {
              let inside = y + r >= 0 && y + r < h && x + s >= 0 && x + s < w
              body(patch, inside ? (n * h + y + r) * w + x + s : nil)
              patch += 1
            }
          }
        }
      }
    }
  }
}
