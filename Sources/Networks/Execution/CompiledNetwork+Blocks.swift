// Measurements of a transformer's blocks after a forward and a backward pass.

import Measurements

extension CompiledNetwork {
  /// Measurements of each block: the spread of its attention, the relative size of what its branches add, and the norm
  /// of its gradient. Empty if the network is not a transformer.
  ///
  /// The last forward pass must have run without dropout, and a backward pass that kept gradients must have followed.
  ///
  /// - Parameter images: The number of images in that forward pass.
  package func blocks(images: Int) -> [BlockProbe] {
    precondition(logitsGradient.count > 0, "blocks share what they keep of a forward pass")
    return layers.compactMap { $0 as? TransformerBlockLayer }.enumerated().map { index, layer in
      let (block, sums) = (layer.block, layer.block.measures(images: images))
      return BlockProbe(
        name: VisionTransformer.block(index), tokens: block.shape.tokens,
        heads: sums.heads.map { head in
          let rows = Double(head.rows)
          return HeadProbe(
            entropy: head.entropy / rows, effectiveTokens: head.effectiveTokens / rows,
            selfMass: head.selfMass / rows,
            scoreDeviation: (head.scoreVariance / rows).squareRoot())
        },
        attentionRatio: sums.attention.ratio, mlpRatio: sums.mlp.ratio,
        gradientNorm: Self.gradientNorm(of: layer.parameters))
    }
  }
}
