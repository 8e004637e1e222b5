// Requests for more memory than the machine has are refused before anything is allocated.

import Networks
import Tensors
import Testing

@Suite struct FootprintTests {
  private static func network(_ table: String) throws -> Network {
    let architecture = try Architecture(table, outputs: 2, hidden: [], pooled: 1)
    return try Network(
      architecture,
      parameters: Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { ($0.name, Tensor(zeros: $0.shape)) }))
  }

  @Test(arguments: [ConvolutionAlgorithm.winograd, .direct])
  func batchLargerThanMemoryIsRefused(_ algorithm: ConvolutionAlgorithm) throws {
    let network = try Self.network("vgg:64,M,64,M")
    let error = #expect(throws: NetworkError.self) {
      _ = try CompiledNetwork(
        network, side: 4096, batch: 65_536, pool: WorkerPool(threads: 1), trains: true,
        algorithm: algorithm)
    }
    let words = try #require(error?.description)
    #expect(words.hasPrefix("a batch of 65536 at 4096×4096 needs "))
    #expect(words.contains(" GiB of memory, and "))
    #expect(words.hasSuffix("a smaller side, batch or number of threads needs less"))
  }

  @Test func weightsLargerThanMemoryAreRefused() {
    #expect(throws: NetworkError.self) {
      try Footprint.check(1 << 60, of: "a network", remedy: "a narrower one needs less")
    }
    #expect(throws: Never.self) {
      try Footprint.check(1 << 20, of: "a network", remedy: "a narrower one needs less")
    }
  }
}
