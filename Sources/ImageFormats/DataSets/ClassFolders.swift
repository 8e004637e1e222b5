/// The names of class folders. Swift takes texts of the same letters for equal, composed (é, NFC) or not
/// (e and an accent, NFD); file systems do not.

struct ClassFolders {
  /// As the file system spells them, by themselves.
  private var spellings: [String: String] = [:]

  /// In the order of their code points, which is that of their bytes in UTF-8 and Python's.
  var names: [String] {
    spellings.values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

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

  /// Whether there is a folder of these letters.
  func contains(_ name: String) -> Bool { spellings[name] != nil }

  /// Whether there is a folder of these letters, spelled in the same characters.
  func spells(_ name: String) -> Bool {
    spellings[name].map { $0.utf8.elementsEqual(name.utf8) } ?? false
  }
}
