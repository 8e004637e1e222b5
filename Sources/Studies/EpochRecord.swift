/// One epoch's losses and accuracies.

/// Measured during (training) or after (evaluated, validation, test) one epoch.
public struct EpochRecord: Sendable, Equatable {
  /// Running mean over the epoch's batches, dropout on, weights changing underneath.
  public var trainLoss: Double
  public var trainAccuracy: Double
  /// The training images after the epoch, dropout off: what the validation loss is comparable with.
  public var trainLossEvaluated: Double?
  public var validationLoss: Double
  public var validationAccuracy: Double
  public var testLoss: Double?
  public var testAccuracy: Double?

  public init(
    trainLoss: Double, trainAccuracy: Double, trainLossEvaluated: Double? = nil,
    validationLoss: Double, validationAccuracy: Double, testLoss: Double? = nil,
    testAccuracy: Double? = nil
  ) {
    self.trainLoss = trainLoss
    self.trainAccuracy = trainAccuracy
    self.trainLossEvaluated = trainLossEvaluated
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.testLoss = testLoss
    self.testAccuracy = testAccuracy
  }

  /// Whether both losses are numbers; a run diverges in the first epoch where they are not.
  public var isFinite: Bool { trainLoss.isFinite && validationLoss.isFinite }
}

extension EpochRecord: Codable {
  private enum Key: String, CodingKey {
    case trainLoss, trainAccuracy, trainLossEvaluated, validationLoss, validationAccuracy
    case testLoss, testAccuracy
  }

  /// JSON has no NaN: a loss that was not finite is `null` and reads back as NaN.
  public init(from decoder: Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func required(_ key: Key) throws -> Double {
      guard values.contains(key) else { return try values.decode(Double.self, forKey: key) }
      return try values.decodeIfPresent(Double.self, forKey: key) ?? .nan
    }
    self.init(
      trainLoss: try required(.trainLoss), trainAccuracy: try required(.trainAccuracy),
      trainLossEvaluated: try values.decodeIfPresent(Double.self, forKey: .trainLossEvaluated),
      validationLoss: try required(.validationLoss),
      validationAccuracy: try required(.validationAccuracy),
      testLoss: try values.decodeIfPresent(Double.self, forKey: .testLoss),
      testAccuracy: try values.decodeIfPresent(Double.self, forKey: .testAccuracy))
  }

  public func encode(to encoder: Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    func required(_ value: Double, _ key: Key) throws {
      if value.isFinite {
        try values.encode(value, forKey: key)
      } else {
        try values.encodeNil(forKey: key)
      }
    }
    func optional(_ value: Double?, _ key: Key) throws {
      if let value, value.isFinite { try values.encode(value, forKey: key) }
    }
    try required(trainLoss, .trainLoss)
    try required(trainAccuracy, .trainAccuracy)
    try optional(trainLossEvaluated, .trainLossEvaluated)
    try required(validationLoss, .validationLoss)
    try required(validationAccuracy, .validationAccuracy)
    try optional(testLoss, .testLoss)
    try optional(testAccuracy, .testAccuracy)
  }
}
