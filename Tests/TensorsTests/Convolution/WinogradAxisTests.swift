// Winograd's transforms along one axis: their outputs are those of the filter, and their adjoints are the transposes.

import Tensors
import Testing

struct WinogradAxisTests {
  typealias Map = (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>, Int) -> Void

  /// A transform as a matrix [outputs][inputs], whose column i is the image of unit vector i. Elements are 32 floats apart
  /// in the argument and 48 in the result. Each of the sixteen lanes holds a multiple.
  private func matrix(_ outputs: Int, _ inputs: Int, _ map: Map) -> [[Float]] {
    let columns = (0..<inputs).map { i in
      var x = [Float](repeating: 0, count: 32 * inputs)
      var y = [Float](repeating: .nan, count: 48 * outputs)
      for lane in 0..<16 { x[32 * i + lane] = Float(lane + 1) }
      map(x, 32, &y, 48)
      return (0..<outputs).map { o in
        let value = y[48 * o]
        for lane in 0..<16 {
          #expect(abs(y[48 * o + lane] - Float(lane + 1) * value) <= 1e-5 * abs(value))
        }
        return value
      }
    }
    return (0..<outputs).map { o in columns.map { $0[o] } }
  }

  private func transposed(_ matrix: [[Float]]) -> [[Float]] {
    (matrix.first ?? []).indices.map { j in matrix.map { $0[j] } }
  }

  private func check<Axis: WinogradAxis>(_ axis: Axis.Type) {
    let (m, n, f) = (Axis.outputs, Axis.inputs, Axis.frequencies)
    let input = matrix(f, n, Axis.input)
    let output = matrix(m, f, Axis.output)
    let weight = matrix(f, 3, Axis.weight)
    #expect(matrix(n, f, Axis.inputAdjoint) == transposed(input))
    #expect(matrix(f, m, Axis.outputAdjoint) == transposed(output))
    let adjoint = matrix(3, f, Axis.weightAdjoint)
    for (row, expected) in zip(adjoint, transposed(weight)) {
      for (a, b) in zip(row, expected) { #expect(abs(a - b) < 1e-7) }
    }
    // y_i = Σ_r w_r d_{i+r}, where d is zero outside the inputs. With stride 1, the product of tap r and an input
    // contributes to output i if the input is `i + r − 1` places from the first output.
    for i in 0..<m {
      for r in 0..<3 {
        for j in 0..<n {
          let sum = (0..<f).reduce(0) { $0 + output[i][$1] * weight[$1][r] * input[$1][j] }
          #expect(
            abs(sum - (j - Axis.padding == Axis.stride * i + r - 1 ? 1 : 0)) < 1e-6,
            "\(Axis.self) \(i) \(r) \(j)")
        }
      }
    }
  }

  @Test func mapsOfEverySize() { check(FourOutputs.self) }
  @Test func mapsOfStrideTwo() { check(FourStridedOutputs.self) }
  @Test func mapsOfTwo() { check(TwoToeplitz.self) }
  @Test func mapsOfOne() { check(OneTap.self) }
}
