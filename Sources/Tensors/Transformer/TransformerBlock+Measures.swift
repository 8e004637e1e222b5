// How a block's attention is spread and how much its branches add, for measuring.

extension TransformerBlock {
  /// Squares of what a branch adds to the tokens, and of the tokens that it is added to.
  package struct BranchSums: Equatable, Sendable {
    package private(set) var branch = 0.0
    package private(set) var stream = 0.0

    fileprivate init() {}

    fileprivate init(_ branch: Rows, to stream: Rows) {
      (self.branch, self.stream) = (branch.sumOfSquares, stream.sumOfSquares)
    }

    /// Root mean square of what the branch adds over that of the tokens; NaN where all tokens are 0.
    package var ratio: Double { stream == 0 ? .nan : (branch / stream).squareRoot() }

    fileprivate mutating func add(_ other: BranchSums) {
      branch += other.branch
      stream += other.stream
    }
  }

  /// A block's sums over images.
  package struct Measures: Equatable, Sendable {
    /// Head by head.
    package private(set) var heads: [Attention.RowSums]
    package private(set) var attention: BranchSums
    package private(set) var mlp: BranchSums

    fileprivate mutating func add(_ other: Measures) {
      for head in heads.indices { heads[head].add(other.heads[head]) }
      attention.add(other.attention)
      mlp.add(other.mlp)
    }
  }

  /// Sums over the first images of the last forward pass, which has dropped nothing and whose memory is the
  /// block's own.
  ///
  /// One image and head at a time is in memory. Images are added in order, so that the number of threads does not
  /// enter.
  package func measures(images: Int) -> Measures {
    guard let x = input else { preconditionFailure("nothing has entered the block") }
    precondition(images > 0 && images <= memory.images)
    let scratch = workspace[.scratch]
    let none = Measures(
      heads: .init(repeating: .init(), count: shape.heads), attention: .init(), mlp: .init())
    var ofImages = [Measures](repeating: none, count: images)
    ofImages.withUnsafeMutableBufferPointer { ofImages in
      pool.run(images) { image, worker in
        ofImages[image] = measures(
          image, tokens(image, of: x), Scratch(scratch, worker: worker, count: scratchCount))
      }
    }
    return ofImages.reduce(into: none) { $0.add($1) }
  }

  /// What the branches add is computed again: as a difference of tokens it would be rounded to their size.
  private func measures(_ image: Int, _ x: Rows, _ scratch: Scratch) -> Measures {
    var scratch = scratch
    let (t, kept) = (shape.tokens, memory.of(image))
    let branch = scratch.rows(t, width: shape.width)
    let activated = scratch.rows(t, width: shape.mlp)
    let forAttention = scratch.rows(1, width: attention.scratch)
    let heads = (0..<shape.heads).map { head in
      attention.rowSums(
        .init(head, of: shape.heads, in: kept.qkv), statistics: kept.ofHeads[head],
        scratch: forAttention)
    }
    projection.forward(kept.attention, into: branch)
    let ofAttention = BranchSums(branch, to: x)
    GELU.forward(kept.hidden, into: activated)
    output.forward(activated, into: branch)
    return Measures(heads: heads, attention: ofAttention, mlp: BranchSums(branch, to: kept.middle))
  }
}
