/// The version that every tool states and writes into the history of its outputs.

/// The project's version (semantic versioning).
public let version = "0.1.0"
