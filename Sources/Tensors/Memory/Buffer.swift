// Memory that kernels work on.

import Synchronization

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
package final class Buffer: @unchecked Sendable {
  package let count: Int
  let start: UnsafeMutablePointer<Float>

  /// `count` zeros.
  package init(count: Int) {
    precondition(count >= 0, "a buffer's size cannot be negative")
    self.count = count
    if let plan = Self.plan {
      plan.add(count, of: MemoryLayout<Float>.stride)
      start = Self.nowhere
      return
    }
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
  package convenience init(_ values: [Float]) {
    self.init(count: values.count)
    load(values)
  }

  deinit { if start != Self.nowhere { UnsafeMutableRawPointer(start).deallocate() } }

  // MARK: Planning

  /// Adds up what would be allocated.
  private final class Plan: Sendable {
    private let sum = Atomic<Int>(0)
    var bytes: Int { sum.load(ordering: .relaxed) }

    /// More than an integer holds is the largest integer.
    func add(_ count: Int, of size: Int) {
      let bytes = count.multipliedReportingOverflow(by: size)
      let all = bytes.partialValue.addingReportingOverflow(self.bytes)
      sum.store(bytes.overflow || all.overflow ? .max : all.partialValue, ordering: .relaxed)
    }
  }

  @TaskLocal private static var plan: Plan?
  /// Where planned buffers begin: reading or writing them is a crash.
  nonisolated(unsafe) private static let nowhere: UnsafeMutablePointer<Float> = {
    guard let place = UnsafeMutablePointer<Float>(bitPattern: 64) else {
      preconditionFailure("64 is an address")
    }
    return place
  }()

  /// The bytes of all buffers that `layOut` makes. None is allocated: they may not be read or written.
  package static func bytes<E>(of layOut: () throws(E) -> Void) throws(E) -> Int {
    let plan = Plan()
    var failure: E?
    $plan.withValue(plan) {
      do throws(E) { try layOut() } catch { failure = error }
    }
    if let failure { throw failure }
    return plan.bytes
  }

  package subscript(index: Int) -> Float {
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
  package func load(_ values: [Float], at offset: Int = 0) {
    precondition(offset >= 0 && offset + values.count <= count, "more values than the buffer holds")
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress {
        (start + offset).update(from: base, count: values.count)
      }
    }
  }

  /// The first `n` values (all, if nil).
  package func values(_ n: Int? = nil) -> [Float] {
    let n = n ?? count
    precondition(n >= 0 && n <= count)
    return Array(UnsafeBufferPointer(start: start, count: n))
  }

  /// The memory as a collection, for code that fills it in place.
  package var elements: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: start, count: count)
  }

  package func fill(_ value: Float) { start.update(repeating: value, count: count) }
}
