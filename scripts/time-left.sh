#!/usr/bin/env bash
# Estimates the time of planned trainings: time-left.sh BUILD PLAN [NEWER] prints, for example, "12 min<tab>same", where the
# second word names the logs that it is from (time-left.awk), and nothing if no log helps. BUILD is the pipeline's folder, and
# PLAN the output of planned.sh in a file; logs newer than the file NEWER are of this call. It needs bash and awk.
set -euo pipefail
export LC_ALL=C
build=$1
plan=$2
newer=${3:-}

cores=$(getconf _NPROCESSORS_ONLN)
jobs=1
threads=$cores
case " ${MAKEFLAGS%% -- *}" in
  *--jobserver*)
    threads=1 # the tools' default under make -j
    jobs=$(sed -nE 's/^.* -j([0-9]+).*/\1/p' <<< " ${MAKEFLAGS%% -- *}")
    jobs=${jobs:-$cores}
    ;;
esac
told=$(awk '{ for (i = 1; i < NF; i++) if ($i == "--threads") { print $(i + 1); exit } }' "$plan")
threads=${told:-$threads}
# On this machine, no more threads work at once than it has cores.
if [ "$jobs" -gt 1 ] && grep -qE $'^train\t[^\t]*\t[^ ]*release/train ' "$plan"; then
  most=$((cores / threads))
  [ "$most" -ge 1 ] || most=1
  [ "$jobs" -le "$most" ] || jobs=$most
fi

# Times of another engine's trainings (make's TRAIN) say nothing about those of train, and vice versa.
written_by=-L
! grep -q $'^train\t' "$plan" || grep -qE $'^train\t.*release/train ' "$plan" || written_by=-l
logs() { # logs FIND'S WORDS…: the latest 200 logs
  find "$@" -name '*.jsonl' -type f -printf '%T@ %p\n' 2> /dev/null | sort -rn | head -200 | cut -d' ' -f2- \
    | xargs -r -d '\n' grep $written_by -m 1 '"engine":'
}
this=() same=() others=()
if [ -n "$newer" ]; then
  mapfile -t this < <(logs "$build" -newer "$newer")
  mapfile -t same < <(logs "$build" ! -newer "$newer")
else
  mapfile -t same < <(logs "$build")
fi
mapfile -t others < <(logs "$(dirname "$build")" -path "$build" -prune -o)
words=()
[ ! -f "$build/options/init" ] || words=("$build/options/init")

found=$(awk -v threads="$threads" -v slots="$jobs" -f "$(dirname "$0")/time-left.awk" era=plan "$plan" era=words "${words[@]}" \
  era=this "${this[@]}" era=same "${same[@]}" era=others "${others[@]}" < /dev/null)
[ -n "$found" ] || exit 0
seconds=${found% *}
if [ "$seconds" -lt 95 ]; then
  amount="$(((seconds + 9) / 10 * 10)) s"
elif [ "$seconds" -lt 5700 ]; then
  amount="$(((seconds + 30) / 60)) min"
else
  amount="$(((seconds + 1800) / 3600)) h"
fi
printf '%s\t%s\n' "$amount" "${found#* }"
