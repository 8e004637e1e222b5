// Helpers of the tests in this folder: temporary files, and a VGG11 of the smallest size.

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

/// The error message of reading a file; nil if there is no error.
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

/// A VGG11 with four or more filters in a layer, in which all weights are equal.
func smallNetwork(_ value: Float) throws -> Network {
  let architecture = try Architecture("vgg11@0.05", outputs: 3, hidden: [4])
  return try Network(
    architecture,
    parameters: Dictionary(
      uniqueKeysWithValues: architecture.parameters.map { name, shape in
        (name, Tensor([Float](repeating: value, count: shape.reduce(1, *)), shape: shape))
      }), preparation: .init(side: 32, mean: [0, 0.5, 1], std: [1, 2, 3]))
}
