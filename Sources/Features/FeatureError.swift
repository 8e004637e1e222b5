// The one error of this module.

/// The reason why something cannot be computed, in one line.
package struct FeatureError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
