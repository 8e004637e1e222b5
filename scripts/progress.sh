#!/usr/bin/env bash
# Which training this is of those that one call of make is to do, and about how long they take:
# progress.sh BUILD CALL GOALS RUN.h5, where CALL ends in -PROCESS of make. The first training of a call asks planned.sh
# for the plan, so that what earlier calls have done is not counted.
set -euo pipefail
build=$1
call=$(uname -n)-$2
goals=$3
run=$4

plan=$build/.plan-$call
if [ ! -e "$plan" ]; then
  # Plans of calls that have ended.
  for old in "$build/.plan-$(uname -n)"-*; do
    process=${old##*-}
    [ ! -e "$old" ] || kill -0 "${process%.*}" 2> /dev/null || rm -f "$old"
  done
  # shellcheck disable=SC2086
  scripts/planned.sh $goals > "$plan.$$"
  mv "$plan.$$" "$plan" # over that of another training which began at the same moment: they are alike
fi
echo "$run" >> "$plan.started"
number=$(grep -nxFm1 -- "$run" "$plan.started" | cut -d: -f1)
count=$(grep -c $'^train\t' "$plan" || true)
left=$(scripts/time-left.sh "$build" "$plan" "$plan" | cut -f1) || true
name=$(basename "$(dirname "$run")")/$(basename "$run" .run.h5)
case $name in "$(basename "$build")"/source-*) name=${name#*/} ;; esac
echo "$name: run $number of $count${left:+, about $left left}"
