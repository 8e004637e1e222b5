/// Errors of the libraries beneath, as a tool reports them.

import Foundation
import HDF5

/// Runs `body`; what a library finds wrong is reported as bad data, with the name of what it is about before
/// it. Errors that are a tool's already, HDF5's or the system's stay as they are.
///
/// - Parameters:
///   - name: the input, or inputs, as messages call them.
///   - status: how the tool ends.
package func naming<Value>(
  _ name: String, _ status: ExitStatus = .data, _ body: () throws -> Value
) throws -> Value {
  try rewrapping(body) { ToolError(status, "\(name): \($0)") }
}

/// Runs `body`; what a library finds wrong is reported in its own words, which name what they are about.
package func reporting<Value>(
  _ status: ExitStatus, _ body: () throws -> Value
) throws -> Value {
  try rewrapping(body) { ToolError(status, "\($0)") }
}

private func rewrapping<Value>(
  _ body: () throws -> Value, _ wrapped: (any Error) -> ToolError
) throws -> Value {
  do { return try body() } catch {
    switch error {
    case is ToolError, is HDF5Error, is BrokenPipe, is CocoaError: throw error
    default: throw wrapped(error)
    }
  }
}
