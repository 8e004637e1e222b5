// The C library as one resource: initialised once, called by one thread at a time.

import CHDF5
import Foundation

enum Library {
  /// The lock that every call holds, since only some builds of HDF5 are thread-safe. It is recursive
  /// because closing a handle may happen inside another call.
  private static let lock = NSRecursiveLock()

  /// Number of memory files created so far; accessed only within `call`.
  nonisolated(unsafe) static var memoryFiles = 0

  private static let isReady: Bool = {
    // Otherwise the library flushes half-written files at exit, and loops when the disk is full.
    H5dont_atexit()
    // Writing needs no plugins.
    return H5open() >= 0 && H5PLset_loading_state(0) >= 0
  }()

  /// Runs `body` while holding the library's lock, with its printed error trace off.
  static func call<Result>(_ body: () throws -> Result) throws -> Result {
    lock.lock()
    defer { lock.unlock() }
    guard isReady else {
      throw HDF5Error(.invalid, file: "libhdf5", "the library cannot be made safe to use")
    }
    // In thread-safe builds the trace is a setting of each thread.
    H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
    return try body()
  }

  /// Closes a handle, on whichever thread its last reference is dropped.
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

  /// Takes ownership of an identifier when it is valid; otherwise throws and closes nothing.
  init(
    _ id: hid_t, _ closer: @escaping (hid_t) -> herr_t, orThrow error: @autoclosure () -> HDF5Error
  ) throws {
    guard id >= 0 else { throw error() }
    self.id = id
    self.closer = closer
  }

  deinit { Library.close(id, closer) }
}
