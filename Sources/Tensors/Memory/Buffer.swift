/// Memory that kernels work on.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Reusable memory for kernels: `count` floats, 64-byte aligned (one cache line, one AVX-512 register).
///
/// A buffer is shared by reference: layers write into it and other layers read it. Values that
/// travel (parameters, factors) are `Tensor`s. Whoever hands one buffer to several threads sees
/// to it that they touch different parts.
public final class Buffer: @unchecked Sendable {
  public let count: Int
  let start: UnsafeMutablePointer<Float>

  /// `count` zeros.
  public init(count: Int) {
    precondition(count >= 0, "a buffer's size cannot be negative")
    self.count = count
    let bytes = max(64, (count * MemoryLayout<Float>.stride + 63) & ~63)
    let memory = Self.memory(bytes)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    start = memory.assumingMemoryBound(to: Float.self)
  }

  /// Large buffers ask for huge pages: kernels that walk many places at once spend less on addresses
  /// (two to three times the memory bandwidth on the machine that this was measured on).
  private static func memory(_ bytes: Int) -> UnsafeMutableRawPointer {
    let hugePage = 1 << 21
    guard bytes >= 2 * hugePage else { return .allocate(byteCount: bytes, alignment: 64) }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: hugePage)
    #if os(Linux)
      // Advice: whether it is taken does not matter to the result.
      madvise(memory, bytes & ~(hugePage - 1), MADV_HUGEPAGE)
    #endif
    return memory
  }

  /// A copy of values.
  public convenience init(_ values: [Float]) {
    self.init(count: values.count)
    load(values)
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  public subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count)
      return start[index]
    }
    set {
      precondition(index >= 0 && index < count)
      start[index] = newValue
    }
  }

  /// Copies `values` to the front (or to `offset` on).
  public func load(_ values: [Float], at offset: Int = 0) {
    precondition(offset >= 0 && offset + values.count <= count, "more values than the buffer holds")
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress {
        (start + offset).update(from: base, count: values.count)
      }
    }
  }

  /// The first `n` values (all, if nil).
  public func values(_ n: Int? = nil) -> [Float] {
    let n = n ?? count
    precondition(n >= 0 && n <= count)
    return Array(UnsafeBufferPointer(start: start, count: n))
  }

  /// The memory as a collection, for code that fills it in place.
  public var elements: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: start, count: count)
  }

  public func fill(_ value: Float) { start.update(repeating: value, count: count) }
}
