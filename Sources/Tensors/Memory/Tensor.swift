/// A shape and its values, row-major: what parameters, factors and matrices travel as.
public struct Tensor: Equatable, Sendable {
  public let shape: [Int]
  public var values: [Float]

  /// Traps if `values` does not have exactly the number of elements that `shape` says: files are
  /// checked where they are read.
  public init(_ values: [Float], shape: [Int]) {
    precondition(
      values.count == shape.reduce(1, *), "\(values.count) values do not fill shape \(shape)")
    self.shape = shape
    self.values = values
  }

  public init(zeros shape: [Int]) {
    self.init([Float](repeating: 0, count: shape.reduce(1, *)), shape: shape)
  }

  public var count: Int { values.count }

  /// The length of the first axis (filters, rows); 1 for a scalar.
  public var rows: Int { shape.first ?? 1 }

  /// Elements of one row.
  public var columns: Int { rows == 0 ? 0 : count / rows }

  /// Row `index` of the first axis, flattened.
  public func row(_ index: Int) -> ArraySlice<Float> {
    values[index * columns..<(index + 1) * columns]
  }

  /// Σ x², accumulated in double precision.
  public var squaredNorm: Double { values.reduce(0.0) { $0 + Double($1) * Double($1) } }

  public var isFinite: Bool { values.allSatisfy(\.isFinite) }
}
