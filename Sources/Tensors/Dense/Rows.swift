/// A matrix in memory that a buffer owns: `count` rows of `width` floats, each `stride` floats after the
/// one before. The buffer must outlive it.
///
/// Activations, a column range of them, a parameter, and a vector (one row) are all of this kind.
package struct Rows {
  let start: UnsafeMutablePointer<Float>
  package let count: Int
  package let width: Int
  package let stride: Int

  init(_ start: UnsafeMutablePointer<Float>, count: Int, width: Int, stride: Int) {
    self.start = start
    self.count = count
    self.width = width
    self.stride = stride
  }

  /// Some of the rows.
  package func rows(_ range: Range<Int>) -> Rows {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows outside the matrix")
    return Rows(start + range.lowerBound * stride, count: range.count, width: width, stride: stride)
  }

  /// Some of the columns.
  package func columns(_ range: Range<Int>) -> Rows {
    precondition(range.lowerBound >= 0 && range.upperBound <= width, "columns outside the matrix")
    return Rows(start + range.lowerBound, count: count, width: range.count, stride: stride)
  }

  package subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < count && column >= 0 && column < width)
      return start[row * stride + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < count && column >= 0 && column < width)
      start[row * stride + column] = newValue
    }
  }

  /// Row number `row`.
  @inline(__always) func row(_ row: Int) -> UnsafeMutablePointer<Float> { start + row &* stride }

  /// Whether both have as many rows and columns.
  func isLike(_ other: Rows) -> Bool { count == other.count && width == other.width }
}

extension Buffer {
  /// `count` rows of `width` floats from `offset` on, `stride` floats from one to the next (`width`,
  /// if nil).
  package func rows(_ count: Int, width: Int, stride: Int? = nil, at offset: Int = 0) -> Rows {
    let stride = stride ?? width
    precondition(count >= 0 && width >= 0 && stride >= width && offset >= 0)
    precondition(
      offset + (count > 0 ? (count - 1) * stride + width : 0) <= self.count,
      "rows outside the buffer")
    return Rows(start + offset, count: count, width: width, stride: stride)
  }
}

extension Parameter {
  /// The values in memory: a vector as one row, else a row for each entry of the first dimension.
  package var rows: Rows { rows(memory) }

  /// The kept gradient, as `rows`. Its memory is made when first asked for.
  package var gradientRows: Rows { rows(keptGradient) }

  private func rows(_ buffer: Buffer) -> Rows {
    guard case .plain = layout else { preconditionFailure("'\(name)' is not in rows") }
    let count = shape.count > 1 ? shape[0] : 1
    return buffer.rows(count, width: count > 0 ? self.count / count : 0)
  }
}
