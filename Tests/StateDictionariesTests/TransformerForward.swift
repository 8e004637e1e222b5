// A simple reference implementation of a vision transformer in double precision, independent of the rest of the package.

import Foundation
import Networks
import StateDictionaries

/// Rows of numbers: tokens, or the rows of a matrix.
private typealias Rows = [[Double]]

struct PlainTransformer {
  let network: VisionTransformer
  private var values: [String: (shape: [Int], values: [Double])] = [:]

  init(_ weights: VisionTransformerWeights) throws {
    network = weights.network
    for tensor in weights.stateDictionary.tensors {
      values[tensor.name] = (tensor.shape, try tensor.floats().map(Double.init))
    }
  }

  /// The logits of an image [3, side, side]; without a head, the pooled token.
  func logits(_ image: [Double]) -> [Double] {
    var tokens = linear(patches(of: image), "patch_embed.proj")
    if let token = values["cls_token"]?.values { tokens.insert(token, at: 0) }
    let positions = rows("pos_embed")
    tokens = sum(tokens, positions)
    for index in 0..<network.depth {
      let block = "blocks.\(index)."
      tokens = sum(tokens, attention(normalised(tokens, block + "norm1"), block + "attn."))
      let hidden = linear(normalised(tokens, block + "norm2"), block + "mlp.fc1")
      let active = hidden.map { $0.map { $0 * 0.5 * (1 + erf($0 / 2.0.squareRoot())) } }
      tokens = sum(tokens, linear(active, block + "mlp.fc2"))
    }
    tokens = normalised(tokens, "norm")
    let pooled =
      network.pool == .token
      ? tokens[0]
      : (0..<network.width).map { i in
        tokens.reduce(0) { $0 + $1[i] } / Double(tokens.count)
      }
    return values["head.weight"] == nil ? pooled : linear([pooled], "head")[0]
  }

  private func patches(of image: [Double]) -> Rows {
    let (side, patch) = (network.imageSide, network.patch)
    return (0..<network.gridSide * network.gridSide).map { place in
      let (row, column) = (place / network.gridSide * patch, place % network.gridSide * patch)
      return (0..<3 * patch * patch).map { i in
        let (channel, y, x) = (i / (patch * patch), i / patch % patch, i % patch)
        return image[(channel * side + row + y) * side + column + x]
      }
    }
  }

  private func attention(_ tokens: Rows, _ name: String) -> Rows {
    let readers = linear(tokens, name + "qkv")
    var mixed = Rows(repeating: [], count: tokens.count)
    let h = network.headWidth
    for head in 0..<network.heads {
      func part(_ number: Int) -> Rows {
        let first = number * network.width + head * h
        return readers.map { Array($0[first..<first + h]) }
      }
      let (queries, keys, readValues) = (part(0), part(1), part(2))
      for (i, query) in queries.enumerated() {
        let scores = keys.map { dot(query, $0) / Double(h).squareRoot() }
        let weights = scores.map { exp($0 - (scores.max() ?? 0)) }
        let total = weights.reduce(0, +)
        mixed[i] += (0..<h).map { x in
          zip(weights, readValues).reduce(0) { $0 + $1.0 / total * $1.1[x] }
        }
      }
    }
    return linear(mixed, name + "proj")
  }

  private func normalised(_ tokens: Rows, _ name: String) -> Rows {
    let (gain, shift) = (rows(name + ".weight")[0], rows(name + ".bias")[0])
    return tokens.map { token in
      let mean = token.reduce(0, +) / Double(token.count)
      let variance = token.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(token.count)
      let scale = 1 / (variance + network.epsilon).squareRoot()
      return token.indices.map { (token[$0] - mean) * scale * gain[$0] + shift[$0] }
    }
  }

  private func linear(_ tokens: Rows, _ name: String) -> Rows {
    let (weight, bias) = (matrix(name + ".weight"), rows(name + ".bias")[0])
    return tokens.map { token in zip(weight, bias).map { dot($0, token) + $1 } }
  }

  /// A tensor [K, …] as K rows.
  private func matrix(_ name: String) -> Rows { rows(name, count: values[name]?.shape[0] ?? 0) }

  /// The rows along the last axis of a tensor. A vector is one row.
  private func rows(_ name: String) -> Rows {
    let (shape, all) = values[name] ?? ([1], [])
    return rows(name, count: all.count / max(shape.last ?? 1, 1))
  }

  private func rows(_ name: String, count: Int) -> Rows {
    let all = values[name]?.values ?? []
    return (0..<count).map { Array(all[$0 * all.count / count..<($0 + 1) * all.count / count]) }
  }

  private func sum(_ one: Rows, _ other: Rows) -> Rows {
    zip(one, other).map { zip($0, $1).map(+) }
  }

  private func dot(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
