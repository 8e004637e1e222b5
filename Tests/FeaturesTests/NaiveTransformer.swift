// A reference vision transformer in double precision with plain loops, and the AGOP by its definition. The library's
// factorisation is compared with it. Tokens are [T][d].

import Foundation
import Networks
import Tensors

struct NaiveTransformer {
  typealias Rows = [[Double]]

  /// A change of one value in the input of one map at one position. Other maps that read the same tokens are not affected.
  struct Move {
    let map: String
    let position: Int
    let entry: Int
    let by: Double
  }

  /// A record of one map's input, before the gain of a normalisation.
  final class Record {
    let map: String
    var tokens: Rows = []
    init(of map: String) { self.map = map }
  }

  let network: Network
  let vit: VisionTransformer
  var record: Record?
  /// Whether the changed tokens are the normalised ones before the gain γ. Otherwise they are those after gain and bias.
  var beforeGain = true

  init(_ network: Network) throws {
    self.network = network
    vit = try VisionTransformer(network.architecture.name)
  }

  func values(_ name: String) -> [Double] { network[name].values.map(Double.init) }

  /// The outputs W·x + b of rows `rows` of a layer.
  func multiply(_ layer: String, _ rows: Range<Int>, _ x: [Double]) -> [Double] {
    let (w, b) = (values(layer + ".weight"), values(layer + ".bias"))
    return rows.map { k in
      x.indices.reduce(b[k]) { $0 + w[k * x.count + $1] * x[$1] }
    }
  }

  func normalised(_ x: [Double]) -> [Double] {
    let n = Double(x.count)
    let mean = x.reduce(0, +) / n
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    return x.map { ($0 - mean) / (variance + vit.epsilon).squareRoot() }
  }

  /// The outputs of linear map `map` for tokens, which are normalised first if the map reads a normalisation.
  func apply(
    _ map: String, in layer: String, _ rows: Range<Int>, norm: String? = nil, to x: Rows,
    _ move: Move?
  ) -> Rows {
    x.enumerated().map { position, token in
      var token = norm == nil ? token : normalised(token)
      if let record, record.map == map { record.tokens.append(token) }
      let moved = move.flatMap { $0.map == map && $0.position == position ? $0 : nil }
      if let moved, norm == nil || beforeGain { token[moved.entry] += moved.by }
      if let norm {
        let (gain, bias) = (values(norm + ".weight"), values(norm + ".bias"))
        token = token.indices.map { gain[$0] * token[$0] + bias[$0] }
        if let moved, !beforeGain { token[moved.entry] += moved.by }
      }
      return multiply(layer, rows, token)
    }
  }

  /// The patches of an image [3][H·W]. The order of a patch's values is channel, row, column.
  func patches(_ image: Rows) -> Rows {
    let (side, p, grid) = (vit.imageSide, vit.patch, vit.gridSide)
    return (0..<grid * grid).map { at in
      let corner = at / grid * p * side + at % grid * p
      return image.flatMap { channel in
        (0..<p * p).map { channel[corner + $0 / p * side + $0 % p] }
      }
    }
  }

  /// The queries, keys and values of a head, [T][h] each.
  func readers(_ x: Rows, block: String, head: Int, _ move: Move? = nil) -> [Rows] {
    let (d, h) = (vit.width, vit.headWidth)
    return ["q", "k", "v"].enumerated().map { number, part in
      let first = number * d + head * h
      return apply(
        "\(block).attn.\(part).\(head)", in: block + ".attn.qkv", first..<first + h,
        norm: block + ".norm1", to: x, move)
    }
  }

