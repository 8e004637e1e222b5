// Interruptions: on INT, QUIT, TERM, HUP and XCPU the partial files are removed, and then the signal ends the tool,
// so that a shell's loop ends with it. Crashes: one line and an exit status.

import Foundation

enum Signals {
  /// The end of a pipe into which the signal handler, which may do almost nothing, writes the signal's number.
  nonisolated(unsafe) private static var pipeEnd: Int32 = -1
  /// The end of the pipe from which the thread that ends the process reads the number.
  nonisolated(unsafe) private static var pipeStart: Int32 = -1

  /// Installs the signal handlers; called once, before any work.
  /// - Throws: `ToolError` if the system gives no pipe or no thread, because an interruption would be lost.
  static func install() throws {
    // A closed pipe, and a file at its size limit, are noticed when they are written to.
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
        // The other thread ends the process, unless this one holds a lock that it waits for.
        sleep(2)
        _exit(ExitStatus.software.rawValue)
      }
    }
    for number in interruptions {
      // A signal that was ignored at the start stays ignored: nohup, and jobs in the background.
      let old = signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(Signals.pipeEnd, &byte, 1)
      }
      if unsafeBitCast(old, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      }
    }
    // A program that starts another from a thread may pass on that thread's blocked signals.
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
  /// The signals of crashes in C libraries; Swift's own traps print their reason.
  private static let crashes = [SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

  /// Reports the signal and ends the process.
  private static func end(by number: Int32) -> Never {
    guard crashes.contains(number) else {
      Log.fail("interrupted")
      dieOf(number)
    }
    Log.fail("crashed (signal \(number)): an error in this program; nothing was written")
    _exit(ExitStatus.software.rawValue)
  }

  /// Raises a signal again with its default action, without a core file, since an interruption is not a crash.
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

  /// Opens those of descriptors 0 to 2 that the caller left closed, so that no file of the tool becomes
  /// standard output. They are opened in the wrong direction, so that using them fails as on closed ones.
  static func fillStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
