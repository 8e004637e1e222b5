/// A VGG in the plainest form, in double precision: what the weights mean, independent of the rest
/// of the package.

import StateDictionaries

struct Map {
  let channels: Int
  let side: Int
  var values: [Double]

  func at(_ channel: Int, _ row: Int, _ column: Int) -> Double {
    let inside = (0..<side).contains(row) && (0..<side).contains(column)
    return inside ? values[(channel * side + row) * side + column] : 0
  }

  /// 3×3, stride 1, pad 1, then ReLU.
  func convolved(_ weight: [Float], _ bias: [Float]) -> Map {
    var result = [Double]()
    for filter in bias.indices {
      for row in 0..<side {
        for column in 0..<side {
          var sum = Double(bias[filter])
          for c in 0..<channels {
            for tap in 0..<9 {
              sum +=
                Double(weight[(filter * channels + c) * 9 + tap])
                * at(c, row + tap / 3 - 1, column + tap % 3 - 1)
            }
          }
          result.append(max(sum, 0))
        }
      }
    }
    return Map(channels: bias.count, side: side, values: result)
  }

  func pooled() -> Map {
    var result = [Double]()
    for c in 0..<channels {
      for row in stride(from: 0, to: side, by: 2) {
        for column in stride(from: 0, to: side, by: 2) {
          result.append(
            max(
              max(at(c, row, column), at(c, row, column + 1)),
              max(at(c, row + 1, column), at(c, row + 1, column + 1))))
        }
      }
    }
    return Map(channels: channels, side: side / 2, values: result)
  }
}

/// Logits of an image of 32×32, whose last map is 1×1 and is repeated over the head's map.
func logits(_ weights: VGGWeights, image: [Float]) throws -> [Double] {
  var map = Map(channels: 3, side: 32, values: image.map(Double.init))
  for block in weights.blocks {
    for layer in block { map = map.convolved(try layer.weight.floats(), try layer.bias.floats()) }
    map = map.pooled()
  }
  let inputs = weights.classifier[0].weight.shape[1]
  var hidden = (0..<inputs).map { map.values[$0 * map.channels / inputs] }
  for (i, layer) in weights.classifier.enumerated() {
    let (weight, bias) = (try layer.weight.floats(), try layer.bias.floats())
    hidden = bias.indices.map { output in
      let sum = hidden.indices.reduce(Double(bias[output])) {
        $0 + Double(weight[output * hidden.count + $1]) * hidden[$1]
      }
      return i < weights.classifier.count - 1 ? max(sum, 0) : sum
    }
  }
  return hidden
}
