// A process that does steps of one task when told to: ours (`bench serve`) or the peer's.

import ChildProcesses
import Foundation

final class Contender {
  private(set) var greeting = Greeting(about: "", images: 0, operations: nil, bfloat16: nil)
  private let command: [String]
  private let process: ChildProcess
  private let toProcess = Pipe()
  private let fromProcess = Pipe()
  private var unread = Data()

  /// Starts the process and waits until it is warm.
  ///
  /// - Throws: `ContenderError` if it does not start, or ends before it has greeted.
  init(_ command: [String]) throws {
    self.command = command
    do {
      process = try ChildProcess(
        command, input: .descriptor(toProcess.fileHandleForReading.fileDescriptor),
        output: .descriptor(fromProcess.fileHandleForWriting.fileDescriptor),
        errors: .descriptor(STDERR_FILENO))
    } catch {
      throw ContenderError(description: error.description)
    }
    // The process alone has its ends of the pipes, so that either side notices when the other one ends.
    try toProcess.fileHandleForReading.close()
    try fromProcess.fileHandleForWriting.close()
    greeting = try read(Greeting.self)
  }

  deinit {
    try? toProcess.fileHandleForWriting.close()
    _ = process.wait()
  }

  /// Begins `steps` steps; `answer` waits for their end, or says that there will be none.
  func begin(steps: Int) {
    try? toProcess.fileHandleForWriting.write(contentsOf: Data("\(steps)\n".utf8))
  }

  func answer() throws -> Answer { try read(Answer.self) }

  private func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Data(unread[..<end])
        unread = Data(unread[(end + 1)...])
        return try JSONDecoder().decode(type, from: line)
      }
      let more = fromProcess.fileHandleForReading.availableData
      guard !more.isEmpty else {
        throw ContenderError(
          description: "'\(command.joined(separator: " "))' ended without an answer")
      }
      unread.append(more)
    }
  }
}

struct ContenderError: Error, CustomStringConvertible {
  let description: String
}
