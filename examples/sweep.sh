#!/usr/bin/env bash
# One method under several values of one option of train, and the table that tells them apart:
#     examples/sweep.sh INIT.h5 IMAGES.h5 learning-rate 0.003 0.01 0.03 -- --epochs 5 --subset 6000
set -euo pipefail
PATH=$PATH:$(cd "$(dirname "$0")/.." && pwd)/.build/release
init=$1 images=$2 option=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

values=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  values+=("$1")
  shift
done
[ $# -eq 0 ] || shift
for value in "${values[@]}"; do
  train "$init" --images "$images" "--$option" "$value" "$@" -o "$work/$value.run.h5"
done
report "$work"/*.run.h5 --by "${option//-/_}"
