/// Adaptive average pooling as PyTorch defines it: output cell i averages input rows
/// ⌊i·H/P⌋ ..< ⌈(i+1)·H/P⌉. It also turns NHWC into the [C, P, P] order that PyTorch flattens.
package struct AdaptiveAveragePool: Sendable {
  package let height: Int
  package let width: Int
  package let channels: Int
  /// P
  package let side: Int

  package init(height: Int, width: Int, channels: Int, side: Int) {
    precondition(height > 0 && width > 0 && channels > 0 && side > 0)
    self.height = height
    self.width = width
    self.channels = channels
    self.side = side
  }

  private func cell(_ i: Int, of extent: Int) -> Range<Int> {
    i * extent / side..<((i + 1) * extent + side - 1) / side
  }

  /// map [N, H, W, C] → features [N, C·P·P]
  package func forward(_ map: Buffer, images: Int, into features: Buffer) {
    precondition(map.count >= images * height * width * channels)
    precondition(features.count >= images * channels * side * side)
    for n in 0..<images {
      let source = map.start + n * height * width * channels
      let target = features.start + n * channels * side * side
      for i in 0..<side {
        for j in 0..<side {
          let (rows, columns) = (cell(i, of: height), cell(j, of: width))
          let scale = 1 / Float(rows.count * columns.count)
          for c in 0..<channels {
            var sum: Float = 0
            for y in rows { for x in columns { sum += source[(y * width + x) * channels + c] } }
            target[(c * side + i) * side + j] = sum * scale
          }
        }
      }
    }
  }

  /// The adjoint: features' gradient [N, C·P·P] → map's gradient [N, H, W, C]
  package func backward(_ gradient: Buffer, images: Int, into mapGradient: Buffer) {
    precondition(gradient.count >= images * channels * side * side)
    precondition(mapGradient.count >= images * height * width * channels)
    mapGradient.start.update(repeating: 0, count: images * height * width * channels)
    for n in 0..<images {
      let source = gradient.start + n * channels * side * side
      let target = mapGradient.start + n * height * width * channels
      for i in 0..<side {
        for j in 0..<side {
          let (rows, columns) = (cell(i, of: height), cell(j, of: width))
          let scale = 1 / Float(rows.count * columns.count)
          for c in 0..<channels {
            let share = source[(c * side + i) * side + j] * scale
            for y in rows { for x in columns { target[(y * width + x) * channels + c] += share } }
          }
        }
      }
    }
  }
}
