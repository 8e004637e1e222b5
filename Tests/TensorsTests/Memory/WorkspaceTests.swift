// Memory that blocks share.

import Tensors
import Testing

struct WorkspaceTests {
  @Test func largestRequestOfARoleIsAllocatedOnce() {
    let workspace = Workspace()
    workspace.reserve(.scratch, 4)
    workspace.reserve(.scratch, 10)
    workspace.reserve(.scratch, 7)
    let buffer = workspace[.scratch]
    #expect(buffer.count == 10)
    buffer[9] = 1
    #expect(workspace[.scratch] === buffer)
    #expect(workspace[.halo].count == 0)
  }

  @Test func rolesDoNotShareMemory() {
    let workspace = Workspace()
    for role in Workspace.Role.allCases { workspace.reserve(role, 1) }
    for (i, role) in Workspace.Role.allCases.enumerated() { workspace[role][0] = Float(i) }
    for (i, role) in Workspace.Role.allCases.enumerated() {
      #expect(workspace[role][0] == Float(i))
    }
  }

  @Test func aLargerRequestAfterUseIsAllocated() {
    let workspace = Workspace()
    workspace.reserve(.map, 3)
    #expect(workspace[.map].count == 3)
    workspace.reserve(.map, 5)
    #expect(workspace[.map].count == 5)
  }

  @Test func memoryIsAllocatedOnFirstUse() {
    let workspace = Workspace()
    let reserved = Buffer.bytes {
      workspace.reserve(.map, 1000)
      workspace.reserve(.halo, 20)
    }
    let made = Buffer.bytes { workspace.makeAll() }
    let again = Buffer.bytes { workspace.makeAll() }
    #expect(reserved == 0)
    #expect(made == 4 * 1020)
    #expect(again == 0)
  }
}
