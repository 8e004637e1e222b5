// The memory that a process may use, read from files with the layout of Linux's.

import Foundation
import Tensors
import Testing

@Suite struct ProcessMemoryTests {
  /// A folder with the files in `proc` and `sys` that a process in a cgroup sees.
  private final class System {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("memory-\(UUID())").path

    /// - Parameter held: The used memory and the used address space, in kB.
    init(cgroup: String, held: Int = 0) throws {
      let fields = ["VmSize", "VmRSS", "VmData"]
      try write(fields.map { "\($0):\t\(held) kB\n" }.joined(), "/proc/self/status")
      try write(cgroup, "/proc/self/cgroup")
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func write(_ text: String, _ path: String) throws {
      let file = URL(fileURLWithPath: root + path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }

    var memory: ProcessMemory { ProcessMemory(files: root) }
  }

  @Test func versionOneDoesNotCountFilesInMemory() throws {
    let system = try System(cgroup: "9:cpu,cpuacct:/x\n7:memory:/job\n")
    let group = "/sys/fs/cgroup/memory/job"
    try system.write("2147483648\n", "\(group)/memory.limit_in_bytes")
    try system.write("1048576000\n", "\(group)/memory.usage_in_bytes")
    try system.write(
      "inactive_file 5\ntotal_inactive_file 500000000\ntotal_active_file 500000000\n",
      "\(group)/memory.stat")
    #expect(system.memory.room.bytes == 2_147_483_648 - 48_576_000)
    #expect(system.memory.room.limit == "the memory cgroup's 2.0 GiB")
  }

  @Test func versionTwoUsesTheLowestLimitOfAllGroups() throws {
    let system = try System(cgroup: "0::/outer/inner\n")
    try system.write("max\n", "/sys/fs/cgroup/outer/inner/memory.max")
    try system.write("1000\n", "/sys/fs/cgroup/outer/inner/memory.current")
    try system.write("300000000\n", "/sys/fs/cgroup/outer/memory.max")
    try system.write("100000000\n", "/sys/fs/cgroup/outer/memory.current")
    #expect(system.memory.room.bytes == 200_000_000)
  }

  @Test func groupsOfContainersAreAtTheRoot() throws {
    let system = try System(cgroup: "7:memory:/docker/0123\n")
    try system.write("1000000\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
    try system.write("0\n", "/sys/fs/cgroup/memory/memory.usage_in_bytes")
    #expect(system.memory.room.bytes == 1_000_000)
  }

  @Test func withoutAGroupTheMachineLimits() throws {
    let system = try System(cgroup: "0::/\n", held: 1024)
    let machine = Int(ProcessInfo.processInfo.physicalMemory)
    // Foundation reports the machine's memory, from which the megabyte in use is subtracted.
    #expect(system.memory.room.bytes == machine - 1_048_576)
    #expect(system.memory.room.limit.hasPrefix("this machine's "))
  }

  @Test func shortageStatesBothFigures() throws {
    let system = try System(cgroup: "0::/\n")
    try system.write("104857600\n", "/sys/fs/cgroup/memory.max")
    try system.write("52428800\n", "/sys/fs/cgroup/memory.current")
    #expect(system.memory.shortage(of: 52_428_800) == nil)
    #expect(
      system.memory.shortage(of: 3 << 30)
        == "needs 3.0 GiB of memory, and 50 MiB are left of the memory cgroup's 100 MiB")
    #expect(system.memory.shortage(of: .max) != nil)
    #expect(system.memory.shortage(of: 1, unused: .max) == nil)
  }

  @Test func plannedBuffersAreCountedWithoutAllocation() {
    // This is far more memory than any machine has.
    let bytes = Buffer.bytes { for _ in 0..<3 { _ = Buffer(count: 1 << 50) } }
    #expect(bytes == 3 << 52)
    #expect(Buffer.bytes { for _ in 0..<3 { _ = Buffer(count: 1 << 60) } } == .max)
    #expect(Buffer(count: 2).values() == [0, 0])
  }
}
