#!/usr/bin/env bash
# Runs tests of make and of tools in pipes: all of Tests/shell/*.sh, or the named ones (Tests/shell.sh pipeline).
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export NO_COLOR=1
# The tests' make runs as a user's, not as one below make test.
unset MAKEFLAGS MAKELEVEL MFLAGS
passed=0
failed=0
scratch=$(mktemp -d)
# A check that hangs fails by name: when LIMIT seconds have passed since it began, all processes that
# this shell started are killed, and the next check follows.
limit=${LIMIT:-600}
descendants() { # descendants PROCESS, except the watchman
  local child
  for child in $(pgrep -P "$1"); do
    [ "$child" = "$watchman" ] || echo "$child $(descendants "$child")"
  done
}
watch() {
  trap - EXIT
  local watchman=$BASHPID overdue
  while sleep 5 && [ -e "$scratch/began" ]; do
    [ $(($(date +%s) - $(stat -c %Y "$scratch/began"))) -gt "$limit" ] || continue
    touch "$scratch/began"
    overdue=$(descendants $$ | xargs)
    echo "over $limit s; killed:"
    ps -o args= -p "${overdue// /,}"
    # shellcheck disable=SC2086
    kill -KILL $overdue
  done
}
touch "$scratch/began"
watch &
disown
trap 'rm -rf "$scratch"' EXIT

check() { # check NAME COMMAND…
  local name=$1
  shift
  touch "$scratch/began"
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
  name=$(basename "$script" .sh)
  before=$((passed + failed))
  began=$(date +%s)
  # shellcheck source=/dev/null
  source "Tests/shell/$name.sh"
  echo "$name: $((passed + failed - before)) checks in $(($(date +%s) - began)) s"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
