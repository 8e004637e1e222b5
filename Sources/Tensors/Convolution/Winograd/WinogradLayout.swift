/// Where the transforms of some tiles lie: sixteen channels each at
/// start + frequency·f + block·b + tile·t floats.
struct WinogradLayout {
  let start: UnsafeMutablePointer<Float>
  let frequency: Int
  let block: Int
  let tile: Int

  /// Whether tiles are neighbours in memory (the register kernel's operand A) or channels are (a
  /// row-major matrix for BLAS).
  @inline(__always) static var isBlocked: Bool { BuildTarget.fusedLanes > 0 }

  /// Keeps frequencies off each other's cache sets.
  private static let padding = 16

  /// `tiles` of `channels` at the start of `memory`.
  init(_ memory: UnsafeMutablePointer<Float>, tiles: Int, channels: Int) {
    let rows = Self.padded(tiles)
    start = memory
    frequency = rows * channels + Self.padding
    block = Self.isBlocked ? rows * 16 : 16
    tile = Self.isBlocked ? 16 : channels
  }

  private init(_ whole: WinogradLayout, offset: Int) {
    start = whole.start + offset
    (frequency, block, tile) = (whole.frequency, whole.block, whole.tile)
  }

  /// The part from tile `first` on.
  func from(_ first: Int) -> WinogradLayout { WinogradLayout(self, offset: first * tile) }

  /// The part from channel block `first` on.
  func block(_ first: Int) -> WinogradLayout { WinogradLayout(self, offset: first * block) }

  /// Floats that `tiles` of `channels` take.
  static func size(tiles: Int, channels: Int, frequencies: Int) -> Int {
    frequencies * (padded(tiles) * channels + padding)
  }

  /// The register kernel writes rows up to a multiple of its height.
  private static func padded(_ tiles: Int) -> Int {
    (tiles + RegisterKernel.height - 1) / RegisterKernel.height * RegisterKernel.height
  }
}
