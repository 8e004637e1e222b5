// decode-images while one of its inputs is replaced repeatedly: names, digests and pixels come from one file, or nothing is
// written.

import Foundation
import Synchronization
import Testing

@Test func imagesComeFromOneFileIfALinkChanges() throws {
  let scratch = try Scratch()
  try scratch.writeIdx(["one": 1, "two": 2])
  let whole = try ["one", "two"].map { file in
    symlink(file, scratch.file("train-images"))
    defer { unlink(scratch.file("train-images")) }
    try succeed(scratch.decode("train-images", "train-labels", "-o", "\(file).h5"))
    return try scratch.read("\(file).h5")
  }
  #expect(whole[0] != whole[1])
  let turning = Turning(scratch.file("train-images"), between: ["one", "two"])
  defer { turning.end() }
  for _ in 0..<20 {
    let outcome = try scratch.decode("train-images", "train-labels", "-o", "images.h5")
    if outcome.status == 0 {
      #expect(try whole.contains(scratch.read("images.h5")))
      unlink(scratch.file("images.h5"))
    } else {
      #expect(outcome.status == 65 && outcome.errors.contains("changed while it was being read"))
      #expect(!scratch.names().contains("images.h5"))
    }
  }
}

@Test func noToolWaitsForAPipeInPlaceOfAFile() throws {
  let scratch = try Scratch()
  try scratch.writeIdx(["one": 1])
  #expect(mkfifo(scratch.file("pipe"), 0o600) == 0)
  let turning = Turning(scratch.file("train-images"), between: ["one", "pipe"])
  defer { turning.end() }
  for _ in 0..<8 {
    let outcome = try scratch.decode("train-images", "train-labels", "-o", "images.h5")
    try #require([0, 65].contains(outcome.status), "\(outcome.errors)")
  }
}

extension Scratch {
  /// Writes files of 4,000 images of 8×8 with random pixels, each from its own seed, and `train-labels` for them.
  fileprivate func writeIdx(_ seeds: [String: UInt64]) throws {
    let count: [UInt8] = [0, 0, 0x0F, 0xA0]
    for (name, seed) in seeds {
      var state = seed
      let pixels = (0..<4000 * 64).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(state >> 56)
      }
      try write(Data([0, 0, 8, 3] + count + [0, 0, 0, 8, 0, 0, 0, 8] + pixels), to: name)
    }
    try write(Data([0, 0, 8, 1] + count + (0..<4000).map { UInt8($0 % 2) }), to: "train-labels")
  }
}

/// A link whose target changes about twice a millisecond.
private final class Turning: Sendable {
  private let isOver = Mutex(false)
  private let stopped = DispatchSemaphore(value: 0)

  init(_ link: String, between targets: [String]) {
    symlink(targets[0], link)
    Thread.detachNewThread { [self] in
      var turns = 0
      while !isOver.withLock({ $0 }) {
        turns += 1
        symlink(targets[turns % targets.count], link + ".new")
        rename(link + ".new", link)
        usleep(500)
      }
      stopped.signal()
    }
  }

  /// Stops the changes. The link has its final target when the call returns.
  func end() {
    isOver.withLock { $0 = true }
    stopped.wait()
  }
}
