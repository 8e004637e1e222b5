// Lists in options and attributes: words separated by commas.

extension String {
  /// The values of a list, `1,2,3`; nil if one of its words, which may be empty, is not a value.
  package func list<Value>(_ value: (String) -> Value?) -> [Value]? {
    let words = split(separator: ",", omittingEmptySubsequences: false)
    let values = words.compactMap { value(String($0)) }
    return values.count == words.count ? values : nil
  }
}

extension Sequence {
  /// The elements as a comma-separated list, `1,2,3`.
  package var listed: String { map { "\($0)" }.joined(separator: ",") }
}
