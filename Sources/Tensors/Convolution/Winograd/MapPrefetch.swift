// Requests for pixels of a map some tiles before they are used. A transform's few instructions take less time than a read from
// memory, and the processor does not foresee the next tile: a tile's rows are far apart.

import CProcessor

/// Requests of the pixels, in sixteen channels, of the tile that comes about `distance` tiles after the present one.
struct MapPrefetch {
  /// Floats from a tile's first pixel to that of the tile to be requested.
  private let ahead: Int
  /// Floats between rows of the map, and between pixels.
  private let down: Int
  private let across: Int
  /// Pixels of a tile along an axis.
  private let side: Int

  /// As many tiles take longer than a read from memory, and their pixels fit the first-level cache.
  private static let distance = 8

  /// - Parameters:
  ///   - width: of the map.
  ///   - side: pixels from tile to tile.
  @inline(__always)
  init(_ tiling: MapTiling, width: Int, channels: Int, side: Int) {
    (down, across, self.side) = (width &* channels, channels, side)
    ahead = max(1, Self.distance / tiling.columns) &* side &* down
  }

  /// - Parameter pixel: the first pixel that the present tile does not share with tiles before it, in the channels that are
  ///   used.
  @inline(__always)
  func read(_ pixel: UnsafePointer<Float>) {
    for i in 0..<side {
      for j in 0..<side { prefetch_for_reading(pixel + (ahead &+ i &* down &+ j &* across)) }
    }
  }

  /// The same, for a map that is written.
  @inline(__always)
  func write(_ pixel: UnsafePointer<Float>) {
    for i in 0..<side {
      for j in 0..<side { prefetch_for_writing(pixel + (ahead &+ i &* down &+ j &* across)) }
    }
  }
}
