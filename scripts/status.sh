#!/usr/bin/env bash
# How far the runs of a pipeline are: status.sh RUN.h5…, one line each, from the logs that train writes
# beside them (docs/files.md). Needs no build: bash and awk.
set -uo pipefail
export LC_ALL=C  # awk reads and writes 0.5, not 0,5
host=$(uname -n)

# The last line's state of a log, tab-separated:
# kind, epoch, epochs, best validation accuracy, seconds left, host, process.
digest() {
  awk '
    function value(key) {
      if (!match($0, "\"" key "\":(\"[^\"]*\"|[^,}]*)")) return ""
      text = substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
      gsub(/"/, "", text)
      return text
    }
    !/^\{.*\}$/ { next }  # torn by a kill
    {
      kind = value("kind")
      step = value("step")
      if (kind == "start") { first = step; host = value("host"); process = value("process") }
      accuracy = value("validation_accuracy")
      if (accuracy != "" && accuracy > best + 0) best = accuracy
      epoch = value("epoch"); epochs = value("epochs"); steps = value("steps"); seconds = value("seconds")
    }
    END {
      left = step > first ? int((steps - step) * seconds / (step - first)) : "-"
      printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", kind ? kind : "-", epoch + 0, epochs + 0, \
        best == "" ? "-" : sprintf("%.1f %%", 100 * best), left, host ? host : "-", process + 0
    }' "$1"
}

duration() { # as the tools write it
  if [ "$1" = - ]; then
    echo -
  elif [ "$1" -lt 60 ]; then
    echo "$1 s"
  elif [ "$1" -lt 3600 ]; then
    echo "$(($1 / 60)) min $(($1 % 60)) s"
  else
    echo "$(($1 / 3600)) h $(($1 % 3600 / 60)) min"
  fi
}

# Whether whoever wrote a log is still at it; of another machine only its log's age tells.
is_alive() { # is_alive LOG HOST PROCESS
  if [ "$2" = "$host" ]; then
    kill -0 "$3" 2> /dev/null
  else
    [ -n "$(find "$1" -mmin -15)" ]
  fi
}

declare -A count=([done]=0 [running]=0 [stopped]=0 [waiting]=0)
row='%-40s %-8s %9s %10s %14s\n'
# shellcheck disable=SC2059
printf "$row" run state epoch best left
for run in "$@"; do
  log=${run%.h5}.jsonl
  kind=- epoch=0 epochs=0 best=- left=- writer=- process=0
  [ ! -f "$log" ] || IFS=$'\t' read -r kind epoch epochs best left writer process < <(digest "$log")
  if [ "$kind" != - ] && [ "$kind" != end ] && is_alive "$log" "$writer" "$process"; then
    state=running
    # Lines between epochs belong to the one that is under way.
    [ "$kind" = step ] || epoch=$((epoch < epochs ? epoch + 1 : epochs))
  elif [ -f "$run" ]; then
    state='done' left=-
  elif [ -f "$run.checkpoint" ]; then
    state=stopped
    [ "$kind" != step ] || epoch=$((epoch - 1))
  else
    state=waiting epoch=0 epochs=0 best=- left=-
  fi
  count[$state]=$((count[$state] + 1))
  [ "$epochs" = 0 ] && progress=- || progress=$epoch/$epochs
  name=$(basename "$(dirname "$run")")/$(basename "$run" .run.h5)
  # shellcheck disable=SC2059
  printf "$row" "$name" "$state" "$progress" "$best" "$(duration "$left")"
done
echo "${count[done]} of $# runs done, ${count[running]} running, ${count[stopped]} stopped (they go on" \
  "from where they were), ${count[waiting]} waiting"