  /// The scores q·k/√h, a row for each query.
  func scores(_ queries: Rows, _ keys: Rows) -> Rows {
    queries.map { query in
      keys.map { key in
        zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } / Double(vit.headWidth).squareRoot()
      }
    }
  }

  func attention(_ x: Rows, block: String, _ move: Move?) -> Rows {
    var result = Rows(repeating: [], count: x.count)
    for head in 0..<vit.heads {
      let parts = readers(x, block: block, head: head, move)
      for (row, scores) in scores(parts[0], parts[1]).enumerated() {
        let weights = scores.map { exp($0) }
        let sum = weights.reduce(0, +)
        result[row] += (0..<vit.headWidth).map { e in
          zip(weights, parts[2]).reduce(0) { $0 + $1.0 * $1.1[e] } / sum
        }
      }
    }
    return result
  }

  /// The input of linear map `map`, a row for each token. It is normalised if the map reads a normalisation.
  func input(of map: String, _ image: Rows) -> Rows {
    var copy = self
    let record = Record(of: map)
    copy.record = record
    _ = copy.logits(image)
    return record.tokens
  }

  /// The tokens of a block before attention and before the MLP, and what each of them adds.
  struct Passage {
    let tokens, attention, middle, mlp: Rows
  }

  /// The logits of an image.
  /// - Parameter visit: Called for each block that the image passes.
  func logits(
    _ image: Rows, moving move: Move? = nil, visit: (Passage) -> Void = { _ in }
  ) -> [Double] {
    let d = vit.width
    func sum(_ a: Rows, _ b: Rows) -> Rows { zip(a, b).map { zip($0, $1).map(+) } }
    var x = apply("patch_embed.proj", in: "patch_embed.proj", 0..<d, to: patches(image), move)
    if vit.pool == .token { x.insert(values("cls_token"), at: 0) }
    let positions = values("pos_embed")
    x = x.enumerated().map { row, token in token.indices.map { token[$0] + positions[row * d + $0] }
    }
    for block in (0..<vit.depth).map({ "blocks.\($0)" }) {
      func linear(_ name: String, _ outputs: Int, norm: String? = nil, _ x: Rows) -> Rows {
        apply(
          "\(block).\(name)", in: "\(block).\(name)", 0..<outputs,
          norm: norm.map { "\(block).\($0)" }, to: x, move)
      }
      let ofAttention = linear("attn.proj", d, attention(x, block: block, move))
      let middle = sum(x, ofAttention)
      let hidden = linear("mlp.fc1", vit.mlp, norm: "norm2", middle).map { row in
        row.map { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }
      }
      let ofMLP = linear("mlp.fc2", d, hidden)
      visit(Passage(tokens: x, attention: ofAttention, middle: middle, mlp: ofMLP))
      x = sum(middle, ofMLP)
    }
    return head(x, move)
  }

  /// The logits from the last block's tokens. The head reads the class token or the mean of the normalised tokens. A change
  /// of its input is a change of that token or mean.
  private func head(_ x: Rows, _ move: Move?) -> [Double] {
    let read = (vit.pool == .token ? [x[0]] : x).map(normalised)
    var mean = (0..<vit.width).map { e in
      read.reduce(0) { $0 + $1[e] } / Double(read.count)
    }
    let moved = move?.map == "head" ? move : nil
    if let moved, beforeGain { mean[moved.entry] += moved.by }
    let (gain, bias) = (values("norm.weight"), values("norm.bias"))
    mean = mean.indices.map { gain[$0] * mean[$0] + bias[$0] }
    if let moved, !beforeGain { mean[moved.entry] += moved.by }
    return multiply("head", 0..<network.architecture.outputs, mean)
  }

  /// The sum of g gᵀ [d, d] over positions and logits, where g = ∂ logit/∂ input of the map by central differences.
  func agop(of map: LinearMap, positions: Int, image: Rows) -> Matrix {
    let (step, outputs) = (1e-5, network.architecture.outputs)
    var sum = Matrix(zeros: map.fanIn, map.fanIn)
    for position in 0..<positions {
      var jacobian = Matrix(zeros: outputs, map.fanIn)
      for entry in 0..<map.fanIn {
        let moved = [step, -step].map {
          logits(
            image, moving: Move(map: map.name, position: position, entry: entry, by: $0))
        }
        for j in 0..<outputs { jacobian[j, entry] = (moved[0][j] - moved[1][j]) / (2 * step) }
      }
      let outer = jacobian.transposedTimes(jacobian)
      for i in sum.values.indices { sum.values[i] += outer.values[i] }
    }
    return sum
  }
}
