/// The parts of a vision transformer as layers.

import Tensors

/// Images [N, side, side, 3] → tokens [N, T, d].
final class PatchEmbeddingLayer: Layer {
  private let embedding: PatchEmbedding
  private let linear: LinearMap

  init(_ map: LinearMap, _ embedding: PatchEmbedding) {
    linear = map
    self.embedding = embedding
  }

  var outputCount: Int { embedding.tokens * embedding.width }
  var maps: [MappedLayer] {
    [
      MappedLayer(
        map: linear, weight: embedding.weight, bias: embedding.bias,
        windows: .blocks(embedding.grid))
    ]
  }
  var parameters: [Parameter] { embedding.parameters }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    embedding.forward(x, images: pass.images, into: y)
  }

  /// Images get no gradient.
  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    sweep.tap?.listen(to: linear) { gram, sum in
      embedding.addMoment(of: dy, rows: sweep.rows, with: gram, into: &sum)
    }
    if let use = sweep.use { embedding.backward(dy, images: sweep.images, use) }
  }
}

/// Tokens [N, T, d] → tokens.
final class TransformerBlockLayer: Layer {
  private let block: TransformerBlock
  private let linears: [LinearMap]
  private let names: VisionTransformer.BlockNames
  private let dropping: Dropping
  private let workspace: TransformerDeltasWorkspace
  private var dropped: (BranchDropping?, BranchDropping?) = (nil, nil)

  /// What training drops in this block.
  struct Dropping {
    /// From 0.
    let block: Int
    /// Probabilities that a value of a branch is dropped, and that an image's branch is.
    let values: Float
    let path: Float
  }

  init(
    _ maps: [LinearMap], _ names: VisionTransformer.BlockNames, _ block: TransformerBlock,
    dropping: Dropping, workspace: TransformerDeltasWorkspace
  ) {
    (linears, self.names, self.block) = (maps, names, block)
    (self.dropping, self.workspace) = (dropping, workspace)
  }

  var outputCount: Int { block.shape.count }
  var parameters: [Parameter] { block.parameters }

  var maps: [MappedLayer] {
    let byName = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
    return linears.map { map in
      guard let weight = byName[map.weight], let bias = byName[map.bias] else {
        preconditionFailure("no parameters of \(map.name)")
      }
      let reader = reader(of: map)
      return MappedLayer(
        map: map, weight: weight, bias: bias,
        windows: .rows(map.inputs, positions: block.shape.tokens),
        input: { [block] in block.input(of: reader) })
    }
  }

  private func reader(of map: LinearMap) -> TransformerBlock.Reader {
    switch map.layer {
    case names.projection: .projection
    case names.hidden: .hidden
    case names.output: .output
    default: .attention
    }
  }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    dropped = pass.dropout.map(branches) ?? (nil, nil)
    block.forward(x, images: pass.images, dropping: dropped, into: y)
  }

  private func branches(_ draws: DropoutDraws) -> (BranchDropping?, BranchDropping?) {
    func branch(_ branch: Int) -> BranchDropping? {
      BranchDropping(
        values: dropping.values, path: dropping.path,
        draws.streams(block: dropping.block, branch: branch))
    }
    return (branch(0), branch(1))
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    let dx = dx ?? workspace.unwanted(sweep.rows * outputCount)
    let deltas = sweep.tap.map { _ in workspace.deltas(block.shape, rows: sweep.rows) }
    block.backward(
      dy, images: sweep.images, repeats: sweep.repeats, dropping: dropped, use: sweep.use,
      keeping: deltas, into: dx)
    guard let tap = sweep.tap, let deltas else { return }
    for map in linears {
      let layer: TransformerDeltas.Layer =
        switch reader(of: map) {
        case .attention: deltas.qkv
        case .projection: deltas.projection
        case .hidden: deltas.hidden
        case .output: deltas.output
        }
      tap.listen(to: map) { gram, sum in
        layer.addMoment(of: map.rows, rows: sweep.rows, with: gram, into: &sum)
      }
    }
  }
}

/// Tokens [N, T, d] → what the head reads, [N, d].
final class TokenPoolLayer: Layer {
  private let tokens: TokenPool

  init(_ tokens: TokenPool) { self.tokens = tokens }

  var outputCount: Int { tokens.width }
  var parameters: [Parameter] { tokens.parameters }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    tokens.forward(x, images: pass.images, into: y)
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    guard let dx else { return }
    tokens.backward(dy, images: sweep.images, repeats: sweep.repeats, use: sweep.use, into: dx)
  }
}

/// Memory that a transformer's blocks share in passes that listen to δ.
final class TransformerDeltasWorkspace {
  private var kept: (rows: Int, deltas: TransformerDeltas)?
  private var rest = Buffer(count: 0)

  func deltas(_ shape: TransformerShape, rows: Int) -> TransformerDeltas {
    if let kept, kept.rows >= rows { return kept.deltas }
    let deltas = TransformerDeltas(shape, rows: rows)
    kept = (rows, deltas)
    return deltas
  }

  /// Room for a gradient that nobody wants.
  func unwanted(_ count: Int) -> Buffer {
    if rest.count < count { rest = Buffer(count: count) }
    return rest
  }
}
