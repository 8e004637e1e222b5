/// A shape and its values, row-major: what parameters, factors and matrices travel as.
package struct Tensor: Equatable, Sendable {
  package let shape: [Int]
  package var values: [Float]

  /// Traps if `values` does not have exactly the number of elements that `shape` says: files are
  /// checked where they are read.
  package init(_ values: [Float], shape: [Int]) {
    precondition(
      values.count == shape.reduce(1, *), "\(values.count) values do not fill shape \(shape)")
    self.shape = shape
    self.values = values
  }

  package init(zeros shape: [Int]) {
    self.init([Float](repeating: 0, count: shape.reduce(1, *)), shape: shape)
  }

  package var count: Int { values.count }

  /// The length of the first axis (filters, rows); 1 for a scalar.
  package var rows: Int { shape.first ?? 1 }

  /// Elements of one row.
  package var columns: Int { rows == 0 ? 0 : count / rows }

  /// Row `index` of the first axis, flattened.
  package func row(_ index: Int) -> ArraySlice<Float> {
    values[index * columns..<(index + 1) * columns]
  }

  /// Σ x², accumulated in double precision.
  package var squaredNorm: Double { values.reduce(0.0) { $0 + Double($1) * Double($1) } }

  package var isFinite: Bool { values.allSatisfy(\.isFinite) }
}
