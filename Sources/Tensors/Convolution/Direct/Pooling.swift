/// Bias, ReLU and 2×2 max pooling as one step, forward and backward.
///
/// What backward needs of a pooled block is one byte an output: which of the four positions won
/// (the first in reading order, as in PyTorch), or that none was positive.
package enum Pooling {
  static let dead: UInt8 = 4

  /// One image: y [H, W, K] (before bias) → out [H/2, W/2, K] and codes of the same shape.
  package static func forward(
    _ y: UnsafePointer<Float>, bias: UnsafePointer<Float>, height: Int, width: Int, channels k: Int,
    into out: UnsafeMutablePointer<Float>, codes: UnsafeMutablePointer<UInt8>?
  ) {
    for row in 0..<height / 2 {
      for column in 0..<width / 2 {
        let corner = y + (2 * row * width + 2 * column) * k
        let target = (row * (width / 2) + column) * k
        walk(
          k,
          vector: { c in
            let shift = (bias + c).lanes
            var best = (corner + c).lanes
            var code = SIMD16<Int32>.zero
            for (i, offset) in [(Int32(1), k), (2, width * k), (3, (width + 1) * k)] {
              let candidate = (corner + offset + c).lanes
              let wins = candidate .> best
              best.replace(with: candidate, where: wins)
              code.replace(with: SIMD16(repeating: i), where: wins)
            }
            best += shift
            let off = best .<= 0
            best.replace(with: 0, where: off)
            code.replace(with: SIMD16(repeating: Int32(dead)), where: off)
            (out + target + c).store(best)
            if let codes {
              UnsafeMutableRawPointer(codes + target + c).storeBytes(
                of: SIMD16<UInt8>(truncatingIfNeeded: code), as: SIMD16<UInt8>.self)
            }
          },
          scalar: { c in
            var (best, code) = (corner[c], UInt8(0))
            for (i, offset) in [(UInt8(1), k), (2, width * k), (3, (width + 1) * k)]
            where corner[offset + c] > best {
              (best, code) = (corner[offset + c], i)
            }
            best += bias[c]
            if best <= 0 { (best, code) = (0, dead) }
            out[target + c] = best
            if let codes { codes[target + c] = code }
          })
      }
    }
  }

  /// One image: gradient of the output [H/2, W/2, K] → δ [H, W, K].
  package static func backward(
    _ gradient: UnsafePointer<Float>, codes: UnsafePointer<UInt8>, height: Int, width: Int,
    channels k: Int, into delta: UnsafeMutablePointer<Float>
  ) {
    if height % 2 != 0 || width % 2 != 0 {
      delta.update(repeating: 0, count: height * width * k)
    }
    for row in 0..<height / 2 {
      for column in 0..<width / 2 {
        let corner = delta + (2 * row * width + 2 * column) * k
        let source = (row * (width / 2) + column) * k
        walk(
          k,
          vector: { c in
            let g = (gradient + source + c).lanes
            let code = SIMD16<Int32>(
              truncatingIfNeeded: UnsafeRawPointer(codes + source + c).loadUnaligned(
                as: SIMD16<UInt8>.self))
            for (i, offset) in [(Int32(0), 0), (1, k), (2, width * k), (3, (width + 1) * k)] {
              (corner + offset + c).store(
                Lanes.zero.replacing(with: g, where: code .== SIMD16(repeating: i)))
            }
          },
          scalar: { c in
            for (i, offset) in [(UInt8(0), 0), (1, k), (2, width * k), (3, (width + 1) * k)] {
              corner[offset + c] = codes[source + c] == i ? gradient[source + c] : 0
            }
          })
      }
    }
  }

  /// Without a pool: y [P, K] + bias, ReLU.
  package static func rectify(
    _ y: UnsafePointer<Float>, bias: UnsafePointer<Float>, positions: Int, channels k: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    for position in 0..<positions {
      let (source, target) = (y + position * k, out + position * k)
      walk(
        k,
        vector: { c in
          let z = (source + c).lanes + (bias + c).lanes
          (target + c).store(z.replacing(with: 0, where: z .<= 0))
        },
        scalar: { c in
          let z = source[c] + bias[c]
          target[c] = z <= 0 ? 0 : z
        })
    }
  }

  /// δ = gradient where the block's output was positive.
  package static func rectifyBackward(
    _ gradient: UnsafePointer<Float>, output: UnsafePointer<Float>, count: Int,
    into delta: UnsafeMutablePointer<Float>
  ) {
    walk(
      count,
      vector: { i in
        (delta + i).store(
          (gradient + i).lanes.replacing(with: 0, where: (output + i).lanes .<= 0))
      },
      scalar: { i in delta[i] = output[i] <= 0 ? 0 : gradient[i] })
  }
}
