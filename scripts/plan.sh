#!/usr/bin/env bash
# Prints what make would make, and an estimate of the time of its trainings: plan.sh BUILD GOAL…, for the pipeline whose
# folder is BUILD. The time comes from logs of earlier trainings, or from a short one in a temporary folder. It needs bash and awk.
set -euo pipefail
export LC_ALL=C
build=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
plan=$scratch/plan
scripts/planned.sh "$@" > "$plan"

awk -F '\t' -v sources="$build/source-" '
  BEGIN {
    stages = split("downloads,image sets,source networks,networks taken from runs or downloads,features,initial networks,runs," \
      "tables with their figures", stage, ",")
    split("fetch-data 1 decode-images 2 extract-pretrained 4 compute-nfm 5 compute-agop 5 sample-init 6 train 7 report 8", pair, " ")
    for (i = 1; pair[i] != ""; i += 2) number[pair[i]] = pair[i + 1]
  }
  $1 in number { count[$1 == "train" && index($2, sources) == 1 ? 3 : number[$1]]++; all++ }
  END {
    for (i = 1; i <= stages; i++) if (count[i]) printf "%-40s %5d\n", stage[i], count[i]
    if (!all) print "nothing is to be made"
  }' "$plan"

trainings=$(grep -c $'^train\t' "$plan" || true)
[ "$trainings" -gt 0 ] || exit 0

found=$(scripts/time-left.sh "$build" "$plan")
from=${found#*$'\t'}
if [ -z "$found" ]; then
  scripts/measure.sh "$build" "$plan" "$scratch/measured"
  found=$(scripts/time-left.sh "$scratch/measured" "$plan")
  from=${found:+now}
fi
printf '%d trainings' "$trainings"
case $from in
  same) echo ": about ${found%$'\t'*}, by logs of this pipeline" ;;
  others) echo ": about ${found%$'\t'*}, by logs of other pipelines" ;;
  now) echo ": about ${found%$'\t'*}, by a short training just now" ;;
  *) echo "; how long they take is not known yet" ;;
esac
