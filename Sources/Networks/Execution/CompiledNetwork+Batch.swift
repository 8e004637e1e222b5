/// A network laid out for one batch of images, which is its input already.

import Tensors

extension CompiledNetwork {
  /// - Parameters:
  ///   - images: where the images of the batch are from.
  ///   - chosen: their indices.
  ///   - preparation: how they become inputs; where it says no side, they keep their height.
  /// - Throws: `NetworkError` if images, preparation and network do not fit together, or the memory does not
  ///   suffice.
  package convenience init(
    _ network: Network, on images: LabelledImages, at chosen: ArraySlice<Int>,
    preparation: Network.Preparation, pool: WorkerPool, trains: Bool, differentiates: Bool
  ) throws(NetworkError) {
    let assembler = try BatchAssembler(images, preparation)
    try self.init(
      network, side: assembler.side, batch: chosen.count, pool: pool, trains: trains,
      differentiates: differentiates)
    assembler.assemble(chosen, into: input, pool: pool)
  }
}
