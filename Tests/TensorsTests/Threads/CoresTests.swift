// The number of cores that a process may use after its start.

import Foundation
import Tensors
import Testing

@Suite struct CoresTests {
  /// OpenBLAS is loaded while the process may use one core only, so that it starts no threads. Then all cores are restored,
  /// in code that a compiler once removed.
  @Test func processMayUseAllCoresOfItsParent() throws {
    func allowed(_ process: String) throws -> Substring? {
      try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        .split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    }
    // The product links OpenBLAS.
    _ = Matrix(zeros: 1, 1) * Matrix(zeros: 1, 1)
    #expect(try allowed("self") == allowed("\(getppid())"))
  }
}
