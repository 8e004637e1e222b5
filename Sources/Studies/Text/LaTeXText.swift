// Text for LaTeX without a package: characters for which pdflatex has a command become that command, including
// accents; every other character is spelled out, such as `<U+82B1>`.

import Foundation

/// Text from a file in one line, escaped for text mode in any document that pdflatex compiles.
package func latexEscaped(_ text: String) -> String {
  var result = ""
  for character in text.visible {
    // Two hyphens would become a dash, two apostrophes a quotation mark.
    if character == "-" || character == "'", result.last == character { result += "{}" }
    result += latex(character)
  }
  return result
}

private func latex(_ character: Character) -> String {
  if let ascii = character.asciiValue, ascii >= 0x20 {
    return latexCommands[character.unicodeScalars[character.unicodeScalars.startIndex]]
      ?? String(character)
  }
  if let accented = accented(character) { return accented }
  return character.unicodeScalars.map { scalar in
    if let command = latexCommands[scalar] { return command }
    if scalar.isASCII { return String(Character(scalar)) }
    return scalar.spelled.map(latex).joined()
  }.joined()
}

/// A Latin letter with one accent, such as `\'{e}`; nil for anything else, and for accents that TeX's fonts
/// cannot stack.
private func accented(_ character: Character) -> String? {
  let scalars = Array(String(character).decomposedStringWithCanonicalMapping.unicodeScalars)
  guard scalars.count == 2, let command = accents[scalars[1]],
    scalars[0].isASCII && scalars[0].properties.isAlphabetic || scalars[0] == "ı"
  else { return nil }
  let isBelow = ["c", "d", "b", "k"].contains(command)
  let letter: String
  switch scalars[0] {
  // An accent replaces the dot.
  case "i" where !isBelow, "ı": letter = "\\i"
  case "j" where !isBelow: letter = "\\j"
  default: letter = String(Character(scalars[0]))
  }
  let text = "\\\(command){\(letter)}"
  return command == "k" ? inT1(text) : text
}

/// Text with letters that the default font encoding does not have; every LaTeX also has T1.
private func inT1(_ text: String) -> String { "{\\fontencoding{T1}\\selectfont \(text)}" }

private let accents: [Unicode.Scalar: String] = [
  "\u{300}": "`", "\u{301}": "'", "\u{302}": "^", "\u{303}": "~", "\u{304}": "=", "\u{306}": "u",
  "\u{307}": ".", "\u{308}": "\"", "\u{30A}": "r", "\u{30B}": "H", "\u{30C}": "v", "\u{323}": "d",
  "\u{327}": "c", "\u{328}": "k", "\u{331}": "b",
]

