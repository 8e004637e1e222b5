// Parallel decoding of records into one contiguous block of images. Image i goes to slot i whichever thread
// decodes it, so the block does not depend on the number of threads.

import Tensors

/// Decodes images, converts them to RGB, resizes and pads them.
final class BatchDecoder {
  /// Number of images in a batch of about 16 MB.
  let capacity: Int
  private let shape: ImageShape
  private let resize: Int?
  private let pad: Int?
  private let pool: WorkerPool
  private var block: [UInt8] = []

  init(_ shape: ImageShape, options: ImageSet.Options, threads: Int) {
    self.shape = shape
    resize = options.resize
    pad = options.pad
    pool = WorkerPool(threads: max(threads, 1))
    capacity = min(max((16 << 20) / shape.bytes, 8), 8192)
  }

  /// Fills the block, passes it to `body`, and returns the block's statistics. Pictures that cannot be
  /// read are added to `unreadable`; once there is one, no further block is passed on. The error
  /// thrown is that of the first record that fails for another reason.
  func decode(
    _ records: [Record], _ unreadable: inout Unreadable,
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws -> ChannelStatistics {
    if block.count < records.count * shape.bytes {
      block = [UInt8](repeating: 0, count: records.count * shape.bytes)
    }
    var workers = (0..<pool.threads).map { _ in Worker(shape: shape) }
    return try block.withUnsafeMutableBufferPointer { block in
      workers.withUnsafeMutableBufferPointer { workers in
        pool.run(records.count) { index, worker in
          let slot = UnsafeMutableBufferPointer(
            rebasing: block[(index * shape.bytes)..<((index + 1) * shape.bytes)])
          workers[worker].decode(records[index], index, resize: resize, pad: pad, into: slot)
        }
      }
      if let first = workers.compactMap(\.failure).min(by: { $0.index < $1.index }) {
        throw first.error
      }
      var found = Unreadable()
      for worker in workers { found.add(worker.unreadable) }
      unreadable.append(found)
      guard unreadable.count == 0 else { return ChannelStatistics(channels: shape.channels) }
      try body(UnsafeBufferPointer(rebasing: block[..<(records.count * shape.bytes)]))
      return workers.dropFirst().reduce(into: workers[0].statistics) { $0.add($1.statistics) }
    }
  }
}

/// The state that one thread keeps from image to image.
private struct Worker {
  let shape: ImageShape
  var statistics: ChannelStatistics
  var unreadable = Unreadable()
  /// The first of this thread's records that failed for another reason.
  var failure: (index: Int, error: any Error)?
  private var resampler: Resampler?

  init(shape: ImageShape) {
    self.shape = shape
    statistics = ChannelStatistics(channels: shape.channels)
  }

  mutating func decode(
    _ record: Record, _ index: Int, resize: Int?, pad: Int?,
    into slot: UnsafeMutableBufferPointer<UInt8>
  ) {
    do {
      var image: Image
      do {
        image = try record.decode(channels: shape.channels)
      } catch let error as ImageFormatError where record.isPicture {
        return unreadable.add(error, at: index)
      }
      if let resize { image = resized(image, resize) }
      if let pad { image = try image.padded(to: pad) }
      guard image.shape == shape else {
        throw ImageFormatError(record.file, "its size changed while it was being read")
      }
      _ = slot.update(fromContentsOf: image.pixels)
      statistics.add(UnsafeBufferPointer(slot))
    } catch {
      if index < failure?.index ?? .max { failure = (index, error) }
    }
  }

  /// The image at side `side`; the weights are kept while images have the same size.
  private mutating func resized(_ image: Image, _ side: Int) -> Image {
    let target = ImageShape(unchecked: side, side, image.channels)
    let current = resampler.flatMap { $0.source == image.shape ? $0 : nil }
    let resampler = current ?? Resampler(from: image.shape, to: target)
    self.resampler = resampler
    return resampler.apply(image)
  }
}

extension Record {
  /// Whether the record is a separate picture file, as opposed to one row of a file of many.
  fileprivate var isPicture: Bool { if case .strided = encoding { false } else { true } }

  /// Decodes the picture with `channels` channels.
  fileprivate func decode(channels: Int) throws -> Image {
    let image: Image
    switch encoding {
    case .compressed: image = try Picture.decode(bytes, file: file)
    case .unreadable(let error): throw error
    case .strided(let shape, let row, let column, let channel):
      image = try Image(shape, gather(shape, row: row, column: column, channel: channel))
    }
    return channels == 3 ? image.colour() : image
  }

  private func gather(
    _ shape: ImageShape, row: Int, column: Int, channel: Int
  ) throws -> [UInt8] {
    let last =
      (shape.height - 1) * row + (shape.width - 1) * column + (shape.channels - 1) * channel
    guard last < bytes.count else { throw ImageFormatError(file, "ends within an image") }
    if channel == 1 && column == shape.channels && row == shape.width * shape.channels {
      return bytes
    }
    return [UInt8](unsafeUninitializedCapacity: shape.bytes) { pixels, initialized in
      var next = 0
      for y in 0..<shape.height {
        for x in 0..<shape.width {
          for c in 0..<shape.channels {
            pixels[next] = bytes[y * row + x * column + c * channel]
            next += 1
          }
        }
      }
      initialized = next
    }
  }
}
