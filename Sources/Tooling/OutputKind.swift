// The kinds of files that commands write: which files each may replace, and the endings of its names.

/// A kind of output file. An output replaces only an empty file or one of its own kind: any other file was not made
/// by the same command, so the user did not ask to replace it.
package struct OutputKind: Sendable {
  /// The kind with its article, for messages: `a run file`.
  let noun: String
  /// The format's name in messages: `HDF5`.
  let format: String
  /// The endings of names of this format, without the dot; the first is the usual one.
  let endings: [String]
  /// The kind of a file that is not of this kind, for messages; nil when it is of this kind. The file is not empty.
  let otherKind: @Sendable (Input) throws -> String?

  package init(
    _ noun: String, format: String, endings: [String],
    otherKind: @escaping @Sendable (Input) throws -> String?
  ) {
    self.noun = noun
    self.format = format
    self.endings = endings
    self.otherKind = otherKind
  }

  /// Makes a kind that a single test recognises.
  package init(
    _ noun: String, format: String, endings: [String],
    holds: @escaping @Sendable (Input) throws -> Bool
  ) {
    self.init(noun, format: format, endings: endings) { try holds($0) ? nil : "something else" }
  }

  /// Endings that state a file's format. Other endings state nothing.
  private static let known: Set = [
    "h5", "hdf5", "pth", "pt", "safetensors", "keras", "npy", "npz", "mat", "pkl", "json", "jsonl",
    "csv", "tsv", "txt", "md", "html", "tex", "pdf", "png", "jpg", "jpeg", "gif", "webp", "svg",
    "zip",
    "tar", "gz", "tgz",
  ]

  /// The known ending of a name, in lower case; nil if it has none.
  package static func ending(of path: String) -> String? {
    let name = KernelPath.name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    return known.contains(ending) ? ending : nil
  }
}
