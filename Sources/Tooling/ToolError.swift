// Errors of tools: a status of sysexits.h and one line for the user.

import Foundation
import HDF5

/// The exit statuses that the tools use (sysexits.h).
package enum ExitStatus: Int32, Sendable {
  /// The command line is wrong.
  case usage = 64
  /// The input is invalid.
  case data = 65
  /// The input cannot be opened.
  case noInput = 66
  /// A download is not available.
  case unavailable = 69
  /// An error in the program.
  case software = 70
  /// The output cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed part way.
  case io = 74
}

/// An error that ends a tool.
package struct ToolError: Error, Equatable, CustomStringConvertible, Sendable {
  package let status: ExitStatus
  /// The message in one line: the file, the problem, and the command that helps, if there is one.
  package let message: String

  package init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  package var description: String { message }
}

extension ToolError {
  /// Makes a tool's error of any error.
  init(describing error: any Error) {
    switch error {
    case let error as ToolError: self = error
    case let error as HDF5Error: self.init(ExitStatus(error.kind), error.description)
    default: self.init(.io, (error as? any LocalizedError)?.errorDescription ?? "\(error)")
    }
  }

  /// The error of a failed system call, with the system's own message.
  package static func system(
    _ status: ExitStatus, _ name: String, code: Int32 = errno
  ) -> ToolError {
    ToolError(status, "\(name): \(String(cString: strerror(code)))")
  }
}

extension ExitStatus {
  init(_ kind: HDF5Error.Kind) {
    switch kind {
    case .unreadable: self = .noInput
    case .invalid, .mistyped: self = .data
    case .cannotCreate: self = .cannotCreate
    case .writeFailed: self = .io
    }
  }
}

/// The error that the reader of a pipe has closed it, as `head` does. It is not reported.
struct BrokenPipe: Error {
  /// The status that a shell reports for a program that SIGPIPE ended.
  static let exitCode: Int32 = 128 + SIGPIPE
}
