/// The right operand of a product, B [depth, width], as the register kernel reads it: in panels of 32
/// columns, whose rows are `step` floats apart.
package struct Panels {
  static let width = 32

  let start: UnsafePointer<Float>
  /// Rows of B, the length of the sums.
  package let depth: Int
  /// Columns of B.
  package let width: Int
  /// Floats from one row of a panel to the next.
  let step: Int
  /// Floats from one panel to the next.
  let panelStride: Int
  /// Whether the last panel has zeros up to 32 columns.
  let isPadded: Bool

  /// Panels that lie one after another, [panel][depth][32], the last one padded with zeros.
  init(packed start: UnsafePointer<Float>, depth: Int, width: Int) {
    self.start = start
    self.depth = depth
    self.width = width
    step = Self.width
    panelStride = depth * Self.width
    isPadded = true
  }

  /// B in row-major memory, not packed. Memory after its last row is never read.
  package init(_ rows: Rows) {
    start = UnsafePointer(rows.start)
    depth = rows.count
    width = rows.width
    step = rows.stride
    panelStride = Self.width
    isPadded = false
  }

  /// Floats of packed panels.
  static func size(depth: Int, width: Int) -> Int {
    (width + Self.width - 1) / Self.width * Self.width * depth
  }
}
