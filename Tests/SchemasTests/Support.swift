// What the tests share: files in a folder of their own, and a network as small as VGG11 can be.

import Foundation
import HDF5
import Networks
import Tensors
import Tooling

/// Writes an HDF5 file, reads it back with `read`, and removes it.
func roundTrip<Value>(
  _ write: (File) throws -> Void, _ read: (File) throws -> Value
) throws -> Value {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("\(UUID().uuidString).h5").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  let file = try File.create(path)
  try write(file)
  try file.close()
  return try read(File.open(path))
}

/// What reading a file says of it; nil if it says nothing.
func refusal(
  _ write: (File) throws -> Void, _ read: (File) throws -> Void
) throws -> ToolError? {
  try roundTrip(write) { file in
    do {
      try read(file)
      return nil
    } catch let error as ToolError {
      return error
    }
  }
}

/// VGG11 of four filters and more a layer, every weight the same.
func smallNetwork(_ value: Float) throws -> Network {
  let architecture = try Architecture("vgg11@0.05", outputs: 3, hidden: [4])
  return try Network(
    architecture,
    parameters: Dictionary(
      uniqueKeysWithValues: architecture.parameters.map { name, shape in
        (name, Tensor([Float](repeating: value, count: shape.reduce(1, *)), shape: shape))
      }), preparation: .init(side: 32, mean: [0, 0.5, 1], std: [1, 2, 3]))
}
