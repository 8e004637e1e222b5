import ChildProcesses
import Foundation
import Testing

struct ChildProcessTests {
  @Test(arguments: [("exit 0", 0), ("exit 3", 3), ("kill -TERM $$", 128 + 15)])
  func statusIsThatOfTheShell(script: String, status: Int32) throws {
    #expect(try ProgramOutput(of: ["sh", "-c", script]).status == status)
  }

  @Test func bothStreamsAreCollectedInOrder() throws {
    let script = "echo a; echo b >&2; pwd"
    let all = try ProgramOutput(of: ["sh", "-c", script], in: "/")
    #expect(all.text == "a\nb\n/\n")
    #expect(
      try ProgramOutput(of: ["sh", "-c", script], in: "/", collectsErrors: false).text == "a\n/\n")
  }

  @Test func anAbsentProgramIsAnError() {
    #expect(throws: ChildProcessError.self) { try ChildProcess(["/no/such/program"]) }
    #expect(throws: ChildProcessError.self) { try ChildProcess([]) }
    #expect(throws: ChildProcessError.self) { try ChildProcess(["true"], in: "/no/such/folder") }
  }

  @Test func environmentAndArgumentsArriveUnchanged() throws {
    let pipe = Pipe()
    let child = try ChildProcess(
      ["sh", "-c", "echo \"$WORD,$1\"", "sh", "a 'b' *"],
      environment: ["WORD": "é \"x\"", "PATH": "/usr/bin:/bin"],
      output: .descriptor(pipe.fileHandleForWriting.fileDescriptor))
    #expect(child.wait() == 0)
    try pipe.fileHandleForWriting.close()
    let text = String(
      decoding: try #require(try pipe.fileHandleForReading.readToEnd()), as: UTF8.self)
    #expect(text == "é \"x\",a 'b' *\n")
  }

  @Test func aProgramThatTakesTooLongIsKilled() throws {
    #expect(try ProgramOutput(of: ["sleep", "1000"], atMost: 0.05).status == 128 + SIGKILL)
  }

  @Test func unreferencedChildIsEnded() throws {
    var child: ChildProcess? = try ChildProcess(["sleep", "1000"])
    let identifier = try #require(child).identifier
    #expect(kill(identifier, 0) == 0)
    child = nil
    #expect(kill(identifier, 0) == -1 && errno == ESRCH)
  }

  /// Foundation's `Process` fails here: the grandchild inherits its socket, and the wait lasts until the grandchild ends.
  @Test func aGrandchildDoesNotDelayTheEnd() throws {
    let child = try ChildProcess(["sh", "-c", "sleep 20 & exit 5"])
    #expect(child.wait(atMost: 10) == 5)
  }

  /// No descriptor of this process is open in a child, not even the end of an unused pipe.
  @Test func nothingElseIsInherited() throws {
    let pipe = Pipe()
    #expect(fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, 0) == 0)
    let child = try ChildProcess(["sleep", "20"])
    try pipe.fileHandleForWriting.close()
    let start = ContinuousClock.now
    #expect(try pipe.fileHandleForReading.readToEnd()?.isEmpty ?? true)
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(child.isRunning)
  }

  /// Several threads start many short children beside a long one. The end of each is noticed.
  @Test func endsAreSeenUnderLoad() async throws {
    let long = try ChildProcess(["sleep", "1000"])
    try await withThrowingTaskGroup(of: Int32?.self) { group in
      for status in 0..<200 {
        group.addTask { try ChildProcess(["sh", "-c", "exit \(status % 7)"]).wait(atMost: 60) }
      }
      var sum: Int32 = 0
      for try await status in group { sum += try #require(status) }
      #expect(sum == (0..<200).reduce(0) { $0 + Int32($1 % 7) })
    }
    #expect(long.isRunning)
  }
}
