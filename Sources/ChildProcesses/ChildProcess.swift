import CSpawn
import Foundation

/// A program that this process has started.
///
/// Foundation's `Process` takes a child as ended when a socket that the child inherited closes. If another child was
/// started at the same moment and inherited that socket too, a wait for the first child also waits for the second, and
/// two such waits never end. Here the child inherits nothing but its three standard streams, and `waitpid` tells
/// its end.
package final class ChildProcess {
  /// What a standard stream of the child is connected to.
  package enum Stream {
    /// Nothing: it reads as empty, and what is written to it is lost.
    case nothing
    /// A file that exists: it is read from its start, or overwritten from its start.
    case file(String)
    /// An open descriptor of this process.
    case descriptor(Int32)
  }

  package let identifier: pid_t
  /// The exit status, or 128 + the signal that ended the child; nil until `isRunning` has seen its end.
  private var status: Int32?

  /// Starts a program.
  /// - Parameters:
  ///   - words: the program's path, or its name in a folder of PATH, and its arguments.
  ///   - environment: all of the child's environment; nil for this process's own.
  ///   - folder: where the child runs; nil for this process's own folder.
  /// - Throws: `ChildProcessError` if the program or a file cannot be opened.
  package init(
    _ words: [String], environment: [String: String]? = nil, in folder: String? = nil,
    input: Stream = .nothing, output: Stream = .nothing, errors: Stream = .nothing
  ) throws(ChildProcessError) {
    guard let program = words.first else { throw ChildProcessError(name: "", code: ENOENT) }
    let variables = environment ?? ProcessInfo.processInfo.environment
    let opened = [(input, O_RDONLY), (output, O_WRONLY), (errors, O_WRONLY)].map(OpenStream.init)
    for stream in opened where stream.descriptor < 0 {
      throw ChildProcessError(name: stream.path, code: stream.error)
    }
    var started: pid_t = 0
    let code = withPointers(words) { arguments in
      withPointers(variables.map { "\($0)=\($1)" }) { variables in
        withExtendedLifetime(opened) {
          spawn_alone(
            &started, arguments, variables, folder, opened[0].descriptor, opened[1].descriptor,
            opened[2].descriptor)
        }
      }
    }
    guard code == 0 else { throw ChildProcessError(name: program, code: code) }
    identifier = started
  }

  deinit {
    kill(SIGKILL)
    _ = wait()
  }

  /// Whether the child has not ended yet.
  package var isRunning: Bool {
    guard status == nil else { return false }
    var word: Int32 = 0
    switch waitpid(identifier, &word, WNOHANG) {
    case identifier:
      let signal = word & 0x7f
      status = signal == 0 ? (word >> 8) & 0xff : 128 + signal
      return false
    case 0: return true
    default:
      // The only child of this identifier was waited for elsewhere: its status is lost.
      if errno == EINTR { return true }
      status = 127
      return false
    }
  }

  /// Sends a signal, unless the child has ended.
  package func kill(_ signal: Int32) {
    if isRunning { _ = Foundation.kill(identifier, signal) }
  }

  /// Waits for the child's end.
  /// - Parameter seconds: how long at most.
  /// - Returns: the exit status, or 128 + the signal that ended the child; nil if it still runs.
  package func wait(atMost seconds: Double = .infinity) -> Int32? {
    let limit = ContinuousClock.now + .seconds(min(seconds, 1e9))
    while isRunning {
      guard ContinuousClock.now < limit else { return nil }
      usleep(2000)
    }
    return status
  }
}

/// The reason why a program was not started.
package struct ChildProcessError: Error, CustomStringConvertible {
  /// The program, or the file of a stream.
  package let name: String
  /// The system's error number.
  package let code: Int32

  package var description: String { "\(name): \(String(cString: strerror(code)))" }
}

/// A standard stream of a child, open as long as this lives.
private final class OpenStream {
  let path: String
  let descriptor: Int32
  /// The system's error number if the descriptor is negative.
  let error: Int32
  private let isOwn: Bool

  init(_ stream: ChildProcess.Stream, flags: Int32) {
    switch stream {
    case .descriptor(let open): (path, descriptor, isOwn) = ("", open, false)
    case .nothing:
      (path, descriptor, isOwn) = ("/dev/null", open("/dev/null", flags | O_CLOEXEC), true)
    case .file(let name): (path, descriptor, isOwn) = (name, open(name, flags | O_CLOEXEC), true)
    }
    error = descriptor < 0 ? errno : 0
  }

  deinit { if isOwn, descriptor >= 0 { close(descriptor) } }
}

/// Lends `body` the strings as C's list that ends with a null pointer.
private func withPointers(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
) -> Int32 {
  var pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { list in
    list.baseAddress.map(body) ?? EINVAL
  }
}
