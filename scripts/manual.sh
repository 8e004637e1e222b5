#!/usr/bin/env bash
# Makes a tool's man page from its help: manual.sh BINARY > NAME.1. It needs bash and awk.
set -euo pipefail
tool=$(basename "$1")
# The version of the tools is the project's; its date is in CHANGELOG.md.
date=$(sed -nE 's/^## .*\(([0-9-]{10})\).*/\1/p' "$(dirname "$0")/../CHANGELOG.md" | head -1)
version=$("$1" --version | sed -E 's/^[^ ]+ ([^ ]+).*/\1/')
others=$(cd "$(dirname "$0")/../Sources" && for main in */*.swift; do grep -l '^@main' "$main" || true; done \
  | cut -d/ -f1 | grep -vx "$tool" | sed 's/.*/.BR & (1)/; $!s/$/ ,/')

# Converts lines of help, of the tool or of its subcommand `sub`, to lines of a man page.
# shellcheck disable=SC2016 # awk's own $0
page='
  BEGIN { typed = tool (subcommand == "" ? "" : " " subcommand) }
  function plain(text) { # escaped for roff
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    gsub(/\047/, "\\(aq", text)
    sub(/^\./, "\\\\\\&.", text)
    return text
  }
  function words(text,  list, n, i) { # options bold, <values> italic
    n = split(plain(text), list, " ")
    text = ""
    for (i = 1; i <= n; i++) {
      if (list[i] ~ /^\[?\\-/) { sub(/\\-[^],]*/, "\\fB&\\fR", list[i]) }
      text = text (i > 1 ? " " : "") list[i]
    }
    gsub(/</, "\\fI", text)
    gsub(/>/, "\\fR", text)
    return text
  }
  function add(line) { text[section] = text[section] line "\n" }
  function close_block() { if (block) add(".fi\n.RE"); block = 0 }
  function option(label, help) {
    add(".TP\n" words(label) "\n" (help == "" ? "\\&" : plain(help)))
  }

  sub(/^OVERVIEW: /, "") { abstract = $0; section = "DESCRIPTION"; next }
  sub(/^USAGE: [^ ]+ ?/, "") {
    close_block()
    section = "SYNOPSIS"
    if (subcommand != "") sub("^" subcommand " ?", "")
    add(".B " plain(typed) "\n" words($0))
    next
  }
  # Each subcommand has its own part, from its own help.
  /^SUBCOMMANDS:$/ { close_block(); section = "PASSED OVER"; next }
  section == "PASSED OVER" { next }
  /^[A-Z]+:$/ { close_block(); section = "OPTIONS"; label = ""; next }
  section == "OPTIONS" && /^          / { sub(/^ +/, ""); option(label, $0); label = ""; next }
  section == "OPTIONS" && /^  [^ ]/ {
    if (label != "") option(label, "")
    line = substr($0, 3)
    if (match(line, /   *[^ ]/)) {
      option(substr(line, 1, RSTART - 1), substr(line, RSTART + RLENGTH - 1))
      label = ""
    } else {
      label = line
    }
    next
  }
  section == "OPTIONS" { next }
  /^Examples?:$/ { close_block(); section = "EXAMPLES"; next }
  /^$/ { close_block(); gap = 1; next }
  /^  / {
    if (!block) add(".RS 2\n.nf")
    block = 1
    gap = 0
    add(plain(substr($0, 3)))
    next
  }
  {
    close_block()
    if (gap && text[section] != "") add(".PP")
    gap = 0
    add(plain($0))
  }

  END {
    if (label != "") option(label, "")
    close_block()
    if (subcommand != "") {
      printf ".SS %s\n%s\n.PP\n%s", plain(typed), plain(abstract), text["SYNOPSIS"]
      if (text["DESCRIPTION"] != "") printf ".PP\n%s", text["DESCRIPTION"]
      printf "%s", text["OPTIONS"]
      if (text["EXAMPLES"] != "") printf ".PP\nExample:\n%s", text["EXAMPLES"]
      exit
    }
    section = "EXIT STATUS"
    add("0; or as in sysexits.h: 64 the command line is wrong, 65 the input is, 66 it cannot be opened,")
    add("69 a download is not available, 73 the output cannot be created, 74 reading or writing failed.")
    section = "ENVIRONMENT"
    add(".B COLUMNS\nis the width of tables, help and progress; without, that of the terminal.")
    printf ".TH %s 1 %s \"feature\\-init %s\" \"User Commands\"\n", toupper(plain(tool)), date, version
    name = abstract
    sub(/\.$/, "", name)
    printf ".SH NAME\n%s \\- %s\n", plain(tool), plain(tolower(substr(name, 1, 1)) substr(name, 2))
    text["SUBCOMMANDS"] = ENVIRON["subcommands"]
    count = split("SYNOPSIS,DESCRIPTION,OPTIONS,SUBCOMMANDS,EXIT STATUS,ENVIRONMENT,EXAMPLES", order, ",")
    for (i = 1; i <= count; i++) if (text[order[i]] != "") printf ".SH %s\n%s", order[i], text[order[i]]
    printf ".SH SEE ALSO\n%s\n", others
  }'

# The help is wide, so that each option is one line.
export COLUMNS=10000
lines() { # lines BINARY [SUBCOMMAND]
  "$@" --help | awk -v tool="$tool" -v version="$version" -v date="$date" -v others="$others" \
    -v subcommand="${2:-}" "$page"
}
subcommands=$("$1" --help | sed -n '/^SUBCOMMANDS:/,$s/^  \([a-z-]*\) .*/\1/p' | while read -r name; do
  lines "$1" "$name"
done)
subcommands=${subcommands:+$subcommands$'\n'}
export subcommands
lines "$1"
