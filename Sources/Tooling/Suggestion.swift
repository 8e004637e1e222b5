// Suggestions "Did you mean …?" for mistyped names.

/// The candidate that a mistyped word most likely meant, or nil when none is near.
package func nearest(to word: String, among candidates: [String]) -> String? {
  if let longer = candidates.first(where: { !word.isEmpty && $0.hasPrefix(word) }) { return longer }
  let limit = max(1, word.count / 3)
  let measured = candidates.map { (distance($0.lowercased(), word.lowercased()), $0) }
  return measured.filter { $0.0 <= limit }.min { $0.0 < $1.0 }?.1
}

/// The field's usual names of options that have another name here.
private let usualNames = [
  "--lr": "--learning-rate", "--wd": "--weight-decay", "--batch-size": "--batch", "--bs": "--batch",
  "--num-epochs": "--epochs", "--workers": "--threads",
]

/// The option that an unknown one most likely meant, by the field's usual name or else by its letters.
func nearestOption(to option: String, among options: [String]) -> String? {
  if let usual = usualNames[option], options.contains(usual) { return usual }
  return nearest(to: option, among: options.filter { $0.hasPrefix("--") })
}

/// The number of letters to insert, delete or replace between two words (Levenshtein 1966).
private func distance(_ first: String, _ second: String) -> Int {
  let (first, second) = (Array(first), Array(second))
  var row = Array(0...second.count)
  for (i, letter) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in second.enumerated() {
      let replaced = diagonal + (letter == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[second.count]
}
