// Errors of libraries, as a tool reports them.

import Foundation
import HDF5

/// Runs `body` and reports a library's error as bad data, with the name of the input before it. Errors of tools,
/// of HDF5 and of the system are passed on unchanged.
///
/// - Parameters:
///   - name: the name of the input, or inputs, in messages.
///   - status: the tool's exit status.
package func naming<Value>(
  _ name: String, _ status: ExitStatus = .data, _ body: () throws -> Value
) throws -> Value {
  try rewrapping(body) { ToolError(status, "\(name): \($0)") }
}

/// Runs `body` and reports a library's error with its own message, which names the input.
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
