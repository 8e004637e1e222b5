// How much memory this process may still take.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What is left under the limits on a process's memory: the machine, a memory cgroup (containers,
/// batch systems), and `ulimit -v` and `-d`, which count what is laid out, used or not.
package struct ProcessMemory {
  /// The room under one limit.
  package struct Room: Equatable, Sendable {
    package let bytes: Int
    /// What sets the limit, in words.
    package let limit: String
  }

  private let files: String

  /// - Parameter files: where `proc` and `sys` lie: empty, but in tests.
  package init(files: String = "") { self.files = files }

  /// The least room for memory that will be used.
  package var room: Room {
    var rooms: [Room] = []
    let held = status("VmRSS:") ?? 0
    if let machine = physicalMemory {
      rooms.append(Room(bytes: machine - held, limit: "this machine's \(machine.inGibibytes)"))
    }
    return (rooms + cgroupRooms).min { $0.bytes < $1.bytes } ?? Room(bytes: .max, limit: "nothing")
  }

  /// The least room for memory that is laid out; nil where nothing limits it.
  package var addressRoom: Room? {
    var rooms: [Room] = []
    #if os(Linux)
      let kinds = [(RLIMIT_AS, "VmSize:", "-v"), (RLIMIT_DATA, "VmData:", "-d")]
      for (resource, field, option) in kinds {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &limits) == 0,
          limits.rlim_cur < UInt64(Int.max)
        else {
          continue
        }
        let bytes = Int(limits.rlim_cur)
        let limit = "the \(bytes.inGibibytes) of ulimit \(option)"
        rooms.append(Room(bytes: bytes - (status(field) ?? 0), limit: limit))
      }
    #endif
    return rooms.min { $0.bytes < $1.bytes }
  }

  /// Whether this number of bytes fits.
  /// - Parameters:
  ///   - bytes: what will be used.
  ///   - unused: what will be laid out besides, and not used.
  /// - Returns: nil if they do, else what is needed and what is left: the end of a sentence.
  package func shortage(of bytes: Int, unused: Int = 0) -> String? {
    let sum = bytes.addingReportingOverflow(unused)
    let laidOut = sum.overflow ? .max : sum.partialValue
    for (need, room) in [(bytes, room), (laidOut, addressRoom)] {
      guard let room, need > room.bytes else { continue }
      return
        "needs \(need.inGibibytes) of memory, and \(max(room.bytes, 0).inGibibytes) are left of"
        + " \(room.limit)"
    }
    return nil
  }

  // MARK: Where the system says so

  private var physicalMemory: Int? {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? pages * size : nil
  }

  /// A line of /proc/self/status, in bytes.
  private func status(_ field: String) -> Int? {
    let line = text("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix(field) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first
      .flatMap { Int($0) }.map { $0 << 10 }
  }

  /// The rooms of the process's memory cgroups, of both versions, and of those that hold them.
  private var cgroupRooms: [Room] {
    var rooms: [Room] = []
    for line in text("/proc/self/cgroup")?.split(separator: "\n") ?? [] {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      var path = parts[2].split(separator: "/")[...]
      while true {
        let group = path.map { "/\($0)" }.joined()
        if parts[1].split(separator: ",").contains("memory") {
          let folder = "/sys/fs/cgroup/memory\(group)"
          rooms += cgroupRoom(
            folder, limit: "memory.limit_in_bytes", use: "memory.usage_in_bytes", cache: "total_")
        } else if parts[1].isEmpty {
          rooms += cgroupRoom(
            "/sys/fs/cgroup\(group)", limit: "memory.max", use: "memory.current", cache: "")
        }
        guard path.popLast() != nil else { break }
      }
    }
    return rooms
  }

  /// The room of one cgroup; what it holds of files can be given up.
  private func cgroupRoom(_ folder: String, limit: String, use: String, cache: String) -> [Room] {
    guard let bytes = number("\(folder)/\(limit)"), let used = number("\(folder)/\(use)") else {
      return []
    }
    let kept = text("\(folder)/memory.stat")?.split(separator: "\n").reduce(0) { sum, line in
      let words = line.split(separator: " ")
      let isFiles = words.first == "\(cache)inactive_file" || words.first == "\(cache)active_file"
      return isFiles ? sum + (words.last.flatMap { Int($0) } ?? 0) : sum
    }
    let room = bytes - max(0, used - (kept ?? 0))
    return [Room(bytes: room, limit: "the memory cgroup's \(bytes.inGibibytes)")]
  }

  private func number(_ path: String) -> Int? {
    text(path)?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
  }

  /// A small file of the system.
  private func text(_ path: String) -> String? {
    let descriptor = open(files + path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }
}

extension Int {
  /// Bytes as messages give them: `1.5 GiB`, `800 MiB`.
  var inGibibytes: String {
    let mebibytes = Double(self) / Double(1 << 20)
    guard mebibytes >= 1000 else { return "\(Int(mebibytes.rounded(.up))) MiB" }
    return "\((mebibytes / 1024 * 10).rounded() / 10) GiB"
  }
}
