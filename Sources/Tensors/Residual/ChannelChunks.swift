/// The positions of a batch, each with its channels, in chunks that stay in cache. Maps of few channels are treated as maps
/// of 64, so that a row fills registers: each channel then comes several times (`fold`). Nothing here depends on the number of
/// threads.
struct ChannelChunks {
  let channels: Int
  /// Neighbouring positions that make one row.
  let fold: Int
  let rows: Int
  private let rowsPerChunk: Int

  /// Floats of a chunk: 64 KiB.
  private static let size = 1 << 14

  init(positions: Int, channels: Int) {
    self.channels = channels
    let full = FourLanes.width
    var fold = channels < full && full % channels == 0 ? full / channels : 1
    while positions % fold != 0 { fold /= 2 }
    self.fold = fold
    rows = positions / fold
    rowsPerChunk = max(1, Self.size / (channels * fold))
  }

  /// Floats of a row.
  var width: Int { channels * fold }
  var count: Int { (rows + rowsPerChunk - 1) / rowsPerChunk }

  /// The first row of a chunk, and how many it has.
  func chunk(_ index: Int) -> (first: Int, rows: Int) {
    let first = index * rowsPerChunk
    return (first, min(rowsPerChunk, rows - first))
  }

  /// The most floats that two sums of each chunk and channel take, for up to `positions`.
  static func sumsSize(positions: Int, channels: Int) -> Int {
    let width = max(FourLanes.width, channels)
    return 2 * width * (positions * channels / (size / 2) + 2)
  }

  /// Calls `body` with the two numbers that `sums` has of each chunk and each place of a row, the place's channel, and the
  /// chunk's rows: in the order of the chunks.
  func eachSum(
    _ sums: UnsafePointer<Float>,
    _ body: (_ channel: Int, _ rows: Double, _ first: Double, _ second: Double) -> Void
  ) {
    for index in 0..<count {
      let (rows, sum) = (Double(chunk(index).rows), sums + 2 * index * width)
      eachPlace { place, channel in
        body(channel, rows, Double(sum[place]), Double(sum[width + place]))
      }
    }
  }

  /// Calls `body` with each channel's place in a row.
  func eachPlace(_ body: (_ place: Int, _ channel: Int) -> Void) {
    for place in 0..<width { body(place, place % channels) }
  }
}
