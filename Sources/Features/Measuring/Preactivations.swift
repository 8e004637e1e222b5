// Deviation, share of dead filters and effective rank of pre-activations.

import Networks
import Tensors

/// Statistics of a linear map's pre-activations z = W·p + b, the input of ReLU and pool, over all positions of a batch of
/// images.
package struct Preactivations: Equatable, Sendable {
  /// Over images, positions and filters together, about their common mean.
  package let deviation: Double
  /// Share of filters whose z is never positive.
  package let deadShare: Double
  /// Effective rank of the covariance [K, K] of z over positions; 0 if z is constant, NaN if not finite.
  package let effectiveRank: Double

  /// Partial sums, a fixed number of them: the number of threads does not enter.
  private static let parts = 8
  /// Positions whose patches form one product.
  private static let block = 512

  /// Bytes that the effective rank of a layer of n filters takes: a sum [n, n] for each part and for all,
  /// and the eigenproblem of the last.
  static func bytes(filters n: Int) -> Int {
    (parts + 1) * n * n * MemoryLayout<Double>.stride + SymmetricEigen.bytes(order: n)
  }

  /// Those of linear map `index` with this weight [K, d] and bias, on what enters it.
  ///
  /// - Parameter ranked: whether the effective rank is wanted; NaN without.
  init(
    _ compiled: CompiledNetwork, map index: Int, images: Int, weight: [Float], bias: [Float],
    ranked: Bool, pool: WorkerPool
  ) {
    let (windows, input) = (compiled.windows(of: index), compiled.input(of: index))
    let (rows, outputs) = (images * windows.positions, bias.count)
    // Each with arrays of its own: of shared ones every thread would begin with a copy.
    var sums = (0..<Self.parts).map { _ in Sums(filters: outputs, ranked: ranked) }
    sums.withUnsafeMutableBufferPointer { sums in
      pool.run(Self.parts) { part, _ in
        sums[part].add(
          rows: rows * part / Self.parts..<rows * (part + 1) / Self.parts, of: input, windows,
          weight: weight, bias: bias, block: Self.block)
      }
    }
    var total = sums[0]
    for part in sums.dropFirst() { total.add(part) }
    let values = Double(rows) * Double(outputs)
    let mean = total.first.reduce(0, +) / values
    deviation = max(total.second.reduce(0, +) / values - mean * mean, 0).squareRoot()
    deadShare = Double(total.largest.count { $0 <= 0 }) / Double(outputs)
    effectiveRank = ranked ? total.effectiveRank(rows: rows) : .nan
  }

  private struct Sums {
    /// Per filter: Σ z, Σ z², max z.
    var first: [Double]
    var second: [Double]
    var largest: [Float]
    /// Σ z zᵀ, its upper triangle; 0×0 if not wanted.
    var gram: Matrix

    init(filters k: Int, ranked: Bool) {
      first = [Double](repeating: 0, count: k)
      second = first
      largest = [Float](repeating: -.infinity, count: k)
      gram = ranked ? Matrix(zeros: k, k) : Matrix(zeros: 0, 0)
    }

    mutating func add(
      rows: Range<Int>, of input: Buffer, _ windows: MapWindows, weight: [Float], bias: [Float],
      block: Int
    ) {
      let (k, d) = (bias.count, windows.length)
      let patches = Buffer(count: min(block, rows.count) * d)
      let z = Buffer(count: min(block, rows.count) * k)
      let partial = Buffer(count: gram.values.count)
      var start = rows.lowerBound
      while start < rows.upperBound {
        let count = min(block, rows.upperBound - start)
        for i in 0..<count {
          let patch = UnsafeMutableBufferPointer(
            rebasing: patches.elements[i * d..<(i + 1) * d])
          windows.gather(input, start + i, into: patch)
        }
        weight.withUnsafeBufferPointer {
          FloatProduct.multiply(
            UnsafeBufferPointer(patches.elements), $0, transposeB: true, m: count, n: k, k: d,
            into: z.elements)
        }
        let sums = add(z.elements, rows: count, bias: bias)
        if !gram.values.isEmpty {
          addGram(z.elements, rows: count, sums: sums, scratch: partial.elements)
        }
        start += count
      }
    }

    /// Adds the bias to z [rows, K] and takes z into the sums; Σ z of these rows.
    private mutating func add(
      _ z: UnsafeMutableBufferPointer<Float>, rows: Int, bias: [Float]
    ) -> [Double] {
      let k = first.count
      var sums = [Double](repeating: 0, count: k)
      for row in 0..<rows {
        for i in 0..<k {
          let value = z[row * k + i] + bias[i]
          z[row * k + i] = value
          sums[i] += Double(value)
          second[i] += Double(value) * Double(value)
          largest[i] = max(largest[i], value)
        }
      }
      for i in 0..<k { first[i] += sums[i] }
      return sums
    }

    /// Σ z zᵀ as that of z less these rows' mean, in single precision, and of the mean, in double: after
    /// a ReLU the mean is large, and its square would drown the rest.
    private mutating func addGram(
      _ z: UnsafeMutableBufferPointer<Float>, rows: Int, sums: [Double],
      scratch: UnsafeMutableBufferPointer<Float>
    ) {
      let k = first.count
      let offsets = sums.map { Float($0 / Double(rows)) }
      for row in 0..<rows { for i in 0..<k { z[row * k + i] -= offsets[i] } }
      FloatProduct.gram(UnsafeBufferPointer(z), rows: rows, columns: k, into: scratch)
      for i in 0..<k {
        let offset = Double(offsets[i])
        for j in i..<k {
          // Exact for any offset o: Σ zzᵀ = Σ (z−o)(z−o)ᵀ + soᵀ + osᵀ − n·ooᵀ with s = Σ z.
          let other = Double(offsets[j])
          gram[i, j] +=
            Double(scratch[i * k + j]) + sums[i] * other + offset * sums[j]
            - Double(rows) * offset * other
        }
      }
    }

    mutating func add(_ other: Sums) {
      for i in first.indices {
        first[i] += other.first[i]
        second[i] += other.second[i]
        largest[i] = max(largest[i], other.largest[i])
      }
      for i in gram.values.indices { gram.values[i] += other.gram.values[i] }
    }

    func effectiveRank(rows: Int) -> Double {
      let (k, n) = (first.count, Double(rows))
      var covariance = Matrix(zeros: k, k)
      for i in 0..<k {
        for j in i..<k {
          let value = gram[i, j] / n - first[i] / n * (first[j] / n)
          covariance[i, j] = value
          covariance[j, i] = value
        }
      }
      guard let eigen = SymmetricEigen(covariance) else { return .nan }
      // Below the rounding of single-precision sums an eigenvalue says nothing.
      let floor = 1e-6 * (eigen.values.first ?? 0)
      return Features.effectiveRank(eigen.values.map { $0 > floor ? $0 : 0 })
    }
  }
}
