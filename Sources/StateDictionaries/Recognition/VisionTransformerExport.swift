// Export and import of a vision transformer's parameters under the names of other programs.

import Networks

extension StateDictionary {
  /// The dictionary of a vision transformer's parameters under the names of `naming`. Fixed positions become a tensor,
  /// which the other programs expect.
  /// - Parameter naming: A naming that stacks queries, keys and values: timm's or torchvision's.
  package func renamed(
    of network: VisionTransformer, as naming: TransformerNaming
  ) -> StateDictionary {
    let positions = network.fixedPositions.map { fixed in
      StoredTensor(name: VisionTransformer.learnedPositions, shape: fixed.shape) { fixed.values }
    }
    let all = tensors + (positions.map { [$0] } ?? [])
    return StateDictionary(all.map { $0.named(naming.name(of: $0.name)) }, file: file)
  }
}

extension PlainNames {
  /// Takes the fixed positions of a stated network, which this project's exports contain as a tensor.
  /// - Throws: `StateDictionaryError` if the positions in the file differ from those of the network.
  mutating func takeFixedPositions(_ network: VisionTransformer, _ naming: TransformerNaming) throws
  {
    let name = naming.name(of: VisionTransformer.learnedPositions)
    guard let fixed = network.fixedPositions, contains(name) else { return }
    let tensor = try take(name)
    guard tensor.shape == fixed.shape,
      try zip(tensor.floats(), fixed.values).allSatisfy({ abs($0 - $1) < 1e-5 })
    else {
      throw error(
        "\(name) holds other positions than sines and cosines, which the stated architecture has")
    }
  }
}
