#!/usr/bin/env bash
# Tests of make and of tools in pipes: all of Tests/shell/*.sh, or those named (Tests/shell.sh pipeline).
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export NO_COLOR=1
# As a user's make, not as one below make test.
unset MAKEFLAGS MAKELEVEL MFLAGS
passed=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

check() { # check NAME COMMAND…
  local name=$1
  shift
  if "$@" > "$scratch/output" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "not ok: $name"
    sed 's/^/  /' "$scratch/output" | tail -20
  fi
}

[ $# -gt 0 ] || set -- Tests/shell/*.sh
for script in "$@"; do
  # shellcheck source=/dev/null
  source "Tests/shell/$(basename "$script" .sh).sh"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
