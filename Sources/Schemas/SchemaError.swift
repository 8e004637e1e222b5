// Reading that all kinds of files share: required attributes, checked shapes, errors that name the file.

import HDF5
import Tooling

/// The error for an HDF5 file whose contents are not those of its kind.
func schemaError(_ file: File, _ problem: String) -> ToolError {
  ToolError(.data, "\(file.name): \(problem)")
}

extension Group {
  func required<T>(
    _ name: String, _ kind: String, _ convert: (AttributeValue) -> T?
  ) throws -> T {
    guard let value = try attribute(name) else {
      throw schemaError(file, "no attribute '\(name)': is this a file of another kind?")
    }
    // The library repairs text that is not UTF-8: names that differ there would become equal.
    guard value.strings?.contains(where: { $0.contains("\u{fffd}") }) != true else {
      throw schemaError(file, "attribute '\(name)' holds text that is not UTF-8")
    }
    guard let converted = convert(value) else {
      throw schemaError(file, "attribute '\(name)' is not \(kind)")
    }
    return converted
  }

  func optional<T>(
    _ name: String, _ kind: String, _ convert: (AttributeValue) -> T?
  ) throws -> T? {
    try attribute(name) == nil ? nil : required(name, kind, convert)
  }

  /// Reads a dataset after its shape was found to be `shape`.
  func floats(_ name: String, shape: [Int]) throws -> [Float] {
    guard contains(name) else { throw schemaError(file, "no dataset '\(name)'") }
    let found = try self.shape(of: name)
    guard found == shape else {
      throw schemaError(file, "'\(name)' is \(found), not \(shape)")
    }
    return try read(name, as: Float.self).values
  }
}
