/// A source network beside the new one, on the same images.

import Networks
import Tensors

/// What every layer of a source reads of the images that a network grows on, and the channel maps between
/// the two.
final class AlignedSource {
  private let alignment: Alignment
  private let compiled: CompiledNetwork
  private let growing: GrowingNetwork
  private let task: TaskImages

  /// - Throws: `FeatureError` if the source does not fit images of this side, or memory.
  init(_ alignment: Alignment, beside growing: GrowingNetwork, _ task: TaskImages)
    throws(FeatureError)
  {
    (self.alignment, self.growing, self.task) = (alignment, growing, task)
    var preparation = alignment.source.preparation
    preparation.side = task.preparation.side
    do {
      compiled = try alignment.source.bodyOnly().compiled(on: task, preparation: preparation)
    } catch { throw FeatureError("the source to align with: \(error)") }
    compiled.evaluate(images: task.count)
  }

  /// The source's convolutions.
  var body: [LinearMap] { alignment.source.architecture.body }

  /// The source's convolution at the place between pools that convolution `index` of `architecture` has.
  ///
  /// - Throws: `FeatureError` if there is none.
  func partner(of index: Int, in architecture: Architecture) throws(FeatureError) -> Int {
    let source = alignment.source.architecture
    guard let found = source.partner(of: index, in: architecture) else {
      throw FeatureError(
        "\(source.name) has no convolution at the place of '\(architecture.body[index].name)' to align"
          + " with; --layers can leave it out")
    }
    return found
  }

  /// From the channels that convolution `partner` of the source reads to those that convolution `index` of
  /// the new network reads, as drawn so far.
  ///
  /// - Throws: `FeatureError` if there are none.
  func channelMap(from partner: Int, to index: Int) throws(FeatureError) -> ChannelMap {
    guard index > 0 else {
      return ChannelMap(
        normalisedBy: alignment.source.preparation.std, and: task.preparation.std)
    }
    let (new, old) = (growing.channels(of: index), Channels(compiled, map: partner))
    let columns = new.count + old.count
    do {
      try Footprint.check(
        SecondMoments.bytes(columns: columns),
        of: "aligning \(old.count) with \(new.count) channels",
        remedy: "a narrower network needs less")
    } catch { throw FeatureError(error.description) }
    let moments = SecondMoments(
      rows: task.count * new.positions, columns: columns, pool: task.pool
    ) { rows, values in
      new.copy(rows, to: values, from: 0, stride: columns)
      old.copy(rows, to: values, from: new.count, stride: columns)
    }
    return try ChannelMap(
      moments, width: new.count, ridge: alignment.ridge, cutoff: alignment.cutoff)
  }
}

/// The channels that a convolution reads: rows [C] over images and positions.
struct Channels {
  let count: Int
  let positions: Int
  private let input: Buffer

  init(_ compiled: CompiledNetwork, map index: Int) {
    let windows = compiled.windows(of: index)
    (count, positions) = (windows.length / 9, windows.positions)
    input = compiled.input(of: index)
  }

  /// Writes some of the rows into columns `first` and following of rows of `stride` values.
  func copy(
    _ rows: Range<Int>, to values: UnsafeMutableBufferPointer<Double>, from first: Int, stride: Int
  ) {
    let elements = input.elements
    precondition(rows.upperBound * count <= elements.count)
    precondition(rows.count * stride <= values.count && first + count <= stride)
    for (target, row) in rows.enumerated() {
      for c in 0..<count {
        values[target * stride + first + c] = Double(elements[row * count + c])
      }
    }
  }
}
