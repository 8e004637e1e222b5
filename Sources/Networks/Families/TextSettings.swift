/// The settings in a network's text: `key=value` pairs separated by commas, as in `vit:patch=4,width=64`. Each key occurs
/// at most once.
struct TextSettings<Key: RawRepresentable<String> & CaseIterable & Hashable> {
  private var values: [Key: Substring] = [:]

  /// Parses the settings.
  ///
  /// - Parameters:
  ///   - list: The pairs; nil if there are none.
  ///   - text: The whole text, for messages.
  /// - Throws: `NetworkError` if a word is not a setting, or if a key occurs twice.
  init(_ list: Substring?, in text: String) throws(NetworkError) {
    guard let list else { return }
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, let key = Key(rawValue: String(pair[0])) else {
        let keys = Key.allCases.map(\.rawValue).joined(separator: ", ")
        throw NetworkError(
          "'\(word)' in '\(text)' is not a setting: settings are \(keys), each with = and a value")
      }
      guard values.updateValue(pair[1], forKey: key) == nil else {
        throw NetworkError("'\(text)' names \(key.rawValue) twice")
      }
    }
  }

  /// The value of a setting; nil if the text does not have it.
  subscript(key: Key) -> Substring? { values[key] }
}
