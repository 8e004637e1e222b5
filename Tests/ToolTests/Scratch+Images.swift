// Small input files for the tools, and running the tools in a scratch folder.

import Foundation
import HDF5
import Testing

extension Scratch {
  /// Runs a built tool in the folder.
  func run(_ tool: String, _ arguments: String..., input: Data? = nil) throws -> ToolResult {
    try run(tool, arguments, input: input)
  }

  func run(_ tool: String, _ arguments: [String], input: Data? = nil) throws -> ToolResult {
    try RunningTool(tool, arguments, input: input, in: self).wait()
  }

  /// The path of a fixture of another test target.
  static func fixture(_ name: String, of target: String) -> String {
    "\(toolFolder)/feature-init_\(target).resources/Fixtures/\(name)"
  }

  /// Writes an images file with `count` training images and half as many test images of `side`×`side`×`channels`. There are
  /// two classes, of which the second is brighter in its lower half.
  func writeImages(
    _ name: String, count: Int = 60, side: Int = 8, channels: Int = 1,
    change: (Group) throws -> Void = { _ in }
  ) throws {
    let images = try File.create(file(name))
    for (split, count) in [("train", count), ("test", count / 2)] {
      let size = side * side * channels
      let pixels = (0..<count * size).map { i -> UInt8 in
        let isLow = i % size >= size / 2
        let isBright = (i / size) % 2 == 1 && isLow
        return UInt8(truncatingIfNeeded: (i &* 37 % 61) + (isBright ? 120 : 20))
      }
      try images.root.write(pixels, shape: [count, side, side, channels], to: "\(split)/images")
      try images.root.write(
        (0..<count).map { UInt16($0 % 2) }, shape: [count], to: "\(split)/labels")
    }
    try images.root.setAttribute("name", "stripes")
    try images.root.setAttribute("classes", .strings(["dark", "bright"]))
    let each = [Double](repeating: 0.3, count: channels)
    try images.root.setAttribute("mean", .doubles(each))
    try images.root.setAttribute("std", .doubles(each))
    try change(images.root)
    try images.close()
  }

  /// Writes init.h5, the small network of the chain for images.h5, drawn by Kaiming's method.
  func drawInitialNetwork() throws {
    try succeed(
      run(
        "sample-init",
        ["--method", "kaiming-normal", "--images", "images.h5", "-o", "init.h5"]
          + ChainTests.network))
  }
}
