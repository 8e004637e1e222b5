// What decides the last bits of a sum on this machine.

import COpenBLAS

package enum Arithmetic {
  /// The kernels that OpenBLAS chose when the process began, and the vector unit that this build was made
  /// for: `OpenBLAS SkylakeX, AVX-512`. Equal inputs give equal bytes only where these are equal.
  package static var description: String {
    let core = openblas_get_corename().map { String(cString: $0) } ?? "unknown"
    return "OpenBLAS \(core), \(BuildTarget.description)"
  }
}
