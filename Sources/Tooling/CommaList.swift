/// Lists as options and attributes are written: words with commas between them.

extension String {
  /// The values of a list, `1,2,3`; nil if a word of it, the empty one included, is none.
  package func list<Value>(_ value: (String) -> Value?) -> [Value]? {
    let words = split(separator: ",", omittingEmptySubsequences: false)
    let values = words.compactMap { value(String($0)) }
    return values.count == words.count ? values : nil
  }
}

extension Sequence {
  /// The elements as a list, `1,2,3`.
  package var listed: String { map { "\($0)" }.joined(separator: ",") }
}
