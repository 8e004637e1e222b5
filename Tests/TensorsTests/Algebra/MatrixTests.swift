// Matrix products and eigenvalues, compared with values computed by hand.

import Tensors
import Testing

struct MatrixTests {
  @Test func productsAgreeWithHandComputation() {
    let a = Matrix([1, 2, 3, 4, 5, 6], rows: 2, columns: 3)
    let b = Matrix([1, 0, 2, 1, 0, 3], rows: 3, columns: 2)
    #expect((a * b).values == [5, 11, 14, 23])
    #expect(a.timesTransposed(a).values == [14, 32, 32, 77])
    #expect(a.transposedTimes(a).values == [17, 22, 27, 22, 29, 36, 27, 36, 45])
    #expect(a.transposed.values == [1, 4, 2, 5, 3, 6])
  }

  @Test func eigenvaluesAgreeWithHandComputation() throws {
    let eigen = try #require(SymmetricEigen(Matrix([2, 1, 1, 2], rows: 2, columns: 2)))
    #expect(abs(eigen.values[0] - 3) < 1e-14 && abs(eigen.values[1] - 1) < 1e-14)
    #expect(abs(abs(eigen.vectors[0, 0]) - 0.5.squareRoot()) < 1e-14)
  }

  @Test func eigenDecompositionReproducesTheMatrix() throws {
    var stream = RandomStream(seed: 1, .probes)
    let a = Matrix(stream.normals(40 * 30).map(Double.init), rows: 40, columns: 30)
    let symmetric = a.transposedTimes(a)
    let eigen = try #require(SymmetricEigen(symmetric))
    let rebuilt = eigen.vectors.transposed * eigen.vectors.scalingRows(eigen.values)
    let error = zip(rebuilt.values, symmetric.values).map { abs($0 - $1) }.max() ?? 1
    #expect(error < 1e-12 * symmetric.trace)
    #expect(eigen.values == eigen.values.sorted(by: >))
  }

  @Test func nonFiniteMatrixIsRefused() {
    #expect(SymmetricEigen(Matrix([.nan, 0, 0, 1], rows: 2, columns: 2)) == nil)
  }

  @Test func threadCountDoesNotChangeGramMatrix() {
    var stream = RandomStream(seed: 2, .probes)
    let rows = 1000
    let a = Buffer(stream.normals(rows * 24))
    let sums = [1, 2].map { threads in
      var sum = Matrix(zeros: 24, 24)
      let gram = GramAccumulator(widest: 32, pool: WorkerPool(threads: threads))
      gram.add(a, rows: rows, columns: 24, into: &sum)
      return sum
    }
    #expect(sums[0] == sums[1])
    let dense = Matrix(a.values().map(Double.init), rows: rows, columns: 24)
    let exact = dense.transposedTimes(dense)
    let error = zip(sums[0].values, exact.values).map { abs($0 - $1) }.max() ?? 1
    #expect(error < 1e-6 * exact.trace)
  }

  @Test func poolRunsEachChunkOnce() {
    let pool = WorkerPool(threads: 4)
    for chunks in [0, 1, 2, 3, 17, 1000] {
      let counts = Buffer(count: max(1, chunks))
      pool.run(chunks) { chunk, worker in
        precondition(worker >= 0 && worker < 4)
        counts.elements[chunk] += 1
      }
      #expect(counts.values(chunks).allSatisfy { $0 == 1 })
    }
  }
}
