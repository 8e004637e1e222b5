// The names of class folders. Swift compares texts of the same letters as equal, whether composed (é, NFC) or
// decomposed (e and an accent, NFD); file systems do not.

struct ClassFolders {
  /// The file system's spelling of each name, by the name.
  private var spellings: [String: String] = [:]

  /// The names in the order of their code points, which is the order of their UTF-8 bytes and Python's order.
  var names: [String] {
    spellings.values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Adds a folder's name.
  /// - Throws: when another folder's name has the same letters.
  mutating func insert(_ name: String, in collection: String) throws {
    let known = spellings.updateValue(name, forKey: name)
    if let known, !known.utf8.elementsEqual(name.utf8) {
      throw ImageFormatError(
        collection,
        "two class folders are called \(name), once in composed and once in decomposed Unicode "
          + "(NFC and NFD): rename one, or move its images into the other")
    }
  }

  /// Whether a folder's name has these letters.
  func contains(_ name: String) -> Bool { spellings[name] != nil }

  /// Whether a folder's name has these letters in the same Unicode characters.
  func spells(_ name: String) -> Bool {
    spellings[name].map { $0.utf8.elementsEqual(name.utf8) } ?? false
  }
}
