#!/usr/bin/env bash
# Prints the number of a training among those of one call of make, and an estimate of their remaining time:
# progress.sh BUILD CALL GOALS RUN.h5, where CALL ends in -PROCESS of make. The first training of a call gets the plan from
# planned.sh, so that trainings of earlier calls are not counted.
set -euo pipefail
build=$1
call=$(uname -n)-$2
goals=$3
run=$4

plan=$build/.plan-$call
if [ ! -e "$plan" ]; then
  # Plans of calls that have ended are removed.
  for old in "$build/.plan-$(uname -n)"-*; do
    process=${old##*-}
    [ ! -e "$old" ] || kill -0 "${process%.*}" 2> /dev/null || rm -f "$old"
  done
  # shellcheck disable=SC2086
  scripts/planned.sh $goals > "$plan.$$"
  mv "$plan.$$" "$plan" # may replace that of another training that began at the same moment, which is equal
fi
echo "$run" >> "$plan.started"
number=$(grep -nxFm1 -- "$run" "$plan.started" | cut -d: -f1)
count=$(grep -c $'^train\t' "$plan" || true)
left=$(scripts/time-left.sh "$build" "$plan" "$plan" | cut -f1) || true
name=$(basename "$(dirname "$run")")/$(basename "$run" .run.h5)
case $name in "$(basename "$build")"/source-*) name=${name#*/} ;; esac
echo "$name: run $number of $count${left:+, about $left left}"
