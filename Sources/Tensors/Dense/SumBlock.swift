// Blocks of sums of every height up to eight, composed of rows that are one or two `Lanes` wide: nested
// structs with plain fields, which stay in registers as `Block8x32` does.

/// A row of sums in registers.
protocol SumRow {
  /// Floats.
  static var width: Int { get }

  /// Zeros.
  init()
  /// Values from memory.
  init(_ memory: UnsafePointer<Float>)
  /// Adds `factor` · `row`.
  mutating func add(_ factor: Lanes, _ row: Self)
  mutating func add(_ row: Self)
  func store(_ memory: UnsafeMutablePointer<Float>)
}

struct Row16: SumRow {
  static var width: Int { 16 }

  private var lanes = Lanes.zero

  @inline(__always) init() {}
  @inline(__always) init(_ memory: UnsafePointer<Float>) { lanes = memory.lanes }

  @inline(__always)
  mutating func add(_ factor: Lanes, _ row: Row16) { lanes.addProduct(factor, row.lanes) }

  @inline(__always)
  mutating func add(_ row: Row16) { lanes += row.lanes }

  @inline(__always)
  func store(_ memory: UnsafeMutablePointer<Float>) { memory.store(lanes) }
}

struct Row32: SumRow {
  static var width: Int { 32 }

  private var low = Row16()
  private var high = Row16()

  @inline(__always) init() {}

  @inline(__always)
  init(_ memory: UnsafePointer<Float>) {
    low = Row16(memory)
    high = Row16(memory + 16)
  }

  @inline(__always)
  mutating func add(_ factor: Lanes, _ row: Row32) {
    low.add(factor, row.low)
    high.add(factor, row.high)
  }

  @inline(__always)
  mutating func add(_ row: Row32) {
    low.add(row.low)
    high.add(row.high)
  }

  @inline(__always)
  func store(_ memory: UnsafeMutablePointer<Float>) {
    low.store(memory)
    high.store(memory + 16)
  }
}

/// Rows of sums.
protocol SumBlock {
  associatedtype Row: SumRow
  static var height: Int { get }

  /// Zeros.
  init()
  /// Values from memory, rows `stride` floats apart.
  init(_ memory: UnsafePointer<Float>, stride: Int)
  /// Adds the outer product of a factor for each row, `stride` floats apart, and a row.
  mutating func add(_ factors: UnsafePointer<Float>, stride: Int, _ row: Row)
  /// Adds a row to each.
  mutating func add(_ row: Row)
  func store(_ memory: UnsafeMutablePointer<Float>, stride: Int)
}

/// A block of one row.
struct One<Row: SumRow>: SumBlock {
  static var height: Int { 1 }

  private var row = Row()

  @inline(__always) init() {}

  @inline(__always)
  init(_ memory: UnsafePointer<Float>, stride: Int) { row = Row(memory) }

  @inline(__always)
  mutating func add(_ factors: UnsafePointer<Float>, stride: Int, _ row: Row) {
    self.row.add(Lanes(repeating: factors[0]), row)
  }

  @inline(__always)
  mutating func add(_ row: Row) { self.row.add(row) }

  @inline(__always)
  func store(_ memory: UnsafeMutablePointer<Float>, stride: Int) { row.store(memory) }
}

/// One block above another.
struct Stack<Top: SumBlock, Bottom: SumBlock>: SumBlock where Top.Row == Bottom.Row {
  typealias Row = Top.Row
  @inline(__always) static var height: Int { Top.height + Bottom.height }

  private var top = Top()
  private var bottom = Bottom()

  @inline(__always) init() {}

  @inline(__always)
  init(_ memory: UnsafePointer<Float>, stride: Int) {
    top = Top(memory, stride: stride)
    bottom = Bottom(memory + Top.height &* stride, stride: stride)
  }

  @inline(__always)
  mutating func add(_ factors: UnsafePointer<Float>, stride: Int, _ row: Row) {
    top.add(factors, stride: stride, row)
    bottom.add(factors + Top.height &* stride, stride: stride, row)
  }

  @inline(__always)
  mutating func add(_ row: Row) {
    top.add(row)
    bottom.add(row)
  }

  @inline(__always)
  func store(_ memory: UnsafeMutablePointer<Float>, stride: Int) {
    top.store(memory, stride: stride)
    bottom.store(memory + Top.height &* stride, stride: stride)
  }
}

typealias Two<Row: SumRow> = Stack<One<Row>, One<Row>>
typealias Three<Row: SumRow> = Stack<Two<Row>, One<Row>>
typealias Four<Row: SumRow> = Stack<Two<Row>, Two<Row>>
typealias Five<Row: SumRow> = Stack<Four<Row>, One<Row>>
typealias Six<Row: SumRow> = Stack<Four<Row>, Two<Row>>
typealias Seven<Row: SumRow> = Stack<Four<Row>, Three<Row>>
typealias Eight<Row: SumRow> = Stack<Four<Row>, Four<Row>>
