// Vision transformers: their linear maps and other parameters, under timm's names.

extension VisionTransformer {
  /// The parts of attention that read tokens, in the order of the rows of `attn.qkv`.
  package enum Part: String, CaseIterable, Sendable {
    case query = "q"
    case key = "k"
    case value = "v"
  }

  static let embedding = "patch_embed.proj"
  static let classToken = "cls_token"
  package static let learnedPositions = "pos_embed"
  static let finalNorm = "norm"
  static let headName = "head"

  /// The name of a block, such as `blocks.0`. Indices start at 0.
  package static func block(_ index: Int) -> String { "blocks.\(index)" }

  /// The name of the linear map that makes the queries, keys or values of one head, such as `blocks.0.attn.q.2`.
  package static func name(_ part: Part, head: Int, block index: Int) -> String {
    "\(block(index)).attn.\(part.rawValue).\(head)"
  }

  /// The names of a block's layers.
  struct BlockNames {
    let norm1, qkv, projection, norm2, hidden, output: String

    init(_ block: String) {
      (norm1, norm2) = (block + ".norm1", block + ".norm2")
      (qkv, projection) = (block + ".attn.qkv", block + ".attn.proj")
      (hidden, output) = (block + ".mlp.fc1", block + ".mlp.fc2")
    }
  }

  /// The linear maps of block `index`: queries of each head, keys, values, the projection of attention, and the two layers
  /// of the MLP.
  func maps(ofBlock index: Int) -> [LinearMap] {
    let names = BlockNames(Self.block(index))
    let readers: [LinearMap] = Part.allCases.enumerated().flatMap { number, part in
      (0..<heads).map { head in
        LinearMap(
          Self.name(part, head: head, block: index), inputs: width, outputs: headWidth,
          window: .dense, role: .body,
          place: .init(names.qkv, first: number * width + head * headWidth, of: 3 * width),
          norm: names.norm1, station: .reader(part, head: head, block: index))
      }
    }
    return readers + [
      LinearMap(
        names.projection, inputs: width, outputs: width, window: .dense, role: .body,
        station: .projection(block: index)),
      LinearMap(
        names.hidden, inputs: width, outputs: mlp, window: .dense, role: .body, norm: names.norm2,
        station: .hidden(block: index)),
      LinearMap(
        names.output, inputs: mlp, outputs: width, window: .dense, role: .body,
        station: .output(block: index)),
    ]
  }

  /// The number of linear maps in a block.
  private var mapsOfBlock: Int { 3 * heads + 3 }
}

extension VisionTransformer: Family {
  var side: Int? { imageSide }
  var smallestSide: Int { imageSide }
  var defaultHead: HeadShape { HeadShape(hidden: [], pooled: 1, dropout: 0) }

  func check(_ head: HeadShape) throws(NetworkError) {
    guard head.hidden.isEmpty, head.pooled == 1 else {
      throw NetworkError(
        "a vision transformer's head is one linear layer: no hidden layers, no pool")
    }
  }

  package var body: [LinearMap] {
    [
      LinearMap(
        Self.embedding, inputs: Architecture.inputChannels, outputs: width, window: .blocks(patch),
        role: .body, station: .embedding)
    ] + (0..<depth).flatMap(maps(ofBlock:))
  }

  func head(_ shape: HeadShape, outputs: Int) -> [LinearMap] {
    [
      LinearMap(
        Self.headName, inputs: width, outputs: outputs, window: .dense, role: .head,
        norm: Self.finalNorm)
    ]
  }

  var others: [ParameterShape] {
    let norms =
      (0..<depth).flatMap { index in
        let names = BlockNames(Self.block(index))
        return [names.norm1, names.norm2]
      } + [Self.finalNorm]
    return (pool == .token ? [ParameterShape(Self.classToken, [1, 1, width])] : [])
      + (positions == .learned
        ? [ParameterShape(Self.learnedPositions, [1, tokens, width])] : [])
      + norms.flatMap {
        [ParameterShape($0 + ".weight", [width]), ParameterShape($0 + ".bias", [width])]
      }
  }

  func positions(side: Int) -> [Int] {
    [gridSide * gridSide] + [Int](repeating: tokens, count: depth * mapsOfBlock)
  }

  /// The number of images times gradients in one backward sweep. Their tokens have about 1.5 million values in total, and
  /// the gradients take a quarter of a gigabyte.
  func sweepBatch(side: Int) -> Int { max(16, min(512, 1_500_000 / (tokens * width))) }

  /// The index of the map for the same block, part and head as map `index` of another transformer; nil if there is none.
  func partner(of index: Int, in other: any Family) -> Int? {
    guard let other = other as? VisionTransformer else { return nil }
    guard index > 0 else { return 0 }
    let (block, rest) = ((index - 1) / other.mapsOfBlock, (index - 1) % other.mapsOfBlock)
    guard block < depth else { return nil }
    let first = 1 + block * mapsOfBlock
    guard rest < 3 * other.heads else { return first + 3 * heads + rest - 3 * other.heads }
    let (part, head) = (rest / other.heads, rest % other.heads)
    return head < heads ? first + part * heads + head : nil
  }
}
