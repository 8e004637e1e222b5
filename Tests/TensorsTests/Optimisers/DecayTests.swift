// Decoupled weight decay shrinks matrices and filters, and nothing else.

import Tensors
import Testing

struct DecayTests {
  /// AdamW with λη = 1/64, so that 1 − λη is exact in single precision.
  static let rule = AdamW(learningRate: 0.125, weightDecay: 0.125)
  static let values = (1...24).map { Float($0) }

  /// The values after one step under a constant gradient.
  func stepped(_ parameter: Parameter, _ rule: any UpdateRule, gradient: Float) -> [Float] {
    parameter.load(Self.values)
    parameter.keptGradient.fill(gradient)
    parameter.step(rule, pool: WorkerPool(threads: 1))
    return parameter.values
  }

  /// Without a gradient, AdamW's step consists of the decay only.
  @Test(
    arguments: [
      ("matrix", [4, 6], nil, true), ("filters", [2, 3, 2, 2], nil, true),
      ("bias", [24], nil, false), ("positions", [1, 6, 4], false, false),
      ("token", [1, 1, 24], false, false), ("vector that is asked to", [24], true, true),
    ] as [(String, [Int], Bool?, Bool)])
  func onlyDecayedParametersShrink(name: String, shape: [Int], asked: Bool?, decays: Bool) {
    let parameter = Parameter(name, shape: shape, decays: asked)
    #expect(parameter.decays == decays)
    let expected = decays ? Self.values.map { $0 * (1 - 1 / 64) } : Self.values
    #expect(stepped(parameter, Self.rule, gradient: 0) == expected)
  }

  /// With a gradient, positions have the same bytes as without decay. A matrix does not.
  @Test func exemptParametersAreUpdatedAsWithoutDecay() {
    var plain = Self.rule
    plain.weightDecay = 0
    for (decays, isEqual) in [(false, true), (true, false)] {
      let found = [Self.rule, plain].map {
        stepped(Parameter("x", shape: [1, 6, 4], decays: decays), $0, gradient: 0.5)
      }
      #expect((found[0] == found[1]) == isEqual)
      #expect(found[0] != Self.values)
    }
  }

  /// The decay of SGD is part of the gradient, as in PyTorch, and has no exemptions.
  @Test func sgdDecaysEveryParameter() {
    let rule = SGD(learningRate: 0.125, momentum: 0, weightDecay: 0.125)
    for decays in [true, false] {
      let parameter = Parameter("x", shape: [1, 6, 4], decays: decays)
      #expect(stepped(parameter, rule, gradient: 0) == Self.values.map { $0 - $0 / 64 })
    }
  }
}
