// Tensors under other names, for networks whose VGG lies in parts of their own, as
// `basenet.slice1.0.weight` where torchvision has `features.0.weight`.

extension StateDictionary {
  /// A prefix and what takes its place.
  package struct Renaming: Sendable, CustomStringConvertible {
    let old: String
    let new: String

    /// Takes `basenet.slice1=features`; nil for anything else.
    package init?(_ text: String) {
      let sides = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      let areNames = sides.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".") }
      guard sides.count == 2, areNames else { return nil }
      (old, new) = (sides[0], sides[1])
    }

    package var description: String { "\(old)=\(new)" }
  }

  /// A tensor's name without what wrappers add: `module.`, `_orig_mod.`.
  static func plain(_ name: String) -> String {
    name.split(separator: ".", omittingEmptySubsequences: false)
      .filter { $0 != "module" && $0 != "_orig_mod" }.joined(separator: ".")
  }

  /// The same tensors; of each plain name the first prefix that is listed is replaced.
  /// - Throws: `StateDictionaryError` if a prefix is no tensor's, or two tensors get one name.
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
