/// The version that every tool states and writes into the history of its outputs.

import CThreads

/// The project's version (semantic versioning).
public let version = "0.1.0"

/// What the build may assume of the processor. `--version` states it, a history does not: the same
/// command is the same work whatever it runs on.
public let buildTarget = String(cString: build_target())
