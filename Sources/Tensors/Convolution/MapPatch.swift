/// Single 3×3 patches of NHWC maps in the order of PyTorch's filters (channel, row, column): what one
/// filter sees at one position, for measuring and sampling. `Patches` is what kernels use.
package enum MapPatch {
  /// Patch [9·C] of `map` [N, H, W, C] around (`row`, `column`) of image `image`, zeros outside.
  package static func gather(
    _ map: Buffer, image: Int, row: Int, column: Int, _ shape: ConvolutionShape,
    into patch: UnsafeMutableBufferPointer<Float>
  ) {
    let (h, w, c) = (shape.height, shape.width, shape.inputs)
    precondition(image >= 0 && map.count >= (image + 1) * shape.inputCount)
    precondition(row >= 0 && row < h && column >= 0 && column < w && patch.count >= 9 * c)
    guard let target = patch.baseAddress else { return }
    for tap in 0..<9 {
      let (y, x) = (row + tap / 3 - 1, column + tap % 3 - 1)
      if y >= 0 && y < h && x >= 0 && x < w {
        let pixel = map.start + ((image * h + y) * w + x) * c
        for channel in 0..<c { target[9 * channel + tap] = pixel[channel] }
      } else {
        for channel in 0..<c { target[9 * channel + tap] = 0 }
      }
    }
  }
}
