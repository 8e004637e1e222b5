#!/usr/bin/env bash
# Prints what make would make now: planned.sh GOAL…, with a line for each file: tool, file and command, separated by tabs. The
# tool of a file that remembers options is `options`. The script runs `make -n` with the words of the calling make, so that
# its output agrees with what make would do.
set -euo pipefail

# From MAKEFLAGS the words of the command line, -B and -e are kept; -j and the job server belong to the calling make.
flags=${MAKEFLAGS:-}
letters=${flags%% *}
kept=
for letter in B e; do
  [[ $letters == -* || $letters != *$letter* ]] || kept+=$letter
done
case $flags in
  *' -- '*) export MAKEFLAGS="$kept -- ${flags#* -- }" ;;
  *) export MAKEFLAGS=$kept ;;
esac
unset MFLAGS

make --no-print-directory --dry-run "$@" | awk -v OFS='\t' '
  { line = line $0 }
  sub(/\\$/, "", line) { next }
  {
    command = line
    line = ""
    words = split(command, word, " ")
    if (command ~ / > [^ ]*\/options\/[^ ]+$/) print "options", word[words], command
    for (i = 1; i < words; i++) {
      tool = word[i]
      if (sub(/^.*release\//, "", tool)) break
    }
    # With any engine (TRAIN), only trainings write runs.
    if (word[words - 1] == "-o" && word[words] ~ /\.run\.h5$/) {
      print "train", word[words], command
      next
    }
    if (tool == "fetch-data") print tool, word[words - 1] "/" word[words], command
    else if (i < words && word[words - 1] == "-o") print tool, word[words], command
  }'
