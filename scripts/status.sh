#!/usr/bin/env bash
# Prints the progress of a pipeline's runs: planned.sh results | status.sh BUILD RUN.h5…, one line each. The files to make
# come from standard input, and the progress from the logs that train writes beside the runs (docs/files.md).
# It needs no build, only bash and awk.
set -uo pipefail
export LC_ALL=C  # awk reads and writes 0.5, not 0,5
host=$(uname -n)
build=$1
shift
declare -A planned
while IFS=$'\t' read -r _ file _; do
  [ -z "$file" ] || planned[$file]=1
done

# The state in the last line of a log, tab-separated:
# kind, epoch, epochs, best validation accuracy, seconds left, host, process.
digest() {
  awk '
    function value(key) {
      if (!match($0, "\"" key "\":(\"[^\"]*\"|[^,}]*)")) return ""
      text = substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
      gsub(/"/, "", text)
      return text
    }
    !/^\{.*\}$/ { next }  # incomplete after a kill
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

duration() { # in the format of the tools
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

# Whether the writer of a log is still running; on another machine only the log's age is known.
is_alive() { # is_alive LOG HOST PROCESS
  if [ "$2" = "$host" ]; then
    [ "$3" -gt 0 ] && kill -0 "$3" 2> /dev/null
  else
    [ -n "$(find "$1" -mmin -15)" ]
  fi
}

# The latest checkpoint of a run, by train or by PyTorch's engine (TRAIN), if there is one.
checkpoint_of() { # checkpoint_of RUN
  local latest=$1.checkpoint
  [ ! "$latest.torch" -nt "$latest" ] || latest+=.torch
  [ -f "$latest" ] && echo "$latest"
}

# Whether a training would continue from a run's checkpoint: the options and the initial network are not newer.
goes_on() { # goes_on RUN CHECKPOINT
  local stem=${1%.run.h5} needed
  local needs=("$stem.init.h5" "$build/options/train")
  case $stem in
    "$build"/source-*) needs[1]=$build/options/source ;;
    *+*)
      [ -e "${needs[0]}" ] || needs[0]=${stem%+*}.init.h5
      needs+=("$build/options/train-${stem##*+}")
      ;;
  esac
  for needed in "${needs[@]}"; do
    [[ ! -v planned[$needed] && ! $needed -nt $2 ]] || return 1
  done
}

declare -A count=([done]=0 [running]=0 [stopped]=0 [rerun]=0 [waiting]=0)
row='%-40s %-8s %9s %10s %14s\n'
# shellcheck disable=SC2059
printf "$row" run state epoch best left
for run in "$@"; do
  log=${run%.h5}.jsonl
  kind=- epoch=0 epochs=0 best=- left=- writer=- process=0
  [ ! -f "$log" ] || IFS=$'\t' read -r kind epoch epochs best left writer process < <(digest "$log")
  if [ "$kind" != - ] && [ "$kind" != end ] && is_alive "$log" "$writer" "$process"; then
    state=running
    # Lines between epochs belong to the present epoch.
    [ "$kind" = step ] || epoch=$((epoch < epochs ? epoch + 1 : epochs))
  elif [[ ! -v planned[$run] ]]; then
    state='done' left=-
  elif checkpoint=$(checkpoint_of "$run") && goes_on "$run" "$checkpoint"; then
    state=stopped
    [ "$kind" != step ] || epoch=$((epoch - 1))
  else
    state=waiting epoch=0 epochs=0 best=- left=-
    [ ! -f "$run" ] || state=rerun
  fi
  count[$state]=$((count[$state] + 1))
  [ "$epochs" = 0 ] && progress=- || progress=$epoch/$epochs
  name=$(basename "$(dirname "$run")")/$(basename "$run" .run.h5)
  # shellcheck disable=SC2059
  printf "$row" "$name" "$state" "$progress" "$best" "$(duration "$left")"
done
summary="${count[done]} of $# runs done, ${count[running]} running"
summary+=", ${count[stopped]} stopped (they go on from where they were)"
summary+=", ${count[rerun]} to be rerun (their options or inputs have changed), ${count[waiting]} waiting"
echo "$summary"
