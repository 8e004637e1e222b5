// Resources that a tool needs before it begins, so that a limit is reported at the start and not half way.

import Foundation

enum Resources {
  /// Memory in bytes that any tool may need: OpenBLAS takes up to 128 MiB for a thread, and retries forever if it
  /// does not get it.
  private static let leastMemory = 512 << 20
  /// Number of files open at once, without the standard streams: inputs, their folders, the output, pipes to
  /// programs.
  private static let leastDescriptors = 24

  /// Checks memory and file descriptors.
  /// - Throws: `ToolError` that names the limit that is too low.
  static func check() throws {
    try checkMemory()
    try checkDescriptors()
  }

  /// Maps memory without using it. It is writable, since `ulimit -d` counts only such memory.
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
    // A process may raise its own limit up to the hard limit.
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
