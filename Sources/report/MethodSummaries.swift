// What the methods of a study are, in the words of `sample-init --help`.

import Features
import Studies

/// The methods of a study that initialisers here draw, in the order of its table.
func methodSummaries(_ study: Study) -> [MethodSummary] {
  var names: [String] = []
  for method in study.methods {
    guard let name = study.runs.first(where: { $0.method == method })?.initialiser else { continue }
    if !names.contains(name) { names.append(name) }
  }
  return names.compactMap { name in
    summary(of: name).map { MethodSummary(name: name, summary: $0) }
  }
}

private func summary(of name: String) -> String? {
  if name == "untrained-aligned" {
    return "kaiming-nfm-aligned from a source before its first epoch: a control"
  }
  let suffix = "-aligned"
  guard name.hasSuffix(suffix) else {
    return Initialisers.all.first { $0.name == name }?.summary
  }
  let plain = String(name.dropLast(suffix.count))
  return Initialisers.all.contains { $0.name == plain }
    ? "\(plain), carried over to the new network's channels" : nil
}
