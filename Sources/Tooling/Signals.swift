/// Interruption: INT, TERM and HUP remove partial files, then end the tool with 128 + signal.

import Foundation

enum Signals {
  /// A signal handler may do almost nothing; this one writes the signal's number into this pipe.
  nonisolated(unsafe) private static var pipeEnd: Int32 = -1

  /// Call once, before any work.
  static func install() {
    // A closed pipe is noticed where it is written to.
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipeEnd = ends[1]
    let reading = ends[0]
    Thread.detachNewThread {
      var number: UInt8 = 0
      while read(reading, &number, 1) != 1 {}
      PartialFiles.removeAll()
      Log.fail("interrupted")
      _exit(128 + Int32(number))
    }
    for number in [SIGINT, SIGTERM, SIGHUP] {
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
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&numbers, number) }
    pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
  }

  /// Opens what the caller left closed of descriptors 0 to 2, so that no file of ours becomes
  /// standard output; the wrong way round, so that using them fails as on a closed one.
  static func fillStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
