/// Interruption: INT, QUIT, TERM, HUP and XCPU remove partial files; then the tool dies of the signal, so that
/// a shell's loop ends with it.
/// Crashes: one line and an exit status instead.

import Foundation

enum Signals {
  /// A signal handler may do almost nothing; this one writes the signal's number into this pipe.
  nonisolated(unsafe) private static var pipeEnd: Int32 = -1
  /// Where the thread that ends the process reads it.
  nonisolated(unsafe) private static var pipeStart: Int32 = -1

  /// Call once, before any work.
  /// - Throws: `ToolError` where the system gives no pipe or no thread: an interruption would be lost.
  static func install() throws {
    // A closed pipe and a file that may grow no further are noticed where they are written to.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw ToolError.system(.io, "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (pipeStart, pipeEnd) = (ends[0], ends[1])
    try startThread()
    for number in crashes {
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(Signals.pipeEnd, &byte, 1)
        // The other thread ends the process, unless this one holds something that it waits for.
        sleep(2)
        _exit(ExitStatus.software.rawValue)
      }
    }
    for number in interruptions {
      // What was ignored at the start stays ignored: nohup, and jobs in the background.
      let old = signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(Signals.pipeEnd, &byte, 1)
      }
      if unsafeBitCast(old, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      }
    }
    // Programs that start others from a thread may pass on that thread's blocked signals.
    var numbers = sigset_t()
    sigemptyset(&numbers)
    for number in interruptions { sigaddset(&numbers, number) }
    pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
  }

  private static func startThread() throws {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = pthread_create(
      &thread, nil,
      { _ in
        var number: UInt8 = 0
        while read(Signals.pipeStart, &number, 1) != 1 {}
        PartialFiles.removeAll()
        Signals.end(by: Int32(number))
      }, nil)
    guard status == 0 else {
      throw ToolError(.io, "no thread can be started; see ulimit -u")
    }
  }

  private static let interruptions = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGXCPU]
  /// Those of C libraries; Swift's own traps say themselves what they are.
  private static let crashes = [SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

  /// Reports the signal and ends the process.
  private static func end(by number: Int32) -> Never {
    guard crashes.contains(number) else {
      Log.fail("interrupted")
      dieOf(number)
    }
    Log.fail("crashed (signal \(number)): a mistake in this program; nothing was written")
    _exit(ExitStatus.software.rawValue)
  }

  /// Raises a signal again with its default action, without a core file: an interruption is no crash.
  private static func dieOf(_ number: Int32) -> Never {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    signal(number, SIG_DFL)
    var numbers = sigset_t()
    sigemptyset(&numbers)
    sigaddset(&numbers, number)
    pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
    raise(number)
    _exit(128 + number)
  }

  /// Opens what the caller left closed of descriptors 0 to 2, so that no file of ours becomes
  /// standard output; the wrong way round, so that using them fails as on a closed one.
  static func fillStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
