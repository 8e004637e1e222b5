// Naive loops in double precision, with which kernels are compared, and rows surrounded by values that must not change.

import Tensors
import Testing

/// Rows in a separate buffer with a stride larger than their width. The values between them must not change.
struct GuardedRows {
  static let guardValue: Float = -12_345
  let buffer: Buffer
  let rows: Rows
  private let margin = 37

  init(_ count: Int, _ width: Int, stride: Int? = nil, fill: (Int, Int) -> Float = { _, _ in 0 }) {
    let stride = stride ?? width + 5
    buffer = Buffer(count: 2 * margin + count * stride)
    buffer.fill(Self.guardValue)
    rows = buffer.rows(count, width: width, stride: stride, at: margin)
    for r in 0..<count { for c in 0..<width { rows[r, c] = fill(r, c) } }
  }

  /// Rows of normally distributed numbers.
  init(_ count: Int, _ width: Int, seed: UInt64, size: Float = 1) {
    var stream = RandomStream(seed: seed, .probes)
    let values = stream.normals(count * width)
    self.init(count, width) { r, c in size * values[r * width + c] }
  }

  var values: [[Double]] { GuardedRows.values(rows) }

  static func values(_ rows: Rows) -> [[Double]] {
    (0..<rows.count).map { r in (0..<rows.width).map { Double(rows[r, $0]) } }
  }

  /// Whether all values outside the rows are unchanged.
  var isGuarded: Bool {
    let all = buffer.values()
    return all.indices.allSatisfy { i in
      let place = i - margin
      let (row, column) = (place / rows.stride, place % rows.stride)
      let inside = place >= 0 && row < rows.count && column < rows.width
      return inside || all[i] == Self.guardValue
    }
  }
}

enum Reference {
  static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in
      (b.first ?? []).indices.map { c in row.indices.reduce(0) { $0 + row[$1] * b[$1][c] } }
    }
  }

  static func transpose(_ a: [[Double]]) -> [[Double]] {
    (a.first ?? []).indices.map { c in a.map { $0[c] } }
  }

  /// The largest difference of two matrices.
  static func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
    precondition(a.count == b.count)
    return zip(a, b).map { x, y in
      precondition(x.count == y.count)
      return zip(x, y).map { $0.isNaN || $1.isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
    }.max() ?? 0
  }
}
