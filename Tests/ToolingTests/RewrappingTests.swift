// Errors of libraries as tools report them.

import Foundation
import HDF5
import Testing
import Tooling

@Suite struct RewrappingTests {
  private struct Fault: Error, CustomStringConvertible { let description = "a fault" }

  @Test func libraryErrorsGetANameAndAStatus() {
    #expect(
      toolError { try naming("x.h5") { throw Fault() } } == ToolError(.data, "x.h5: a fault"))
    #expect(
      toolError { try naming("--side", .usage) { throw Fault() } }
        == ToolError(.usage, "--side: a fault"))
    #expect(toolError { try reporting(.data) { throw Fault() } } == ToolError(.data, "a fault"))
  }

  @Test func toolErrorsPassUnchanged() {
    let own = ToolError(.noInput, "y.h5: there is none")
    #expect(toolError { try naming("x.h5") { throw own } } == own)
    #expect(throws: HDF5Error.self) {
      try naming("x.h5") { _ = try File.open("/nonexistent/y.h5") }
    }
    #expect(throws: CocoaError.self) {
      try reporting(.data) { try Data(contentsOf: URL(fileURLWithPath: "/nonexistent/y")) }
    }
  }

  @Test func valuesPassThrough() throws {
    #expect(try naming("x") { 3 } == 3)
    #expect(try reporting(.data) { "y" } == "y")
  }
}
