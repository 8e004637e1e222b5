// What a block keeps of a forward pass.

/// Room for what a block's backward pass needs of each image.
package final class TransformerMemory {
  let images: Int
  private let shape: TransformerShape
  private let statistics: Buffer
  private let qkv: Buffer
  /// [N, T, d]: what enters attention's projection.
  let attention: Buffer
  private let middle: Buffer
  private let hidden: Buffer

  package init(_ shape: TransformerShape, images: Int) {
    self.shape = shape
    self.images = images
    let rows = images * shape.tokens
    statistics = Buffer(
      count: rows * (2 * LayerNorm.statistics + shape.heads * Attention.statistics))
    qkv = Buffer(count: rows * 3 * shape.width)
    attention = Buffer(count: rows * shape.width)
    middle = Buffer(count: rows * shape.width)
    hidden = Buffer(count: rows * shape.mlp)
  }

  /// One image's, a row for each token.
  struct Image {
    /// The statistics of the two normalisations.
    let statistics1: Rows
    let statistics2: Rows
    /// The rows of each head.
    let ofHeads: [Rows]
    /// [T, 3d]
    let qkv: Rows
    /// [T, d], before the projection
    let attention: Rows
    /// [T, d], the tokens after attention
    let middle: Rows
    /// [T, m], before gelu
    let hidden: Rows
  }

  func of(_ image: Int) -> Image {
    precondition(image >= 0 && image < images)
    let (t, d) = (shape.tokens, shape.width)
    let (norms, heads) = (LayerNorm.statistics, Attention.statistics)
    let first = image * t * (2 * norms + shape.heads * heads)
    func rows(_ buffer: Buffer, _ width: Int) -> Rows {
      buffer.rows(t, width: width, at: image * t * width)
    }
    return Image(
      statistics1: statistics.rows(t, width: norms, at: first),
      statistics2: statistics.rows(t, width: norms, at: first + t * norms),
      ofHeads: (0..<shape.heads).map {
        statistics.rows(t, width: heads, at: first + 2 * t * norms + $0 * t * heads)
      },
      qkv: rows(qkv, 3 * d), attention: rows(attention, d), middle: rows(middle, d),
      hidden: rows(hidden, shape.mlp))
  }
}
