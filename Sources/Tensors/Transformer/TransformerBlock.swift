// A block of a transformer: attention and MLP, each added to the tokens.

/// Pre-norm (Xiong et al. 2020): x + attention(norm1(x)), then x + fc2(gelu(fc1(norm2(x)))).
///
/// An image's tokens go through the whole block while they are in one core's cache: images are the unit in which
/// work is shared out. What the backward pass needs and can recompute (normalised tokens, attention's
/// probabilities, gelu) is recomputed.
package final class TransformerBlock {
  package let shape: TransformerShape
  let norm1: TokenNorm
  let qkv: TokenLinear
  let projection: TokenLinear
  let norm2: TokenNorm
  let hidden: TokenLinear
  let output: TokenLinear
  let attention: Attention
  let pool: WorkerPool
  let workspace: Workspace
  let gradients: GradientParts?
  let memory: TransformerMemory
  private(set) var input: Buffer?

  /// All its parameters, in PyTorch's order.
  package let parameters: [Parameter]
  /// Places in `parameters`.
  enum Place {
    static let norm1 = 0
    static let qkv = 2
    static let projection = 4
    static let norm2 = 6
    static let hidden = 8
    static let output = 10
  }

  /// - Parameters:
  ///   - path: what its parameters' names begin with, `blocks.0.`
  ///   - memory: what is kept of a forward pass; blocks may share one if no backward pass follows.
  ///   - trains: whether gradients of parameters will be wanted.
  ///   - differentiates: whether any gradients will be.
  package init(
    _ shape: TransformerShape, path: String, memory: TransformerMemory, workspace: Workspace,
    pool: WorkerPool, trains: Bool, differentiates: Bool
  ) {
    let (d, m) = (shape.width, shape.mlp)
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> TokenLinear {
      TokenLinear(path + name, inputs: inputs, outputs: outputs, backward: differentiates)
    }
    self.shape = shape
    norm1 = TokenNorm(path + "norm1", width: d, epsilon: shape.epsilon)
    qkv = linear("attn.qkv", d, 3 * d)
    projection = linear("attn.proj", d, d)
    norm2 = TokenNorm(path + "norm2", width: d, epsilon: shape.epsilon)
    hidden = linear("mlp.fc1", d, m)
    output = linear("mlp.fc2", m, d)
    attention = Attention(tokens: shape.tokens, headWidth: shape.headWidth)
    (self.memory, self.workspace, self.pool) = (memory, workspace, pool)
    parameters =
      norm1.parameters + qkv.parameters + projection.parameters + norm2.parameters
      + hidden.parameters + output.parameters
    gradients = trains ? GradientParts(parameters, workspace: workspace, pool: pool) : nil
    workspace.reserve(.scratch, pool.threads * scratchCount)
  }

  /// Floats of one worker's scratch: what the backward pass takes.
  var scratchCount: Int {
    let t = shape.tokens
    return 7 * Scratch.size(t, width: shape.width) + 3 * Scratch.size(t, width: shape.mlp)
      + Scratch.size(1, width: attention.scratch)
      // Gradients of normalisations that are not needed.
      + Scratch.size(2, width: shape.width)
  }

  /// The tokens of image `image`.
  func tokens(_ image: Int, of buffer: Buffer) -> Rows {
    buffer.rows(shape.tokens, width: shape.width, at: image * shape.count)
  }

  /// x [N, T, d] → y, of the same shape.
  package func forward(
    _ x: Buffer, images: Int, dropping: (BranchDropping?, BranchDropping?) = (nil, nil),
    into y: Buffer
  ) {
    forward(x, images: images, through: Reader.allCases, dropping: dropping, into: y)
    input = x
  }

  /// From what enters the maps of `reader` to what enters the next ones, or after the last of them to y. Steps before
  /// have left what this one reads: a block whose maps are drawn one after another is computed once in all.
  package func forward(_ x: Buffer, images: Int, from reader: Reader, into y: Buffer) {
    forward(x, images: images, through: [reader], dropping: (nil, nil), into: y)
  }

  private func forward(
    _ x: Buffer, images: Int, through readers: [Reader],
    dropping: (BranchDropping?, BranchDropping?), into y: Buffer
  ) {
    precondition(memory.images >= images)
    for reader in readers { linear(of: reader).prepare(pool: pool) }
    let scratch = workspace[.scratch]
    pool.run(images) { image, worker in
      for reader in readers {
        forward(
          tokens(image, of: x), image, from: reader, dropping, into: tokens(image, of: y),
          Scratch(scratch, worker: worker, count: scratchCount))
      }
    }
  }

  private func linear(of reader: Reader) -> TokenLinear {
    switch reader {
    case .attention: qkv
    case .projection: projection
    case .hidden: hidden
    case .output: output
    }
  }

  private func forward(
    _ x: Rows, _ image: Int, from reader: Reader, _ dropping: (BranchDropping?, BranchDropping?),
    into y: Rows, _ scratch: Scratch
  ) {
    var scratch = scratch
    let (t, kept) = (shape.tokens, memory.of(image))
    switch reader {
    case .attention:
      let normal = scratch.rows(t, width: shape.width)
      let ofAttention = scratch.rows(1, width: attention.scratch)
      norm1.forward(x, into: normal, statistics: kept.statistics1)
      qkv.forward(normal, into: kept.qkv)
      for head in 0..<shape.heads {
        attention.forward(
          .init(head, of: shape.heads, in: kept.qkv), into: columns(of: head, in: kept.attention),
          statistics: kept.ofHeads[head], scratch: ofAttention)
      }
    case .projection:
      projection.forward(kept.attention, into: kept.middle)
      dropping.0?.apply(kept.middle, image: image)
      kept.middle.add(x)
    case .hidden:
      let normal = scratch.rows(t, width: shape.width)
      norm2.forward(kept.middle, into: normal, statistics: kept.statistics2)
      hidden.forward(normal, into: kept.hidden)
    case .output:
      let activated = scratch.rows(t, width: shape.mlp)
      GELU.forward(kept.hidden, into: activated)
      output.forward(activated, into: y)
      dropping.1?.apply(y, image: image)
      y.add(kept.middle)
    }
  }

  /// A head's columns of rows [T, d].
  func columns(of head: Int, in rows: Rows) -> Rows {
    rows.columns(head * shape.headWidth..<(head + 1) * shape.headWidth)
  }
}
