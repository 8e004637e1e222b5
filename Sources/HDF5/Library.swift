/// The C library as one resource: prepared once, spoken to by one thread at a time.

import CHDF5
import Foundation

enum Library {
  /// Only some builds of HDF5 are thread-safe, so every call goes through this lock; it is recursive
  /// because closing a handle may happen inside another call.
  private static let lock = NSRecursiveLock()

  /// How many memory files there have been; only within `call`.
  nonisolated(unsafe) static var memoryFiles = 0

  private static let isReady: Bool = {
    // Without this, the library flushes half-written files at exit, and loops when the disk is full.
    H5dont_atexit()
    // Nothing that is written needs a plugin.
    return H5open() >= 0 && H5PLset_loading_state(0) >= 0
  }()

  /// Runs `body` while holding the library, with its printed error trace off.
  static func call<Result>(_ body: () throws -> Result) throws -> Result {
    lock.lock()
    defer { lock.unlock() }
    guard isReady else {
      throw HDF5Error(.invalid, file: "libhdf5", "the library cannot be made safe to use")
    }
    // The trace is a setting of each thread in thread-safe builds.
    H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
    return try body()
  }

  /// Closes a handle, wherever the last reference to it is dropped.
  static func close(_ id: hid_t, _ closer: (hid_t) -> herr_t) {
    lock.lock()
    defer { lock.unlock() }
    H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
    _ = closer(id)
  }
}

/// One open identifier of the C library, closed when it goes out of scope.
struct Handle: ~Copyable {
  let id: hid_t
  private let closer: (hid_t) -> herr_t

  /// Takes the identifier only when it is valid; otherwise throws and closes nothing.
  init(
    _ id: hid_t, _ closer: @escaping (hid_t) -> herr_t, orThrow error: @autoclosure () -> HDF5Error
  ) throws {
    guard id >= 0 else { throw error() }
    self.id = id
    self.closer = closer
  }

  deinit { Library.close(id, closer) }
}
