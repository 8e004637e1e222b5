/// The one error of this module.

/// What is wrong with a network, in one line.
public struct NetworkError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
