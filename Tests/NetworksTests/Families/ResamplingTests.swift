// Resampled positions and patch kernels, compared with PyTorch's `interpolate` (`make_resampled.py`).

import Foundation
import Networks
import Tensors
import Testing

struct ResamplingTests {
  struct Expected: Decodable {
    let positions: [Float]
    let kernels: [Float]
    let grids: [Int: [Float]]
    let patches: [Int: [Float]]
  }

  static func expected() throws -> Expected {
    let path = try #require(
      Bundle.module.url(forResource: "resampled", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: path))
  }

  static func network(side: Int, patch: Int, pool: VisionTransformer.Pool = .token) throws
    -> VisionTransformer
  {
    try VisionTransformer(
      side: side, patch: patch, width: 4, depth: 1, heads: 2, mlp: 8, pool: pool)
  }

  static func difference(_ one: [Float], _ other: [Float]) -> Float {
    zip(one, other).map { abs($0 - $1) }.max() ?? 0
  }

  @Test("Resampled positions agree with PyTorch", arguments: [1, 3, 6, 7])
  func positions(grid: Int) throws {
    let expected = try Self.expected()
    let theirs = try #require(expected.grids[grid])
    let network = try Self.network(side: 16, patch: 4)
    let other = try network.resized(side: 4 * grid, patch: 4)
    let whole = Tensor(expected.positions, shape: [1, 17, 4])
    let ours = network.resample(whole, called: "pos_embed", for: other)
    #expect(ours.shape == [1, 1 + grid * grid, 4])
    #expect(Self.difference(ours.values, theirs) < 1e-6)
    #expect(ours.values[..<4] == whole.values[..<4])
    // Without a class token, every position belongs to a patch.
    let mean = try Self.network(side: 16, patch: 4, pool: .mean)
    let cells = mean.resample(
      Tensor(Array(whole.values[4...]), shape: [1, 16, 4]), called: "pos_embed",
      for: try mean.resized(side: 4 * grid, patch: 4))
    #expect(cells.values == Array(ours.values[4...]))
  }

  @Test("Resampled patch kernels agree with PyTorch", arguments: [1, 2, 3, 7])
  func kernels(patch: Int) throws {
    let expected = try Self.expected()
    let theirs = try #require(expected.patches[patch])
    let network = try Self.network(side: 16, patch: 4)
    let other = try network.resized(side: 4 * patch, patch: patch)
    let ours = network.resample(
      Tensor(expected.kernels, shape: [4, 3, 4, 4]), called: "patch_embed.proj.weight", for: other)
    #expect(ours.shape == [4, 3, patch, patch])
    #expect(Self.difference(ours.values, theirs) < 1e-6)
  }

  @Test func unaffectedParametersAreUnchanged() throws {
    let network = try Self.network(side: 16, patch: 4)
    let positions = Tensor((0..<68).map(Float.init), shape: [1, 17, 4])
    // An image of twice the side in patches of twice the side has the same grid.
    let other = try network.resized(side: 32, patch: 8)
    #expect(network.resample(positions, called: "pos_embed", for: other) == positions)
    #expect(network.resample(positions, called: "cls_token", for: other) == positions)
  }

  @Test func sideNotDivisibleByPatchSizeIsRefused() throws {
    let network = try Self.network(side: 16, patch: 4)
    #expect(throws: NetworkError.self) { try network.resized(side: 18, patch: 4) }
    #expect(throws: NetworkError.self) { try network.resized(side: 4096, patch: 1) }
  }
}
