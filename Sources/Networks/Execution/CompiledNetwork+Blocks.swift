/// A transformer's blocks after a forward and a backward pass.

import Measurements

extension CompiledNetwork {
  /// How each block's attention is spread, how much its branches add, and how long its gradient is; empty where
  /// the network is no transformer.
  ///
  /// - Parameter images: those of the last forward pass, which has dropped nothing; a backward pass that kept
  ///   gradients has followed.
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
