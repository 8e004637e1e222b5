/// The error of this module: one line that says what is wrong with a network or its use.
package struct NetworkError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
