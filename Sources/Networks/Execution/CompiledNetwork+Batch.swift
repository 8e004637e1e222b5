// A compiled network for one given batch of images, already copied into its input.

import Tensors

extension CompiledNetwork {
  /// Allocates a network for `chosen.count` images and fills `input` with them.
  ///
  /// - Parameters:
  ///   - images: The set that the batch is taken from.
  ///   - chosen: Indices of the batch's images in the set.
  ///   - preparation: How images become inputs. Without a side in it, images keep their height.
  ///   - trains: Whether gradients of weights will be needed.
  ///   - differentiates: Whether any gradient will be needed.
  /// - Throws: `NetworkError` if images, preparation and network do not fit together, or if there is too little memory.
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
