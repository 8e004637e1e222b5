// From tokens to what the head reads.

/// The last normalisation, then the class token or the mean of all tokens.
package final class TokenPool {
  package let tokens: Int
  package let width: Int
  /// Tokens that are read: the first ones.
  private let read: Int
  let norm: TokenNorm
  private let pool: WorkerPool
  private let workspace: Workspace
  private let statistics: Buffer
  private let gradients: GradientParts?
  private var input: Buffer?

  /// - Parameters:
  ///   - images: the most that a pass may hold.
  ///   - readsMean: whether the mean of all tokens is read, not the first one.
  package init(
    tokens: Int, width: Int, epsilon: Double, images: Int, readsMean: Bool, path: String,
    workspace: Workspace, pool: WorkerPool, trains: Bool
  ) {
    precondition(tokens > 0 && width > 0)
    (self.tokens, self.width) = (tokens, width)
    read = readsMean ? tokens : 1
    norm = TokenNorm(path, width: width, epsilon: epsilon)
    (self.workspace, self.pool) = (workspace, pool)
    statistics = Buffer(count: images * 2 * read)
    gradients = trains ? GradientParts(norm.parameters, workspace: workspace, pool: pool) : nil
    workspace.reserve(.scratch, pool.threads * scratchCount)
  }

  package var parameters: [Parameter] { norm.parameters }

  /// Floats of one worker's scratch.
  private var scratchCount: Int {
    Scratch.size(read, width: width) + Scratch.size(2, width: width)
  }

  /// The tokens that are read of image `image`.
  private func tokens(_ image: Int, of buffer: Buffer) -> Rows {
    buffer.rows(read, width: width, at: image * tokens * width)
  }

  private func statistics(_ image: Int) -> Rows {
    statistics.rows(
      read, width: LayerNorm.statistics, at: image * read * LayerNorm.statistics)
  }

  /// x [N, T, d] → y [N, d].
  package func forward(_ x: Buffer, images: Int, into y: Buffer) {
    let scratch = workspace[.scratch]
    pool.run(images) { image, worker in
      var scratch = Scratch(scratch, worker: worker, count: scratchCount)
      let normal = scratch.rows(read, width: width)
      norm.forward(tokens(image, of: x), into: normal, statistics: statistics(image))
      let y = y.rows(1, width: width, at: image * width)
      y.fill(0)
      Dense.addColumnSums(normal, into: y)
      for i in 0..<width { y.start[i] /= Float(read) }
    }
    input = x
  }

  /// Gradient with respect to y → those of the normalisation, for `use`, and that with respect to x.
  ///
  /// - Parameter repeats: R gradients of each image: row r·images + i is of image i.
  package func backward(
    _ dy: Buffer, images: Int, repeats: Int = 1, use: GradientUse?, into dx: Buffer
  ) {
    guard let x = input else { preconditionFailure("backward without a forward") }
    precondition(use == nil || gradients != nil)
    let (scratch, ofParameters) = (workspace[.scratch], use == nil ? nil : gradients?.sums)
    pool.run(GradientParts.parts) { part, worker in
      ofParameters?.begin(part)
      for row in GradientParts.images(part, of: images * repeats) {
        var scratch = Scratch(scratch, worker: worker, count: scratchCount)
        let spread = scratch.rows(read, width: width)
        let unwanted = scratch.rows(2, width: width)
        let dy = dy.rows(1, width: width, at: row * width).start
        for token in 0..<read {
          for i in 0..<width { spread.row(token)[i] = dy[i] / Float(read) }
        }
        dx.rows(tokens, width: width, at: row * tokens * width).fill(0)
        var slices = ofParameters?.slices(part, from: 0) ?? GradientSlices(unwanted.start)
        norm.addInputGradient(
          spread, tokens(row % images, of: x), statistics: statistics(row % images),
          into: tokens(row, of: dx), gradient: &slices)
      }
    }
    if let use { gradients?.finish(use) }
  }
}
