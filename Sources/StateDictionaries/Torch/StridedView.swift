// Tensors as PyTorch stores them: an offset and strides into a storage, which other tensors may share.

/// The bytes of a storage. The older serialisations state their location only after the tensors.
final class StorageBytes {
  let source: ByteSource
  private(set) var location: Range<Int>?
  /// The checksum in the zip directory, if there is one.
  private let checksum: UInt32?
  private var isVerified = false

  init(_ source: ByteSource, location: Range<Int>? = nil, checksum: UInt32? = nil) {
    self.source = source
    self.location = location
    self.checksum = checksum
  }

  /// Sets the location of the bytes.
  /// - Precondition: the range is inside the source.
  func locate(_ range: Range<Int>) { location = range }

  /// The location of the bytes, after their checksum was verified; that reads the whole storage once.
  func verifiedLocation() throws -> Range<Int> {
    guard let location else { throw source.error("a storage that tensors use is not in the file") }
    guard let checksum, !isVerified else { return location }
    var crc = CRC32()
    var chunk = [UInt8](repeating: 0, count: min(location.count, 1 << 20))
    var position = location.lowerBound
    while position < location.upperBound {
      let count = min(chunk.count, location.upperBound - position)
      try chunk.withUnsafeMutableBytes { buffer in
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        try source.read(at: position, into: part)
        crc.update(UnsafeRawBufferPointer(part))
      }
      position += count
    }
    guard crc.value == checksum else {
      throw source.error("the checksum of the bytes at \(location.lowerBound) disagrees")
    }
    isVerified = true
    return location
  }
}

/// A typed part of a storage: `count` elements from element `offset` on.
struct TypedStorage {
  let bytes: StorageBytes
  let type: ElementType
  let offset: Int
  let count: Int
}

struct StridedView {
  let storage: TypedStorage
  let offset: Int
  let shape: [Int]
  let strides: [Int]
  private let count: Int

  /// The largest number of elements in a view that repeats its storage (`expand`), so that a few bytes cannot
  /// claim gigabytes.
  private static let repetitionLimit = 1 << 20

  /// Checks that every element is inside the storage.
  init(_ storage: TypedStorage, offset: Int, shape: [Int], strides: [Int]) throws {
    let source = storage.bytes.source
    guard shape.count == strides.count, shape.count <= 32 else {
      throw source.error("a tensor has \(shape.count) axes and \(strides.count) strides")
    }
    guard let count = elementCount(shape), offset >= 0, strides.allSatisfy({ $0 >= 0 }) else {
      throw source.error("a tensor's shape or strides are absurd: \(shape), \(strides)")
    }
    var last = offset
    var overflow = false
    for (length, stride) in zip(shape, strides) where count > 0 {
      let reach = (length - 1).multipliedReportingOverflow(by: stride)
      let sum = last.addingReportingOverflow(reach.partialValue)
      overflow = overflow || reach.overflow || sum.overflow
      last = sum.partialValue
    }
    guard !overflow, count == 0 || last < storage.count else {
      throw source.error(
        "a tensor of shape \(shape) reaches beyond its storage of \(storage.count) elements")
    }
    guard count <= max(storage.count, Self.repetitionLimit) else {
      throw source.error("a tensor of shape \(shape) repeats \(storage.count) elements too often")
    }
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.count = count
  }

  /// The elements in row-major order.
  func floats() throws -> [Float] {
    guard count > 0 else { return [] }
    let location = try storage.bytes.verifiedLocation()
    let size = storage.type.size
    let start = location.lowerBound + (storage.offset + offset) * size
    return try [Float](unsafeUninitializedCapacity: count) { output, initialised in
      if isContiguous {
        try readContiguous(at: start, into: output)
      } else {
        try readStrided(at: start, into: output)
      }
      initialised = count
    }
  }

  private var isContiguous: Bool {
    var expected = 1
    for (length, stride) in zip(shape, strides).reversed() where length != 1 {
      if stride != expected { return false }
      expected *= length
    }
    return true
  }

  private func readContiguous(at start: Int, into output: UnsafeMutableBufferPointer<Float>) throws
  {
    let source = storage.bytes.source
    if storage.type == .float32 {
      // All supported platforms are little-endian, as the file is.
      return try source.read(at: start, into: UnsafeMutableRawBufferPointer(output))
    }
    let size = storage.type.size
    let chunk = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(count, 1 << 18) * size, alignment: 16)
    defer { chunk.deallocate() }
    for first in Swift.stride(from: 0, to: count, by: 1 << 18) {
      let length = min(count - first, 1 << 18)
      let part = UnsafeMutableRawBufferPointer(rebasing: chunk[..<(length * size)])
      try source.read(at: start + first * size, into: part)
      storage.type.decode(
        UnsafeRawBufferPointer(part), offset: 0, stride: 1,
        into: UnsafeMutableBufferPointer(rebasing: output[first..<(first + length)]))
    }
  }

  private func readStrided(at start: Int, into output: UnsafeMutableBufferPointer<Float>) throws {
    let reach = zip(shape, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 }
    let input = UnsafeMutableRawBufferPointer.allocate(
      byteCount: (reach + 1) * storage.type.size, alignment: 16)
    defer { input.deallocate() }
    try storage.bytes.source.read(at: start, into: input)

    // The index counts over the outer axes; the innermost axis is one strided run.
    let run = shape.last ?? 1
    var index = [Int](repeating: 0, count: max(shape.count - 1, 0))
    var element = 0
    for first in Swift.stride(from: 0, to: count, by: run) {
      storage.type.decode(
        UnsafeRawBufferPointer(input), offset: element, stride: strides.last ?? 1,
        into: UnsafeMutableBufferPointer(rebasing: output[first..<(first + run)]))
      for axis in index.indices.reversed() {
        index[axis] += 1
        element &+= strides[axis]  // an axis of length 1 may have any stride
        if index[axis] < shape[axis] { break }
        element &-= shape[axis] &* strides[axis]
        index[axis] = 0
      }
    }
  }
}
