/// Whether what is about to be allocated fits the memory that the process may use.

import Tensors

/// Sides, batches and widths come from files and command lines, and an allocation that fails ends the process: they
/// are added up first.
package enum Footprint {
  /// - Parameters:
  ///   - bytes: what will be used.
  ///   - threads: that will call BLAS, which lays out memory for each.
  ///   - thing: what needs the memory, as a message begins.
  ///   - remedy: what needs less, as a message ends.
  /// - Throws: `NetworkError` with the figures if they exceed what the process may use.
  package static func check(
    _ bytes: Int, threads: Int = 0, of thing: String, remedy: String
  ) throws(NetworkError) {
    let unused = threads * BLAS.addressSpacePerThread
    if let shortage = ProcessMemory().shortage(of: bytes, unused: unused) {
      throw NetworkError("\(thing) \(shortage); \(remedy)")
    }
  }
}
