// A check that an allocation fits the memory available to the process, before it is made.

import Tensors

/// The check of a memory requirement against the memory available to the process.
///
/// Sides, batches and widths come from files and command lines, and a failed allocation ends the process. The
/// requirement is therefore computed first.
package enum Footprint {
  /// Checks that an amount of memory is available.
  ///
  /// - Parameters:
  ///   - bytes: The memory that will be used.
  ///   - threads: The number of threads that will call BLAS, which reserves address space for each.
  ///   - thing: What needs the memory: the beginning of the message.
  ///   - remedy: What would need less memory: the end of the message.
  /// - Throws: `NetworkError` with both figures if the process may not use that much.
  package static func check(
    _ bytes: Int, threads: Int = 0, of thing: String, remedy: String
  ) throws(NetworkError) {
    let unused = threads * BLAS.addressSpacePerThread
    if let shortage = ProcessMemory().shortage(of: bytes, unused: unused) {
      throw NetworkError("\(thing) \(shortage); \(remedy)")
    }
  }
}
