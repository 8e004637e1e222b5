// Copying the values of a chunk to their places among the requested rows.

struct ChunkCopy {
  private let shape: [Int]
  private let chunk: [Int]
  /// Number of bytes of an element, or of the elements that are copied as one.
  private let elementSize: Int
  /// The requested rows of the first axis.
  private let rows: Range<Int>

  /// - Parameter elements: the requested elements, whole rows of the first axis.
  init(shape: [Int], chunk: [Int], elementSize: Int, elements: Range<Int>) {
    let row = max(1, shape.dropFirst().reduce(1, *))
    rows = elements.lowerBound / row..<elements.upperBound / row
    // The last axes that a chunk holds completely are copied as one.
    var (axes, size) = (shape.count, elementSize)
    while axes > 1, chunk[axes - 1] == shape[axes - 1] {
      size *= shape[axes - 1]
      axes -= 1
    }
    self.shape = Array(shape.prefix(axes))
    self.chunk = Array(chunk.prefix(axes))
    self.elementSize = size
  }

  /// Whether the chunk at an origin has some of the requested rows.
  func isWanted(_ origin: [Int]) -> Bool {
    guard let first = origin.first, let extent = chunk.first else { return false }
    return first < rows.upperBound && rows.lowerBound - extent < first
  }

  /// Whether a part of the chunk at an origin is outside the dataset.
  func isAtEdge(_ origin: [Int]) -> Bool {
    zip(zip(origin, chunk), shape).contains { $1 - $0.0 < $0.1 }
  }

  /// Copies the values that are within the dataset and the requested rows, in runs along the last axis.
  func copy(
    _ values: ArraySlice<UInt8>, of origin: [Int], into buffer: UnsafeMutableRawBufferPointer
  ) {
    var from = Array(repeating: 0, count: shape.count)
    var to = zip(zip(origin, chunk), shape).map { min($0.1, $1 - $0.0) }
    from[0] = max(0, rows.lowerBound - origin[0])
    to[0] = min(to[0], rows.upperBound - origin[0])
    let last = shape.count - 1
    let run = (to[last] - from[last]) * elementSize
    var position = from
    values.withUnsafeBytes { values in
      while true {
        var (source, target) = (0, 0)
        for axis in shape.indices {
          source = source * chunk[axis] + position[axis]
          target =
            target * shape[axis] + position[axis] + origin[axis] - (axis == 0 ? rows.lowerBound : 0)
        }
        UnsafeMutableRawBufferPointer(
          rebasing: buffer[target * elementSize..<target * elementSize + run]
        )
        .copyMemory(
          from: .init(rebasing: values[source * elementSize..<source * elementSize + run]))
        var axis = last - 1
        while axis >= 0 {
          position[axis] += 1
          if position[axis] < to[axis] { break }
          position[axis] = from[axis]
          axis -= 1
        }
        if axis < 0 { return }
      }
    }
  }
}
