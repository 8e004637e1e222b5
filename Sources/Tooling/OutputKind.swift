/// The kinds of files that commands write: what each may replace, and how its name may end.

/// A kind of file. An output replaces only an empty file or one of its own kind: anything else was not made
/// by the same command, so its loss is not what was asked for.
package struct OutputKind: Sendable {
  /// With its article, as messages call it: `a run file`.
  let noun: String
  /// The format, as messages call it: `HDF5`.
  let format: String
  /// Endings that names of this format have, without the dot; the first is the usual one.
  let endings: [String]
  /// What a file that is not empty is instead, as messages call it; nil when it is of this kind.
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

  /// A kind that is told from everything else by one test.
  package init(
    _ noun: String, format: String, endings: [String],
    holds: @escaping @Sendable (Input) throws -> Bool
  ) {
    self.init(noun, format: format, endings: endings) { try holds($0) ? nil : "something else" }
  }

  /// Endings that say what is in a file. A name that ends otherwise says nothing.
  private static let known: Set = [
    "h5", "hdf5", "pth", "pt", "safetensors", "keras", "npy", "npz", "mat", "pkl", "json", "jsonl",
    "csv", "tsv", "txt", "md", "html", "tex", "pdf", "png", "jpg", "jpeg", "gif", "webp", "svg",
    "zip",
    "tar", "gz", "tgz",
  ]

  /// The known ending of a name, in lower case; nil where it has none.
  package static func ending(of path: String) -> String? {
    let name = KernelPath.name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    return known.contains(ending) ? ending : nil
  }
}
