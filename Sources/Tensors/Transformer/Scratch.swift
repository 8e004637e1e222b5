// Pieces of memory, one after another.

/// Hands out rows of one worker's scratch memory.
struct Scratch {
  private var place: UnsafeMutablePointer<Float>
  private let end: UnsafeMutablePointer<Float>

  /// Worker `worker`'s part of a buffer in which each has `count` floats.
  init(_ buffer: Buffer, worker: Int, count: Int) {
    precondition(buffer.count >= (worker + 1) * count)
    place = buffer.start + worker * count
    end = place + count
  }

  /// Floats that rows take, a whole number of cache lines.
  static func size(_ rows: Int, width: Int) -> Int { (rows * width + 15) & ~15 }

  mutating func rows(_ count: Int, width: Int) -> Rows {
    let size = Self.size(count, width: width)
    precondition(size <= end - place, "more scratch than was reserved")
    defer { place += size }
    return Rows(place, count: count, width: width, stride: width)
  }
}

/// The gradients of some parameters in memory, one after another.
struct GradientSlices {
  private var place: UnsafeMutablePointer<Float>

  init(_ start: UnsafeMutablePointer<Float>) { place = start }

  mutating func next(_ count: Int, width: Int) -> Rows {
    defer { place += count * width }
    return Rows(place, count: count, width: width, stride: width)
  }
}
