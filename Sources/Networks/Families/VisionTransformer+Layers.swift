// Vision transformers: from settings to layers.

import Tensors

extension VisionTransformer {
  func layers(_ architecture: Architecture, side: Int, _ site: BuildingSite) -> [any Layer] {
    let shape = TransformerShape(
      tokens: tokens, width: width, heads: heads, mlp: mlp, epsilon: epsilon)
    let fixed =
      positions == .sincos
      ? SineCosinePositions.values(gridSide: gridSide, width: width, prefix: prefix) : nil
    let embedding = PatchEmbedding(
      PatchGrid(side: side, patch: patch, channels: Architecture.inputChannels), width: width,
      hasClassToken: pool == .token, fixed: fixed,
      names: .init(
        linear: Self.embedding, classToken: Self.classToken, positions: Self.learnedPositions),
      workspace: site.workspace, pool: site.pool, trains: site.trains)
    // Without a backward pass, all blocks use the same memory.
    let shared = site.differentiates ? nil : TransformerMemory(shape, images: site.batch)
    let workspace = TransformerWorkspace(
      shape, rows: site.differentiates && !site.trains ? site.batch : 0)
    let blocks = (0..<depth).map { index in
      TransformerBlockLayer(
        maps(ofBlock: index), BlockNames(Self.block(index)),
        TransformerBlock(
          shape, path: Self.block(index) + ".",
          memory: shared ?? TransformerMemory(shape, images: site.batch),
          workspace: site.workspace, pool: site.pool, trains: site.trains,
          differentiates: site.differentiates),
        dropping: .init(
          block: index, values: architecture.dropout,
          path: dropPath * Float(index) / Float(max(depth - 1, 1))),
        workspace: workspace)
    }
    let tokens = TokenPool(
      tokens: self.tokens, width: width, epsilon: epsilon, images: site.batch,
      readsMean: pool == .mean, path: Self.finalNorm, workspace: site.workspace, pool: site.pool,
      trains: site.trains)
    let head = architecture.head.map { LinearLayer($0, site) }
    return [PatchEmbeddingLayer(body[0], embedding)] + blocks + [TokenPoolLayer(tokens)] + head
  }
}
