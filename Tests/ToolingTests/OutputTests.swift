// Outputs appear whole or not at all.

import Foundation
import HDF5
import Testing
import Tooling

private struct Stop: Error {}

private func fill(_ file: File) throws {
  try file.root.setAttribute("architecture", "vgg11")
  let rows = try file.root.createDataset("train/images", shape: [5000, 300], as: UInt8.self)
  for start in stride(from: 0, to: 5000, by: 500) {
    try rows.appendRows((0..<500 * 300).map { UInt8(truncatingIfNeeded: start &+ $0 &* 7) })
  }
  try rows.finish()
  try file.root.write([1, 2, 3] as [UInt16], shape: [3], to: "train/labels")
}

@Test func streamedAndCollectedFilesHaveTheSameBytes() throws {
  let folder = try ScratchFolder()
  try Output(path: folder.file("a.h5")).writeHDF5(fill)
  try Output(path: folder.file("b.h5")).writeHDF5(streaming: true, fill)
  #expect(try folder.bytes(of: "a.h5") == folder.bytes(of: "b.h5"))
  #expect(try folder.names() == ["a.h5", "b.h5"])
}

@Test(arguments: [false, true])
func aFailureKeepsTheOldFile(streaming: Bool) throws {
  let folder = try ScratchFolder()
  try folder.write("old", to: "out.h5")
  let output = try Output(path: folder.file("out.h5"))
  #expect(throws: Stop.self) {
    try output.writeHDF5(streaming: streaming) {
      try fill($0)
      throw Stop()
    }
  }
  #expect(try folder.names() == ["out.h5"])
  #expect(try folder.bytes(of: "out.h5") == Array("old".utf8))
  #expect(throws: Stop.self) {
    try output.writePieces { append in
      try Array("new".utf8).withUnsafeBytes(append)
      throw Stop()
    }
  }
  #expect(try folder.bytes(of: "out.h5") == Array("old".utf8))
  try output.write("new")
  #expect(try folder.bytes(of: "out.h5") == Array("new".utf8))
}

@Test func writingThroughALinkKeepsTheLink() throws {
  let folder = try ScratchFolder()
  try folder.write("old", to: "target")
  try FileManager.default.createSymbolicLink(
    atPath: folder.file("link"), withDestinationPath: "target")
  try Output(path: folder.file("link")).write("new")
  #expect(try folder.bytes(of: "target") == Array("new".utf8))
  let link = try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link"))
  #expect(link == "target")
}

@Test func devicesAreWrittenDirectly() throws {
  try Output(path: "/dev/null").writeHDF5(fill)
  #expect(try !FileManager.default.contentsOfDirectory(atPath: "/dev").contains("null.partial"))
  let status = try FileManager.default.attributesOfItem(atPath: "/dev/null")
  #expect(status[.type] as? FileAttributeType == .typeCharacterSpecial)
}

@Test func outputsThatCannotBeCreatedAreRefusedBeforeTheWork() throws {
  let folder = try ScratchFolder()
  let missing = toolError { _ = try Output(path: folder.file("no/such.h5")) }
  #expect(missing?.status == .cannotCreate)
  #expect(missing?.message == "\(folder.path)/no/such.h5: No such file or directory")
  let isFolder = toolError { _ = try Output(path: folder.path) }
  #expect(isFolder == ToolError(.cannotCreate, "\(folder.path): Is a directory"))
}

/// /dev/full behaves as a disk that is always full.
@Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
func aFullDiskIsAnError() throws {
  let output = try Output(path: "/dev/full")
  let error = toolError { try output.write("text") }
  #expect(error == ToolError(.io, "/dev/full: No space left on device"))
}

@Test(arguments: [0o600, 0o664, 0o751])
func outputsKeepThePermissionsOfTheReplacedFile(mode: Int) throws {
  let folder = try ScratchFolder()
  try folder.write("old", to: "out.h5")
  let path = folder.file("out.h5")
  try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  try Output(path: path).writeHDF5(streaming: true, fill)
  try Output(path: path).write("new")
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode)
}
