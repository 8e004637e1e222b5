// The threads of a worker pool.

import Foundation
import Tensors
import Testing

@Suite(.serialized) struct WorkerPoolTests {
  @Test(arguments: [1, 2, 5])
  func everyChunkIsDoneOnce(threads: Int) {
    let pool = WorkerPool(threads: threads)
    let sums = Buffer(count: 1000)
    for _ in 0..<3 { pool.run(1000) { chunk, _ in sums[chunk] += Float(chunk) } }
    #expect(sums.values() == (0..<1000).map { Float(3 * $0) })
  }

  /// Threads of a pool have the same `comm` as the process. They are therefore counted by the difference before and after
  /// the end of a large pool.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/task")))
  func threadsEndWithThePool() throws {
    func threads() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }
    let before = try threads()
    for _ in 0..<4 {
      let pool = WorkerPool(threads: 41)
      pool.run(100) { _, _ in }
      #expect(try threads() >= 40)
    }
    // Other tests start and end threads at the same time. Pools that did not end theirs would leave forty each.
    #expect(try threads() < before + 40)
  }
}
