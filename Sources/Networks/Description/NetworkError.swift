/// The one error of this module.

/// What is wrong with a network, in one line.
package struct NetworkError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
