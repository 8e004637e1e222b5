// Helpers of the tests in this folder: fixtures, and a scratch folder that is removed.

import Foundation
import HDF5
import Testing

func fixture(_ name: String) throws -> String {
  let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
  return folder.appendingPathComponent(name).path
}

/// Runs `body` with a new empty folder, which is removed afterwards.
func withScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("hdf5-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func bytes(of path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The one-line message of the HDF5Error that `body` must throw. (Do not call it inside `#expect`:
/// Swift 6.3 confuses closures in a macro's arguments with others of the same function.)
func message(_ body: () throws -> Void) throws -> String {
  do {
    try body()
  } catch let error as HDF5Error {
    #expect(!error.description.contains("\n"))
    return error.description
  }
  Issue.record("nothing was thrown")
  return ""
}
