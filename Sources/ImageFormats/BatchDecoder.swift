/// From records to one contiguous block of images, in parallel. Image i goes to slot i whoever decodes
/// it, so the block does not depend on the number of threads.
import Dispatch

/// Decodes, makes RGB, resizes and pads.
final class BatchDecoder {
  /// Images a batch: about 16 MB of them.
  let capacity: Int
  private let shape: ImageShape
  private let resize: Int?
  private let pad: Int?
  private let threads: Int
  private var block: [UInt8] = []

  init(channels: Int, height: Int, width: Int, resize: Int?, pad: Int?, threads: Int) {
    shape = ImageShape(unchecked: height, width, channels)
    self.resize = resize
    self.pad = pad
    self.threads = max(threads, 1)
    capacity = min(max((16 << 20) / shape.bytes, 8), 8192)
  }

  /// Fills the block, hands it to `body`, and returns the block's statistics. The error thrown is the
  /// one of the first record that has one.
  func decode(
    _ records: [Record], _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws -> ChannelStatistics {
    let size = shape.bytes
    if block.count < records.count * size {
      block = [UInt8](repeating: 0, count: records.count * size)
    }
    let workers = min(threads, records.count)
    var results = [Result<ChannelStatistics, FirstFailure>](
      repeating: .success(ChannelStatistics(channels: shape.channels)), count: workers)
    return try block.withUnsafeMutableBufferPointer { block in
      results.withUnsafeMutableBufferPointer { results in
        // Each worker writes its own slots and its own result.
        nonisolated(unsafe) let block = block
        nonisolated(unsafe) let results = results
        let (shape, resize, pad) = (shape, resize, pad)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
          let share = Worker(shape: shape, resize: resize, pad: pad)
          results[worker] = share.decode(
            records, stride(from: worker, to: records.count, by: workers), into: block)
        }
      }
      var statistics = ChannelStatistics(channels: shape.channels)
      var first: FirstFailure?
      for result in results {
        switch result {
        case .success(let sums): statistics.add(sums)
        case .failure(let failure):
          if failure.index < first?.index ?? .max { first = failure }
        }
      }
      if let first { throw first.error }
      try body(UnsafeBufferPointer(rebasing: block[..<(records.count * size)]))
      return statistics
    }
  }
}

private struct FirstFailure: Error {
  let index: Int
  let error: any Error
}

/// One thread's share of a batch.
private struct Worker {
  let shape: ImageShape
  let resize: Int?
  let pad: Int?

  func decode(
    _ records: [Record], _ indices: StrideTo<Int>, into block: UnsafeMutableBufferPointer<UInt8>
  ) -> Result<ChannelStatistics, FirstFailure> {
    var statistics = ChannelStatistics(channels: shape.channels)
    var resampler: Resampler?
    for index in indices {
      do {
        var image = try records[index].decode(channels: shape.channels)
        if let resize {
          if resampler?.source != image.shape {
            let target = ImageShape(unchecked: resize, resize, shape.channels)
            resampler = Resampler(from: image.shape, to: target)
          }
          if let resampler { image = resampler.apply(image) }
        }
        if let pad { image = try image.padded(to: pad) }
        guard image.shape == shape else {
          throw ImageFormatError(records[index].file, "its size changed while it was being read")
        }
        let slot = UnsafeMutableBufferPointer(
          rebasing: block[(index * shape.bytes)..<((index + 1) * shape.bytes)])
        _ = slot.update(fromContentsOf: image.pixels)
        statistics.add(UnsafeBufferPointer(slot))
      } catch {
        return .failure(FirstFailure(index: index, error: error))
      }
    }
    return .success(statistics)
  }
}

extension Record {
  /// The picture with `channels` channels.
  fileprivate func decode(channels: Int) throws -> Image {
    let image: Image
    switch encoding {
    case .compressed:
      image = try Picture.decode(bytes, file: file)
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
