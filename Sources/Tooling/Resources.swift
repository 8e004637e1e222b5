/// What a tool needs of the system before it begins, so that a limit is named rather than met half way.

import Foundation

enum Resources {
  /// Memory that any tool may need: OpenBLAS takes up to 128 MiB for a thread, and asks again and again, for
  /// ever, where it does not get them.
  private static let leastMemory = 512 << 20
  /// Files open at once, the standard streams besides: inputs, their folders, the output, pipes to programs.
  private static let leastDescriptors = 24

  /// - Throws: `ToolError` naming the limit that leaves too little.
  static func check() throws {
    try checkMemory()
    try checkDescriptors()
  }

  /// Not used, but writable: `ulimit -d` counts nothing else.
  private static func checkMemory() throws {
    let place = mmap(
      nil, leastMemory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let place, place != MAP_FAILED else {
      throw ToolError(
        .io, "\(leastMemory >> 20) MiB of memory are not available; see ulimit -v and ulimit -d")
    }
    munmap(place, leastMemory)
  }

  private static func checkDescriptors() throws {
    if canOpen(leastDescriptors) { return }
    // Up to the hard limit a process may help itself.
    var limits = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    if getrlimit(resource, &limits) == 0, limits.rlim_cur < limits.rlim_max {
      limits.rlim_cur = limits.rlim_max
      _ = setrlimit(resource, &limits)
      if canOpen(leastDescriptors) { return }
    }
    throw ToolError(.io, "fewer than \(leastDescriptors) files can be opened; see ulimit -n")
  }

  private static func canOpen(_ count: Int) -> Bool {
    var opened: [Int32] = []
    defer { for descriptor in opened { close(descriptor) } }
    while opened.count < count {
      let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return false }
      opened.append(descriptor)
    }
    return true
  }
}
