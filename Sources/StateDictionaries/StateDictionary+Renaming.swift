// Renaming of tensors, for networks that contain a VGG in parts with other names, such as `basenet.slice1.0.weight` for
// torchvision's `features.0.weight`.

extension StateDictionary {
  /// A prefix and its replacement.
  package struct Renaming: Sendable, CustomStringConvertible {
    let old: String
    let new: String

    /// Parses a text such as `basenet.slice1=features`; nil if it is not of this form.
    package init?(_ text: String) {
      let sides = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      let areNames = sides.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".") }
      guard sides.count == 2, areNames else { return nil }
      (old, new) = (sides[0], sides[1])
    }

    package var description: String { "\(old)=\(new)" }
  }

  /// A tensor's name without the parts that wrappers add: `module.` and `_orig_mod.`.
  static func plain(_ name: String) -> String {
    name.split(separator: ".", omittingEmptySubsequences: false)
      .filter { $0 != "module" && $0 != "_orig_mod" }.joined(separator: ".")
  }

  /// The dictionary with prefixes of plain names replaced. For each name, the first matching renaming in the list applies.
  /// - Throws: `StateDictionaryError` if no tensor has a listed prefix, or if two tensors get the same name.
  package func renaming(_ renamings: [Renaming]) throws -> StateDictionary {
    guard !renamings.isEmpty else { return self }
    var used: Set<Int> = []
    var names: Set<String> = []
    let renamed = try tensors.map { tensor in
      let plain = Self.plain(tensor.name)
      let index = renamings.firstIndex { (plain + ".").hasPrefix($0.old + ".") }
      var name = tensor.name
      if let index {
        used.insert(index)
        name = renamings[index].new + plain.dropFirst(renamings[index].old.count)
      }
      guard names.insert(name).inserted else {
        throw StateDictionaryError(
          file: file, problem: "two tensors are called \(printable(name)) after the renaming")
      }
      return tensor.named(name)
    }
    if let idle = renamings.indices.first(where: { !used.contains($0) }) {
      throw StateDictionaryError(
        file: file, problem: "no tensor's name begins with \(printable(renamings[idle].old))")
    }
    return StateDictionary(
      renamed, format: format, file: file, notes: notes, remarks: remarks, shards: shards)
  }
}
