// A transformer's block as a layer.

import Tensors

/// A block of attention and MLP: tokens [N, T, d] → tokens [N, T, d].
final class TransformerBlockLayer: Layer {
  let block: TransformerBlock
  private let linears: [LinearMap]
  private let names: VisionTransformer.BlockNames
  private let dropping: Dropping
  private let workspace: TransformerWorkspace
  private var dropped: (BranchDropping?, BranchDropping?) = (nil, nil)

  /// The dropout of a block in training.
  struct Dropping {
    /// The index of the block, counted from 0.
    let block: Int
    /// The probability that a value of a branch is dropped.
    let values: Float
    /// The probability that a whole branch is dropped for an image.
    let path: Float
  }

  init(
    _ maps: [LinearMap], _ names: VisionTransformer.BlockNames, _ block: TransformerBlock,
    dropping: Dropping, workspace: TransformerWorkspace
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
        input: { [block] x in block.input(of: reader, x: x) })
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

  func forward(_ x: Buffer, _ pass: ForwardPass, from map: Int, into y: Buffer) {
    block.forward(x, images: pass.images, from: reader(of: linears[map]), into: y)
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
    let dx = dx ?? workspace.unwanted
    let deltas = sweep.tap == nil ? nil : workspace.deltas
    precondition(sweep.tap == nil || deltas != nil, "a network that is not laid out for δ")
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
