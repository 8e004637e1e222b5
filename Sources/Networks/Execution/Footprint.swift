/// How much memory a network takes.

import Foundation

/// What a compiled network will need at least, known before anything is allocated: side and batch
/// come from files and command lines, and an allocation that fails ends the process.
enum Footprint {
  /// - Parameters:
  ///   - side: at most 4096, and `batch` at most 2¹⁶·160: the products stay far below 2⁶³.
  ///   - differentiates: maps then have gradients, and one map before pooling is held whole.
  /// - Throws: `NetworkError` if maps and their gradients exceed the machine's memory.
  static func check(
    _ architecture: Architecture, side: Int, batch: Int, differentiates: Bool
  ) throws(NetworkError) {
    var (height, maps, widest) = (side, side * side * Architecture.inputChannels, 0)
    for convolution in architecture.vgg.convolutions {
      let outputs = convolution.map.outputs
      widest = max(widest, height * height * outputs)
      if convolution.pools { height /= 2 }
      maps += height * height * outputs * (differentiates ? 2 : 1)
    }
    maps += architecture.flattened * 2
    let floats = batch.multipliedReportingOverflow(by: maps + (differentiates ? widest : 0))
    let bytes = floats.partialValue.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    let memory = ProcessInfo.processInfo.physicalMemory
    guard !floats.overflow, !bytes.overflow, UInt64(bytes.partialValue) <= memory else {
      throw NetworkError(
        "\(batch) maps of \(side)×\(side) at once do not fit the memory of"
          + " \(memory >> 30) GiB")
    }
  }
}
