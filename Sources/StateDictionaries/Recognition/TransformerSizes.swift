// The sizes of a vision transformer, from the shapes of its tensors.

import Networks

struct TransformerSizes {
  let width: Int
  /// The number of channels of the images: 1 or 3.
  let channels: Int
  let patch: Int
  let depth: Int
  let mlp: Int
  /// The number of patches in a row of the image; nil if the file has no positions.
  let grid: Int?
  let hasToken: Bool
  /// Whether the first position belongs to the class token.
  let tokenHasPosition: Bool
  /// The number of logits; nil if the network is read without a head.
  let outputs: Int?

  init(_ names: PlainNames, _ naming: TransformerNaming, withoutHead: Bool) throws {
    func shape(_ name: String, _ wanted: String, _ fits: ([Int]) -> Bool) throws -> [Int] {
      let name = naming.name(of: name)
      let shape = try names.shape(name)
      guard fits(shape) else {
        throw names.error("\(printable(name)) has shape \(shape), where \(wanted) is wanted")
      }
      return shape
    }
    let patches = try shape("patch_embed.proj.weight", "[width, 3, patch, patch]") {
      $0.count == 4 && $0[0] > 0 && [1, 3].contains($0[1]) && $0[2] == $0[3]
        && (1...256).contains($0[2])
    }
    let width = patches[0]
    (self.width, channels, patch) = (width, patches[1], patches[2])
    depth = names.count(of: naming.block)
    guard depth > 0 else { throw names.error("has no blocks '\(naming.block)0'") }
    let (first, second) = ("blocks.0.mlp.fc1.weight", "blocks.0.mlp.fc2.weight")
    mlp = try shape(first, "[hidden, \(width)]") { $0.count == 2 && $0[1] == width }[0]
    let takes = try shape(second, "[\(width), hidden]") { $0.count == 2 && $0[0] == width }[1]
    try TransformerStrangers.refuseGate(
      naming.name(of: first), gives: mlp, naming.name(of: second), takes: takes, names)
    outputs =
      withoutHead || !names.contains(naming.name(of: "head.weight"))
      ? nil
      : try shape("head.weight", "[outputs, \(width)]") { $0.count == 2 && $0[1] == width }[0]
    hasToken = names.contains(naming.name(of: "cls_token"))
    let positions = naming.name(of: "pos_embed")
    guard names.contains(positions) else {
      (grid, tokenHasPosition) = (nil, true)
      return
    }
    let count = try shape("pos_embed", "[1, tokens, \(width)]") {
      $0.count == 3 && $0[0] == 1 && (1...65_537).contains($0[1]) && $0[2] == width
    }[1]
    let whole = Self.root(hasToken ? count - 1 : count)
    guard let grid = whole ?? (hasToken ? Self.root(count) : nil) else {
      throw names.error(
        "\(printable(positions)) holds \(count) positions: no square grid"
          + (hasToken ? " and a class token" : ""))
    }
    self.grid = grid
    tokenHasPosition = whole != nil
  }

  /// The square root of a number if it is a positive integer; nil otherwise.
  private static func root(_ count: Int) -> Int? {
    let root = Int(Double(count).squareRoot())
    return root > 0 && root * root == count ? root : nil
  }

  private var pool: VisionTransformer.Pool { hasToken ? .token : .mean }
}

// MARK: Settings that tensors do not determine

extension TransformerSizes {
  /// Determines the network from these sizes.
  /// - Parameter stated: The network that the user or the file states; nil if neither does.
  /// - Returns: The network, and notes on what was assumed, a line each.
  /// - Throws: `StateDictionaryError` if the sizes are not those of the stated network, or if they are not supported.
  func network(
    stated: VisionTransformer?, _ naming: TransformerNaming, _ names: PlainNames
  ) throws -> (VisionTransformer, assumed: [String]) {
    if let stated {
      let differs = naming.isHuggingFace && stated.epsilon != naming.epsilon
      return (
        try agreeing(with: stated, names),
        differs
          ? ["epsilon is \(stated.epsilon) as stated, where Hugging Face's is \(naming.epsilon)"]
          : []
      )
    }
    guard let grid else {
      throw names.error(
        "\(naming.name(of: "pos_embed")) is missing; if positions are fixed sines and cosines, state "
          + "the network with --architecture vit:…,positions=sincos")
    }
    let side = grid * patch
    func statement(heads: String) -> String {
      let text = VisionTransformer.statement(
        side: side, patch: patch, width: width, depth: depth, mlp: mlp, pool: pool,
        epsilon: naming.epsilon, heads: heads)
      return "--architecture \(text)"
    }
    guard let heads = VisionTransformer.usualHeads(width: width) else {
      throw names.error(
        "does not say how many heads share its width of \(width): \(statement(heads: "N"))")
    }
    do {
      let network = try VisionTransformer(
        side: side, patch: patch, width: width, depth: depth, heads: heads, mlp: mlp, pool: pool,
        epsilon: naming.epsilon)
      let number = heads == 1 ? "1 head" : "\(heads) heads"
      return (
        network,
        [
          "\(number) of \(width / heads) and epsilon \(naming.epsilon) are assumed; "
            + "\(statement(heads: "\(heads)")) states others"
        ]
      )
    } catch {
      throw names.error(error.description)
    }
  }

  private func agreeing(
    with stated: VisionTransformer, _ names: PlainNames
  ) throws -> VisionTransformer {
    let sizes = [
      ("a patch", patch, stated.patch), ("a width", width, stated.width),
      ("a depth", depth, stated.depth), ("MLPs", mlp, stated.mlp),
      ("images", grid.map { $0 * patch } ?? stated.imageSide, stated.imageSide),
    ]
    for (name, found, wanted) in sizes where found != wanted {
      throw names.error("has \(name) of \(found), where the stated architecture has \(wanted)")
    }
    guard pool == stated.pool else {
      throw names.error(
        "has \(hasToken ? "a" : "no") class token, unlike the stated architecture")
    }
    guard grid != nil || stated.positions == .sincos else {
      throw names.error("has no positions, which the stated architecture learns")
    }
    return stated
  }
}
