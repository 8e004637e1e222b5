# shellcheck shell=bash disable=SC2015,SC2054,SC2154
# Vision transformers through make and through pipes: pipeline vit with the smallest network that has all parts, a run
# that is killed and restarted, and inputs that do not fit.

bin=.build/release
# Other scripts leave files with the same names.
own=$scratch/transformers
mkdir "$own"
small=vit:side=28,patch=7,width=16,depth=2,heads=2,mlp=32,pool=mean
short='--epochs 1 --subset 400 --test-subset 200 --optimiser adamw --learning-rate 0.002 --batch 32 --clip 1'
words=(PIPELINE=vit BUILD="$own/build" RESULTS="$own/results" seeds=1 "network_options=--architecture $small"
  "source_options=$short" 'agop_options=--count 8' "train_options=$short")
made=$own/build/vit
images=$made/images/fashion-mnist.h5

check "make results makes a table of transformers" make results "${words[@]}"
arms() { # every arm has a row
  diff <(awk -F'|' '/^\|/ && !/^\| *(method|-)/ { gsub(/ /, "", $2); print $2; n++ } /^$/ && n { exit }' "$own/results/vit/table.md" | sort) \
    <(printf '%s\n' copy kaiming-agophe kaiming-agopsource kaiming-nfmhe kaiming-nfmisotropic kaiming-nfmsource kaiming-normal \
      timm torchvision)
}
check "the table of transformers has a row for each arm" arms
compared() { ! grep -E 'is not compared' "$own/results/vit/table.md"; }
check "each arm is compared with the baseline" compared
check "the page of transformers exists" test -s "$own/results/vit/index.html"
again() { [ "$(make -n results "${words[@]}" | grep -c 'release/')" = 0 ]; }
check "a second make of transformers plans nothing" again
finished() {
  make -s status "${words[@]}" > "$own/status" 2> "$own/complaints" && [ ! -s "$own/complaints" ] \
    && grep -q '^10 of 10 runs done, 0 running' "$own/status"
}
check "make status reports the runs and nothing else" finished
sized() { # how many draws from AGOP are given the source
  make -n results "${words[@]}" agop_options='--count 9' | grep -A 1 'method kaiming-agop' | grep -c 'source .*source-1001.network.h5'
}
check "AGOP is drawn at the size of a given source" test "$(sized)" = 1
head_alone() { # queries of one head of the second block have features of their own
  $bin/sample-init "$made/source-1001.nfm.h5" --method nfm --layers blocks.1.attn.q.1 --quiet -o "$own/one-head.h5"
}
check "features exist for each head" head_alone
methods_plain() {
  ! make -n results "${words[@]}" methods_plain=tim 2> "$own/refused" && grep -q "did you mean 'timm'" "$own/refused"
}
check "a misspelt method of the plain runs is refused" methods_plain
source_method() {
  ! make results "${words[@]}" BUILD="$own/refusing" source_method=tim > "$own/refused" 2>&1 \
    && grep -q "source_method: sample-init: no initialiser 'tim': did you mean 'timm'?" "$own/refused"
}
check "a misspelt method of the source is refused" source_method

# ---- Pipes ----

training=(--images "$images" --subset 800 --test-subset 200 --batch 32 --optimiser adamw --learning-rate 0.002 --weight-decay 0.05
  --clip 1 --schedule cosine --warm-up 0.5 --label-smoothing 0.1 --augment flip,crop --mixup 0.8 --seed 1)
draw() { $bin/sample-init --method timm --architecture "$small" --images "$images" --seed 1 --quiet "$@"; }
pipe() { draw | $bin/train "${training[@]}" --epochs 1 --quiet | tee "$own/pipe.h5" | $bin/report - > "$own/piped"; }
check "the pipe sample-init | train | report works" pipe
check "the report of a pipe names the method" grep -q '^timm ' "$own/piped"
chain() {
  draw -o "$own/init.h5" \
    && $bin/train "$own/init.h5" "${training[@]}" --epochs 1 --threads 1 --quiet -o "$own/chain.h5"
}
check "the same commands work with files and one thread" chain
check "pipe and files give the same bytes for transformers" cmp "$own/pipe.h5" "$own/chain.h5"

# ---- A run that is killed ----

long=(--epochs 60 --quiet)
undisturbed() { $bin/train "$own/init.h5" "${training[@]}" "${long[@]}" -o "$own/whole.h5"; }
check "a run of 60 epochs works" undisturbed
killed() { # ended while its checkpoint was there; a run that was quicker is tried again
  local process
  for _ in $(seq 10); do
    $bin/train "$own/init.h5" "${training[@]}" "${long[@]}" -o "$own/run.h5" &
    process=$!
    for _ in $(seq 1000); do [ ! -s "$own/run.h5.checkpoint" ] || break; sleep 0.01; done
    kill -KILL $process
    wait $process 2> /dev/null
    [ -e "$own/run.h5" ] || return 0
    rm "$own/run.h5"
  done
  return 1
}
check "a run is killed" killed
check "the killed run leaves its state, with both moments of AdamW" test -s "$own/run.h5.checkpoint"
resumed() {
  $bin/train "$own/init.h5" "${training[@]}" --epochs 60 -o "$own/run.h5" 2> "$own/resumed" \
    && grep -q 'continuing after epoch' "$own/resumed" && cmp "$own/run.h5" "$own/whole.h5"
}
check "the killed run, restarted, ends with the bytes of the other" resumed

# ---- Inputs that do not fit ----

refused() { # refused STATUS TEXT COMMAND…: one line with this text, and no file
  local status=$1 text=$2 found
  shift 2
  "$@" -o "$own/refused.h5" 2> "$own/refused"
  found=$?
  [ $found = "$status" ] && [ "$(wc -l < "$own/refused")" = 1 ] && grep -qF -- "$text" "$own/refused" \
    && [ ! -e "$own/refused.h5" ] || { echo "status $found"; cat "$own/refused"; return 1; }
}
padded=build/images/fashion-mnist.h5
check "make makes images of 32×32" make "$padded" PIPELINE=smoke
new=("$bin/sample-init" --method timm --quiet)
resized() { # with a line that says so
  $bin/train "$own/init.h5" --images "$padded" --epochs 0 --quiet -o "$own/at-28.h5" 2> "$own/warned" \
    && grep -q 'resized from 32×32 to 28×28' "$own/warned" || { cat "$own/warned"; return 1; }
}
check "images of another side are resized" resized
check "another requested side is refused" refused 65 'images of 32×32 do not fit' \
  $bin/train "$own/init.h5" --images "$padded" --side 32 --epochs 1 --quiet
check "a side that the patch size does not divide is refused" refused 64 'not divisible into patches of 4×4' "${new[@]}" --architecture vit-micro --side 30
check "hidden layers are refused" refused 64 'no hidden layers' "${new[@]}" --architecture vit-micro --hidden 8
check "timm's draw for another family is refused" refused 65 "'timm' is of transformers" "${new[@]}" --architecture vgg11
