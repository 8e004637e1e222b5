// Selection of a network's linear maps by the words of a user.

import Networks

/// Some of a network's linear maps, in words: `body` (the convolutions), `head`, `all`, numbers from 1
/// (`1`, `1-4`), names (`features.0`) or some parts of them (`classifier`, `blocks.0`, `attn.q`); several with commas.
package struct LayerSelection: Equatable, Sendable, CustomStringConvertible {
  private enum Word: Equatable {
    case all
    case role(LinearMap.Role)
    case numbers(ClosedRange<Int>)
    /// A name, or some parts of it, one after another.
    case name(Substring)

    /// nil if the word is not of this form.
    init?(_ text: Substring) {
      switch text {
      case "all": self = .all
      case "body": self = .role(.body)
      case "head": self = .role(.head)
      default:
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        if (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] {
          guard first >= 1, last >= first else { return nil }
          self = .numbers(first...last)
        } else if text.wholeMatch(of: /[A-Za-z_]\w*(\.\w+)*/) != nil {
          self = .name(text)
        } else {
          return nil
        }
      }
    }

    /// - Parameter number: from 1.
    func selects(_ map: LinearMap, number: Int) -> Bool {
      switch self {
      case .all: true
      case .role(let role): map.role == role
      case .numbers(let range): range.contains(number)
      case .name(let name): ".\(map.name).".contains(".\(name).")
      }
    }
  }

  private let words: [Word]
  /// As `init` takes it.
  package let description: String

  /// Every linear map there is to choose from.
  package static let all = LayerSelection(words: [.all], description: "all")
  /// The maps that make representations.
  package static let body = LayerSelection(words: [.role(.body)], description: "body")

  private init(words: [Word], description: String) {
    self.words = words
    self.description = description
  }

  /// - Throws: `FeatureError` if `text` is not a list of such words.
  package init(_ text: String) throws(FeatureError) {
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map { Word($0) }
    let known = words.compactMap { $0 }
    guard known.count == words.count else {
      throw FeatureError(
        "layers '\(text)' are not of the form body, head, all, 1, 1-4, features.0 or classifier,"
          + " nor several of these with commas")
    }
    self.init(words: known, description: text)
  }

  /// Those of `maps` that are selected, in the order of `maps`.
  ///
  /// - Parameter maps: to choose from, counted from 1.
  /// - Throws: `FeatureError` naming a word or number that selects none of them.
  package func chosen(of maps: [LinearMap]) throws(FeatureError) -> [LinearMap] {
    let texts = description.split(separator: ",")
    for (word, text) in zip(words, texts) {
      var isKnown = maps.enumerated().contains { word.selects($1, number: $0 + 1) }
      if case .numbers(let range) = word { isKnown = range.upperBound <= maps.count }
      guard isKnown else {
        throw FeatureError(
          "no layer '\(text)': there are \(maps.count), "
            + maps.map(\.name).joined(separator: ", "))
      }
    }
    return maps.enumerated().filter { index, map in
      words.contains { $0.selects(map, number: index + 1) }
    }.map(\.element)
  }
}
