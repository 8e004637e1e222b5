// The gradients of a block.

extension TransformerBlock {
  /// Gradient with respect to y → gradients of parameters, for `use`, and that with respect to x. `dy` is left as it was.
  ///
  /// - Parameters:
  ///   - repeats: R gradients of each image: row r·images + i is of image i; 1 where parameters want theirs.
  ///   - dropping: the forward pass's.
  ///   - kept: where the gradients with respect to the outputs of the block's layers are written, if they are wanted.
  package func backward(
    _ dy: Buffer, images: Int, repeats: Int = 1,
    dropping: (BranchDropping?, BranchDropping?) = (nil, nil), use: GradientUse?,
    keeping kept: TransformerDeltas? = nil, into dx: Buffer
  ) {
    guard let x = input else { preconditionFailure("backward without a forward") }
    precondition(use == nil || (repeats == 1 && gradients != nil))
    let scratch = workspace[.scratch]
    let ofParameters = use == nil ? nil : gradients?.sums
    pool.run(GradientParts.parts) { part, worker in
      ofParameters?.begin(part)
      for row in GradientParts.images(part, of: images * repeats) {
        var pass = BackwardPass(
          block: self, image: row % images, sums: ofParameters.map { ($0, part) },
          scratch: Scratch(scratch, worker: worker, count: scratchCount))
        pass.run(
          tokens(row, of: dy), x: tokens(row % images, of: x), dropping,
          deltas: kept.map { ($0, row) }, into: tokens(row, of: dx))
      }
    }
    if let use { gradients?.finish(use) }
  }
}

/// The backward pass of one image.
private struct BackwardPass {
  let block: TransformerBlock
  let image: Int
  /// Where gradients of parameters are summed, if they are wanted.
  let sums: (all: GradientParts.Sums, part: Int)?
  var scratch: Scratch

  mutating func run(
    _ dy: Rows, x: Rows, _ dropping: (BranchDropping?, BranchDropping?),
    deltas: (all: TransformerDeltas, row: Int)?, into dx: Rows
  ) {
    let (t, d, m) = (block.shape.tokens, block.shape.width, block.shape.mlp)
    let kept = block.memory.of(image)
    let (normal, slope) = (scratch.rows(t, width: d), scratch.rows(t, width: d))
    let branch = scratch.rows(t, width: d)
    let middle = scratch.rows(t, width: d)
    let unwanted = scratch.rows(2, width: d)

    // The MLP's branch.
    let (activated, derivative) = (scratch.rows(t, width: m), scratch.rows(t, width: m))
    let ofHidden = scratch.rows(t, width: m)
    branch.copy(dy)
    dropping.1?.apply(branch, image: image)
    if let deltas { deltas.all.output.of(deltas.row).copy(branch) }
    block.output.inputGradient(branch, into: ofHidden)
    GELU.forward(kept.hidden, into: activated, derivative: derivative)
    GELU.backward(ofHidden, derivative: derivative, into: ofHidden)
    if let deltas { deltas.all.hidden.of(deltas.row).copy(ofHidden) }
    add(TransformerBlock.Place.output, block.output, branch, activated)
    if sums != nil {
      block.norm2.normalise(kept.middle, statistics: kept.statistics2, into: normal)
      add(TransformerBlock.Place.hidden, block.hidden, ofHidden, normal)
    }
    block.hidden.inputGradient(ofHidden, into: slope)
    middle.copy(dy)
    addNorm(
      TransformerBlock.Place.norm2, block.norm2, slope, kept.middle, kept.statistics2,
      into: middle, unwanted)

    // Attention's branch.
    branch.copy(middle)
    dropping.0?.apply(branch, image: image)
    if let deltas { deltas.all.projection.of(deltas.row).copy(branch) }
    add(TransformerBlock.Place.projection, block.projection, branch, kept.attention)
    block.projection.inputGradient(branch, into: slope)
    let ofQKV = scratch.rows(t, width: 3 * d)
    let ofAttention = scratch.rows(1, width: block.attention.scratch)
    for head in 0..<block.shape.heads {
      block.attention.backward(
        block.columns(of: head, in: slope), .init(head, of: block.shape.heads, in: kept.qkv),
        statistics: kept.ofHeads[head], into: .init(head, of: block.shape.heads, in: ofQKV),
        scratch: ofAttention)
    }
    if let deltas { deltas.all.qkv.of(deltas.row).copy(ofQKV) }
    if sums != nil {
      block.norm1.normalise(x, statistics: kept.statistics1, into: normal)
      add(TransformerBlock.Place.qkv, block.qkv, ofQKV, normal)
    }
    block.qkv.inputGradient(ofQKV, into: slope)
    dx.copy(middle)
    addNorm(
      TransformerBlock.Place.norm1, block.norm1, slope, x, kept.statistics1, into: dx, unwanted)
  }

  private func add(_ place: Int, _ linear: TokenLinear, _ dy: Rows, _ x: Rows) {
    guard let sums else { return }
    var slices = sums.all.slices(sums.part, from: place)
    linear.addGradient(dy, x, into: &slices)
  }

  private func addNorm(
    _ place: Int, _ norm: TokenNorm, _ dy: Rows, _ x: Rows, _ statistics: Rows, into dx: Rows,
    _ unwanted: Rows
  ) {
    var slices =
      sums.map { $0.all.slices($0.part, from: place) } ?? GradientSlices(unwanted.start)
    norm.addInputGradient(dy, x, statistics: statistics, into: dx, gradient: &slices)
  }
}
