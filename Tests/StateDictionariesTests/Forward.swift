// A simple reference implementation of VGG in double precision, independent of the rest of the package.

import StateDictionaries

struct Map {
  let channels: Int
  let side: Int
  var values: [Double]

  func at(_ channel: Int, _ row: Int, _ column: Int) -> Double {
    let inside = (0..<side).contains(row) && (0..<side).contains(column)
    return inside ? values[(channel * side + row) * side + column] : 0
  }

  /// A 3×3 convolution of stride 1 and padding 1, followed by ReLU.
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

extension Map {
  /// The map as the head reads it: the whole map, its means, or a 1×1 map repeated over the positions of the head's map.
  func flattened(to inputs: Int) -> [Double] {
    if inputs == values.count { return values }
    if side == 1 { return (0..<inputs).map { values[$0 * channels / inputs] } }
    precondition(inputs == channels, "the head takes neither the map nor its means")
    let area = side * side
    return (0..<channels).map { c in
      values[c * area..<(c + 1) * area].reduce(0, +) / Double(area)
    }
  }
}

/// The logits of a square image [3, side, side].
func logits(_ weights: VGGWeights, image: [Float]) throws -> [Double] {
  let side = Int(Double(image.count / 3).squareRoot())
  var map = Map(channels: 3, side: side, values: image.map(Double.init))
  for (i, block) in weights.blocks.enumerated() {
    for layer in block { map = map.convolved(try layer.weight.floats(), try layer.bias.floats()) }
    if i + 1 < weights.blocks.count || weights.endsInPool { map = map.pooled() }
  }
  var hidden = map.flattened(to: weights.classifier[0].weight.shape[1])
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
