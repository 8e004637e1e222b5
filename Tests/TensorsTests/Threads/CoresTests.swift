// What the start of the process leaves behind.

import Foundation
import Tensors
import Testing

@Suite struct CoresTests {
  /// OpenBLAS is loaded while the process may use one core only, so that it starts no threads of its own;
  /// then all cores are given back. A compiler once dropped that half.
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
