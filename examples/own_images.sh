#!/usr/bin/env bash
# From a folder of your own images to a page that compares initialisers on them. FOLDER holds CLASS/*.png or .jpg,
# best below train/ and test/:
#     examples/own_images.sh FOLDER RESULTS
#     METHODS='nfm copy' SEEDS='1 2 3 4 5' EPOCHS=20 SIDE=64 NETWORK=vgg16 examples/own_images.sh FOLDER RESULTS
set -euo pipefail
PATH=$PATH:$(cd "$(dirname "$0")/.." && pwd)/.build/release
folder=$1 results=$2 network=(--architecture "${NETWORK:-vgg11@0.25}")
work=$results/files
mkdir -p "$work"
images=(--images "$work/images.h5") options=(--epochs "${EPOCHS:-5}" --learning-rate "${RATE:-0.01}" --batch 16)

decode-images "$folder" --name "$(basename "$folder")" --resize "${SIDE:-32}" -o "$work/images.h5"
sample-init --method kaiming-normal --seed 100 "${network[@]}" "${images[@]}" \
  | train "${images[@]}" "${options[@]}" --seed 100 | extract-pretrained -o "$work/source.h5"
compute-nfm "$work/source.h5" -o "$work/nfm.h5"
for seed in ${SEEDS:-1 2 3}; do
  for method in kaiming-normal ${METHODS:-nfm kaiming-nfm}; do
    case $method in
      *nfm) from=("$work/nfm.h5") ;;
      copy | permuted) from=(--source "$work/source.h5") ;;
      *) from=("${network[@]}") ;;
    esac
    sample-init --method "$method" --seed "$seed" "${from[@]}" "${images[@]}" \
      | train "${images[@]}" "${options[@]}" --seed "$seed" -o "$work/$method-$seed.run.h5" \
      --log "$work/$method-$seed.run.jsonl"
  done
done
report "$work"/*.run.h5 -o "$results"
