/// The part of a network's text that says settings.

/// Settings `key=value` with commas between, as `patch=4,width=64` in `vit:patch=4,width=64`; each at most once.
struct TextSettings<Key: RawRepresentable<String> & CaseIterable & Hashable> {
  private var values: [Key: Substring] = [:]

  /// - Parameters:
  ///   - list: the settings; nil: none.
  ///   - text: the whole text, for messages.
  /// - Throws: `NetworkError` if a word is no setting, or a setting comes twice.
  init(_ list: Substring?, in text: String) throws(NetworkError) {
    guard let list else { return }
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, let key = Key(rawValue: String(pair[0])) else {
        let keys = Key.allCases.map(\.rawValue).joined(separator: ", ")
        throw NetworkError(
          "'\(word)' in '\(text)' is no setting: these are \(keys), each with = and a value")
      }
      guard values.updateValue(pair[1], forKey: key) == nil else {
        throw NetworkError("'\(text)' names \(key.rawValue) twice")
      }
    }
  }

  subscript(key: Key) -> Substring? { values[key] }
}
