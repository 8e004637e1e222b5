// From images to tokens.

/// The embedding of images: each patch times one matrix, plus its position; a class token may come before the patches.
package final class PatchEmbedding {
  package let grid: PatchGrid
  package let width: Int
  let linear: TokenLinear
  /// [1, 1, d], before the patches' tokens; nil: there is none.
  let classToken: Parameter?
  /// [1, T, d], learned; nil: fixed ones.
  let positions: Parameter?
  private let fixed: [Float]
  /// The fixed positions in a buffer, allocated when first used.
  private lazy var fixedPositions = Buffer(fixed)
  private let pool: WorkerPool
  private let workspace: Workspace
  private let gradients: GradientParts?
  private var input: Buffer?

  /// Names of the parameters.
  package struct Names: Sendable {
    let linear, classToken, positions: String

    package init(linear: String, classToken: String, positions: String) {
      (self.linear, self.classToken, self.positions) = (linear, classToken, positions)
    }
  }

  /// - Parameters:
  ///   - fixed: positions [T, d] that are not learned; nil: they are.
  ///   - trains: whether gradients of parameters will be wanted.
  package init(
    _ grid: PatchGrid, width: Int, hasClassToken: Bool, fixed: [Float]?, names: Names,
    workspace: Workspace, pool: WorkerPool, trains: Bool
  ) {
    self.grid = grid
    self.width = width
    let tokens = grid.count + (hasClassToken ? 1 : 0)
    precondition(fixed.map { $0.count == tokens * width } ?? true)
    linear = TokenLinear(
      names.linear, inputs: grid.length, outputs: width,
      shape: [width, grid.channels, grid.patch, grid.patch], backward: false)
    classToken =
      hasClassToken ? Parameter(names.classToken, shape: [1, 1, width], decays: false) : nil
    positions =
      fixed == nil ? Parameter(names.positions, shape: [1, tokens, width], decays: false) : nil
    self.fixed = fixed ?? []
    parameters = [classToken, positions].compactMap { $0 } + linear.parameters
    (self.workspace, self.pool) = (workspace, pool)
    gradients = trains ? GradientParts(parameters, workspace: workspace, pool: pool) : nil
    workspace.reserve(.scratch, pool.threads * scratchCount)
  }

  package let parameters: [Parameter]
  package var weight: Parameter { linear.weight }
  package var bias: Parameter { linear.bias }

  private var prefix: Int { classToken == nil ? 0 : 1 }
  /// T
  package var tokens: Int { prefix + grid.count }

  /// Floats of one worker's scratch.
  private var scratchCount: Int { Scratch.size(grid.count, width: grid.length) }

  /// The tokens of image `image`.
  private func tokens(_ image: Int, of buffer: Buffer) -> Rows {
    buffer.rows(tokens, width: width, at: image * tokens * width)
  }

  /// Images [N, side, side, C] → tokens [N, T, d].
  package func forward(_ x: Buffer, images: Int, into y: Buffer) {
    linear.prepare(pool: pool)
    let scratch = workspace[.scratch]
    let places = positions?.memory ?? fixedPositions
    pool.run(images) { image, worker in
      var scratch = Scratch(scratch, worker: worker, count: scratchCount)
      let (patches, y) = (scratch.rows(grid.count, width: grid.length), tokens(image, of: y))
      gather(x, image, into: patches)
      linear.forward(patches, into: y.rows(prefix..<tokens))
      if let classToken { y.rows(0..<1).copy(classToken.memory.rows(1, width: width)) }
      y.add(places.rows(tokens, width: width))
    }
    input = x
  }

  private func gather(_ x: Buffer, _ image: Int, into patches: Rows) {
    for patch in 0..<grid.count {
      grid.gather(
        UnsafeBufferPointer(x.elements), image: image, patch: patch,
        into: UnsafeMutableBufferPointer(start: patches.row(patch), count: grid.length))
    }
  }

  /// Gradient with respect to y → gradients of parameters, for `use`.
  package func backward(_ dy: Buffer, images: Int, _ use: GradientUse) {
    guard let x = input, let gradients else {
      preconditionFailure("backward without a forward of an embedding that trains")
    }
    let (scratch, sums) = (workspace[.scratch], gradients.sums)
    pool.run(GradientParts.parts) { part, worker in
      var scratch = Scratch(scratch, worker: worker, count: scratchCount)
      let patches = scratch.rows(grid.count, width: grid.length)
      sums.begin(part)
      for image in GradientParts.images(part, of: images) {
        let dy = tokens(image, of: dy)
        var slices = sums.slices(part, from: 0)
        if classToken != nil { slices.next(1, width: width).add(dy.rows(0..<1)) }
        if positions != nil { slices.next(tokens, width: width).add(dy) }
        gather(x, image, into: patches)
        linear.addGradient(dy.rows(prefix..<tokens), patches, into: &slices)
      }
    }
    gradients.finish(use)
  }

  /// Adds Σ δδᵀ of the patches' tokens to `sum` [d, d].
  package func addMoment(
    of dy: Buffer, rows: Int, with gram: GramAccumulator, into sum: inout Matrix
  ) {
    let count = tokens * width
    precondition(dy.count >= rows * count)
    let start = dy.start + prefix * width
    gram.add(units: rows, rows: grid.count, columns: width, into: &sum) { row, target in
      target.update(from: start + row * count, count: grid.count * width)
      return grid.count
    }
  }
}
