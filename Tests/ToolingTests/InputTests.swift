// Inputs are found and read once, and a change while reading is noticed.

import Foundation
import HDF5
import Testing
import Tooling

@Test func digestsAreThoseOfTheBytes() throws {
  let folder = try ScratchFolder()
  try folder.write("abc", to: "abc")
  let input = try Input(path: folder.file("abc"))
  // FIPS 180-4, the first example.
  let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  #expect(try input.sha256() == digest)
  #expect(try input.bytes() == Array("abc".utf8))
  #expect(try input.sha256() == digest)
}

@Test func aNamedPipeIsReadOnce() throws {
  let folder = try ScratchFolder()
  let file = try File.createInMemory(name: "image")
  try file.root.setAttribute("architecture", "vgg11")
  let image = try file.image()
  let pipe = folder.file("pipe")
  try #require(mkfifo(pipe, 0o600) == 0)
  let writer = Thread {
    // Data.write would replace the pipe by a file.
    let handle = FileHandle(forWritingAtPath: pipe)
    try? handle?.write(contentsOf: Data(image))
    try? handle?.close()
  }
  writer.start()
  let input = try Input(path: pipe)
  #expect(try input.openHDF5().root.attribute("architecture") == "vgg11")
  #expect(try input.bytes() == image)
  #expect(try input.sha256().count == 64)
}

@Test func missingAndForeignInputsHaveTheirStatus() throws {
  let folder = try ScratchFolder()
  let missing = toolError { _ = try Input(path: folder.file("absent.h5")) }
  #expect(missing == ToolError(.noInput, "\(folder.path)/absent.h5: No such file or directory"))
  #expect(toolError { _ = try Input(path: folder.path) }?.status == .noInput)
  try folder.write("text", to: "text.h5")
  let input = try Input(path: folder.file("text.h5"))
  #expect(throws: HDF5Error.self) { try input.openHDF5() }
}

@Test func aChangeWhileReadingIsNoticed() throws {
  let folder = try ScratchFolder()
  try folder.write("before", to: "input")
  let input = try Input(path: folder.file("input"))
  _ = try input.sha256()
  try folder.write("afterwards", to: "input")
  let error = toolError { _ = try input.sha256() }
  #expect(error?.status == .data)
  #expect(error?.message.contains("changed while it was read") == true)
}
