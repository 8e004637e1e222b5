#!/usr/bin/env bash
# Prints the known word that a mistyped one most likely meant: nearest.sh WORD KNOWN…
# It prints nothing if none is near. It needs only bash and awk, so that make can use it before anything is built.
set -euo pipefail
printf '%s\n' "$@" | awk '
  function least(a, b) { return a < b ? a : b }
  function distance(a, b,  i, j, row, diagonal, above) { # Levenshtein 1966
    for (j = 0; j <= length(b); j++) row[j] = j
    for (i = 1; i <= length(a); i++) {
      diagonal = row[0]
      row[0] = i
      for (j = 1; j <= length(b); j++) {
        above = row[j]
        row[j] = least(diagonal + (substr(a, i, 1) != substr(b, j, 1)), least(row[j - 1], above) + 1)
        diagonal = above
      }
    }
    return row[length(b)]
  }
  NR == 1 { word = $0; best = length(word) / 3 + 1; next }
  { d = index($0, word) == 1 ? 0 : distance(word, $0) }
  d < best { best = d; nearest = $0 }
  END { print nearest }'