/// Commands by character. Brackets are in braces, since [ after the end of a line would begin an argument.
private let latexCommands: [Unicode.Scalar: String] = {
  var commands: [Unicode.Scalar: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "%": "\\%", "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "[": "{[}",
    "]": "{]}", "<": "$<$", ">": "$>$", "|": "$|$", "\"": "''", "`": "\\textasciigrave{}",
    "\u{A0}": "~", "\u{202F}": "\\,", "\u{2009}": "\\,", "\u{AD}": "\\-", "‐": "-", "‑": "-",
    "–": "--", "—": "---", "‘": "`", "’": "'", "‚": ",", "“": "``", "”": "''", "…": "\\ldots{}",
    "ß": "\\ss{}", "æ": "\\ae{}", "Æ": "\\AE{}", "œ": "\\oe{}", "Œ": "\\OE{}", "ø": "\\o{}",
    "Ø": "\\O{}", "ł": "\\l{}", "Ł": "\\L{}", "ı": "\\i{}", "ȷ": "\\j{}", "¡": "!`", "¿": "?`",
    "§": "\\S{}", "¶": "\\P{}", "©": "\\copyright{}", "®": "\\textregistered{}",
    "™": "\\texttrademark{}", "£": "\\pounds{}", "€": "\\texteuro{}", "¥": "\\textyen{}",
    "¢": "\\textcent{}", "‰": "\\textperthousand{}", "•": "\\textbullet{}", "†": "\\dag{}",
    "‡": "\\ddag{}",
  ]
  let letters: [Unicode.Scalar: String] = [
    "đ": "\\dj", "Đ": "\\DJ", "ð": "\\dh", "Ð": "\\DH", "þ": "\\th", "Þ": "\\TH", "ŋ": "\\ng",
    "Ŋ": "\\NG", "«": "\\guillemotleft", "»": "\\guillemotright", "„": "\\quotedblbase",
  ]
  let mathematics: [Unicode.Scalar: String] = [
    "−": "-", "±": "\\pm", "∓": "\\mp", "×": "\\times", "÷": "\\div", "·": "\\cdot", "⋅": "\\cdot",
    "∗": "*", "∘": "\\circ", "°": "^\\circ", "¬": "\\neg", "→": "\\rightarrow", "←": "\\leftarrow",
    "↑": "\\uparrow", "↓": "\\downarrow", "↔": "\\leftrightarrow", "⇒": "\\Rightarrow",
    "⇐": "\\Leftarrow", "⇔": "\\Leftrightarrow", "↦": "\\mapsto", "≤": "\\leq", "≥": "\\geq",
    "≠": "\\neq", "≈": "\\approx", "≡": "\\equiv", "∼": "\\sim", "∝": "\\propto", "≪": "\\ll",
    "≫": "\\gg", "∈": "\\in", "∉": "\\notin", "∅": "\\emptyset", "∩": "\\cap", "∪": "\\cup",
    "⊂": "\\subset", "⊆": "\\subseteq", "∀": "\\forall", "∃": "\\exists", "∞": "\\infty",
    "∂": "\\partial", "∇": "\\nabla", "∑": "\\sum", "∏": "\\prod", "∫": "\\int", "√": "\\surd",
    "‖": "\\|", "⟨": "\\langle", "⟩": "\\rangle", "⌊": "\\lfloor", "⌋": "\\rfloor", "ℓ": "\\ell",
    "ᵀ": "^{T}", "½": "\\frac12", "¼": "\\frac14", "¾": "\\frac34", "µ": "\\mu", "′": "'",
    "⁺": "^+", "⁻": "^-", "ⁿ": "^n", "₊": "_+", "₋": "_-", "ₖ": "_k", "¹": "^1", "²": "^2",
    "³": "^3",
  ]
  let greek: [(Unicode.Scalar, String)] = Array(
    zip(
      "αβγδεζηθικλμνξπρσςτυφχψωϑϕϵΓΔΘΛΞΠΣΥΦΨΩ".unicodeScalars,
      """
      alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma \
      varsigma tau upsilon varphi chi psi omega vartheta phi epsilon Gamma Delta Theta Lambda Xi \
      Pi Sigma Upsilon Phi Psi Omega
      """.split(separator: " ").map { "\\\($0)" }))
  for (letter, command) in letters { commands[letter] = inT1(command) }
  for (symbol, command) in mathematics { commands[symbol] = "$\(command)$" }
  for (letter, command) in greek { commands[letter] = "$\(command)$" }
  for (raised, digit) in zip("⁰⁴⁵⁶⁷⁸⁹".unicodeScalars, [0, 4, 5, 6, 7, 8, 9]) {
    commands[raised] = "$^\(digit)$"
  }
  for (lowered, digit) in zip("₀₁₂₃₄₅₆₇₈₉".unicodeScalars, 0...9) {
    commands[lowered] = "$_\(digit)$"
  }
  // Greek capitals that look like Latin ones, and omicron.
  for (letter, latin) in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ".unicodeScalars, "ABEZHIKMNOPTX") {
    commands[letter] = "$\\mathrm{\(latin)}$"
  }
  commands["ο"] = "$o$"
  return commands
}()
