/// The one error of this module.

/// What cannot be computed, in one line.
public struct FeatureError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
