#!/usr/bin/env bash
# Runs a short training like the planned ones, for its log: measure.sh BUILD PLAN FOLDER, with the pipeline's folder and the
# output of planned.sh. It writes FOLDER/SET/*.jsonl, laid out as the pipeline's own logs, and nothing if the tools, the
# network's options or the images do not exist yet, or another engine is used (TRAIN).
set -euo pipefail
build=$1
plan=$2
folder=$3
tools=.build/release
option() { # option NAME WORDS: its value
  sed -nE "s/^.*[ ']$1 ([^ ']+).*/\1/p" <<< " $2"
}

mkdir -p "$folder/options"
words=$(grep $'/options/init\t' "$plan" || cat "$build/options/init" 2> /dev/null || true)
echo "$words" > "$folder/options/init"
training=
while [ -z "$training" ] && read -r line; do
  [ ! -f "$(option --images "$line")" ] || training=$line
done < <(grep -E $'^train\t.*release/train ' "$plan")
architecture=$(option --architecture "$words")
[ -n "$training" ] && [ -n "$architecture" ] && [ -x $tools/train ] && [ -x $tools/sample-init ] || exit 0

images=$(option --images "$training")
network=(--architecture "$architecture")
for name in --hidden --pooled; do
  value=$(option $name "$words")
  [ -z "$value" ] || network+=("$name" "$value")
done
options=()
for name in --side --batch --threads --convolution; do
  value=$(option $name "$training")
  [ -z "$value" ] || options+=("$name" "$value")
done
run=$folder/$(basename "$images" .h5)/measured-1
mkdir -p "$(dirname "$run")"
exec 2> /dev/null # too few images, or no test images, are not errors of the pipeline
$tools/sample-init --method kaiming-normal "${network[@]}" --images "$images" -o "$run.init.h5" || exit 0
train() { # train COUNT WORDS…
  timeout 60 $tools/train "$run.init.h5" --images "$images" --epochs 1 --subset "$1" "${@:2}" "${options[@]}" \
    --log "$run.run.jsonl" -o "$run.run.h5"
}
# The first steps are slower than others, so the training is lengthened until it takes seconds.
for count in 128 512 2048 8192; do
  train $count --test-subset $((count / 4)) || train $count || break
  seconds=$(sed -nE '$s/.*"seconds":([0-9]+).*/\1/p' "$run.run.jsonl")
  [ "${seconds:-0}" -lt 2 ] || break
done
