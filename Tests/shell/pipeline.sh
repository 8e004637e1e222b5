# shellcheck shell=bash disable=SC2154
# The behaviour of make on the smallest real pipeline: caching, which stages rerun after which change, and that the
# same inputs give the same bytes in two runs, by make -j2, through pipes, and for any number of threads.
export PIPELINE=smoke

# The number of commands of TOOL that `make -n` would run; further words go to make.
planned() {
  local tool=$1
  shift
  make -n results "$@" | grep -c "release/$tool " || true
}
plans() { # plans TOOL COUNT [MAKE WORDS…]
  local tool=$1 count=$2
  shift 2
  [ "$(planned "$tool" "$@")" = "$count" ] || {
    echo "$tool: $(planned "$tool" "$@") planned, not $count"
    return 1
  }
}
digests() { (cd build/smoke && find . -name '*.h5' | sort | xargs sha256sum); }

rm -rf build/smoke results/smoke
counts() { # counts TRAININGS WORDS…: make says of each which it is
  local count=$1
  shift
  make results "$@" > "$scratch/made" 2>&1 || { cat "$scratch/made"; return 1; }
  { grep -oE ': run [0-9]+ of [0-9]+' "$scratch/made" || true; } | diff - <(for i in $(seq "$count"); do echo ": run $i of $count"; done)
}
check "make results ends with the table, and counts its trainings" counts 4
for file in table.md table.csv curves.png loss-gap.png feature-maps.png ansatz.md ansatz.png; do
  check "results/smoke/$file exists" test -s "results/smoke/$file"
done
digests > "$scratch/first"

check "a second make plans nothing" plans '[a-z-]*' 0
check "a second make reports no trainings" counts 0
rm build/smoke/fashion-mnist/nfm-1.run.h5
check "a deleted run is remade" plans train 1
check "a deleted run needs the report to be remade" plans report 1
check "a deleted run needs no other stage" plans sample-init 0
epochs='train_options=--epochs 2 --subset 400 --learning-rate 0.01 --test-subset 200'
check "the remaining run is the first of one" counts 1
check "other epochs retrain every run" plans train 3 "$epochs"
check "other epochs rerun no earlier stage" plans '\(sample-init\|compute-nfm\|compute-agop\|decode-images\)' 0 "$epochs"
check "a new seed trains only the new runs" plans train 3 'seeds=1 2'
check "make -n changes nothing on the disk" plans train 0

early() { # early PATTERN WORDS…: refused before anything is decoded or trained
  local pattern=$1
  shift
  make results BUILD="$scratch/early" RESULTS="$scratch/early-results" "$@" > "$scratch/refused" 2>&1 && return 1
  grep -qF -- "$pattern" "$scratch/refused" || { cat "$scratch/refused"; return 1; }
  [ -z "$(find "$scratch/early" -name '*.h5')" ]
}
check "a misspelt option is reported before any work" early "train_options: train: Unknown option '--epoch'" 'train_options=--epoch 2'
check "an invalid value is reported before any work" early "source_options: train: --side is 1 to 4096" 'source_options=--side 0'
check "options without dashes are reported before any work" early "agop_options: compute-agop: 2 unexpected arguments: 'count', '64'" 'agop_options=count 64'
check "a misspelt method is reported before any work" early "methods: sample-init: no initialiser 'kaiming-nmf': did you mean 'kaiming-nfm'?" 'methods=nfm kaiming-nmf'
check "a misspelt option of a variant is reported before any work" early "agop_many: compute-agop: Unknown option '--cuont'" 'variants=plain many' 'agop_many=--cuont 3'

variants=('variants=slow fast' 'train_slow=--learning-rate 0.003' 'train_fast=--learning-rate 0.02'
  'train_options=--epochs 1 --subset 400 --test-subset 200' 'report_options=--tune learning_rate')
check "variants train each network twice" make results "${variants[@]}"
tuned() { grep -qE 'learning_rate.*0\.0(03|2)' results/smoke/table.md; }
check "the table states the chosen variant" tuned
check "another option of one variant trains only its runs" plans train 3 "${variants[@]}" \
  'train_fast=--learning-rate 0.03'
check "another variant trains only its runs" plans train 3 "${variants[@]}" \
  'variants=slow fast faster' 'train_faster=--learning-rate 0.03'

rounds=('variants=plain many round-2 round-3' 'agop_many=--count 32' previous_round-2=plain
  previous_round-3=round-2)
# Of kaiming-normal, nfm and kaiming-agop, the last has an AGOP of more images; the last two draw from their own networks twice.
check "variants and rounds are made" make results "${rounds[@]}"
named() { # named FILE… are there, and no other runs of variants
  (cd build/smoke && ls fashion-mnist/*+*.run.h5 source-1+*.h5) | diff - <(printf '%s\n' "$@")
}
rm -f build/smoke/fashion-mnist/*+{slow,fast}.run.h5
check "variants and rounds have files only where they differ" named fashion-mnist/kaiming-agop-1+{many,round-2,round-3}.run.h5 \
  fashion-mnist/nfm-1+{round-2,round-3}.run.h5 source-1+many.agop.h5
rows() {
  grep -qE '^\| kaiming-agop round-3 \|' results/smoke/table.md \
    && grep -q 'to their own method' results/smoke/table.md
}
check "each variant is a row, compared with its own method" rows
check "another round trains only its own runs" plans train 2 "${rounds[@]}" \
  'variants=plain many round-2 round-3 round-4' previous_round-4=round-3

mv build/smoke "$scratch/made-before"
parallel() { # each training names itself, and so does each of its lines
  make -j2 results > "$scratch/made" 2>&1 || { cat "$scratch/made"; return 1; }
  [ "$(grep -cE '^(source-1|fashion-mnist/(nfm|kaiming-agop|kaiming-normal)-1): run [1-4] of 4' "$scratch/made")" = 4 ] \
    && [ "$(grep -c '^fashion-mnist/nfm-1: train: epoch [1-4]/4: ' "$scratch/made")" = 4 ] \
    && grep -q '^source-1: train: epoch 1/1: ' "$scratch/made"
}
check "make -j2 works" parallel

digests > "$scratch/second"
check "two clean runs give the same bytes, also with -j2" diff "$scratch/first" "$scratch/second"
rm -rf build/smoke
check "one thread works" make results THREADS=1
digests > "$scratch/third"
check "one thread gives the same bytes as two" diff "$scratch/first" "$scratch/third"

bin=.build/release
images=build/images/fashion-mnist.h5
options=(--images "$images" --epochs 1 --subset 400 --test-subset 200 --learning-rate 0.01 --seed 1 --quiet)
pipe() {
  "$bin/compute-nfm" build/smoke/source-1.network.h5 \
    | "$bin/sample-init" --method kaiming-nfm --seed 1 \
    | "$bin/train" "${options[@]}" > "$scratch/pipe.h5"
}
chain() {
  "$bin/compute-nfm" build/smoke/source-1.network.h5 -o "$scratch/nfm.h5"
  "$bin/sample-init" "$scratch/nfm.h5" --method kaiming-nfm --seed 1 -o "$scratch/init.h5"
  "$bin/train" "$scratch/init.h5" "${options[@]}" -o "$scratch/chain.h5"
}
check "the pipe runs" pipe
check "the chain of files runs" chain
check "pipe and files give the same bytes" cmp "$scratch/pipe.h5" "$scratch/chain.h5"
report() { "$bin/report" - < "$scratch/pipe.h5" | grep -q kaiming-nfm; }
check "report reads a run from a pipe" report
python=${FEATURE_INIT_PYTHON:-python3}
similar() { # the example: features are similar to themselves, and NFM is not AGOP
  "$python" examples/compare_features.py build/smoke/source-1."$1".h5 build/smoke/source-1.nfm.h5 \
    | awk '{ if ($3 != "1.0000" || $6 != 1) unlike = 1; n++ } END { exit unlike || n != 8 }'
}
if "$python" -c 'import h5py, numpy' 2> /dev/null; then
  check "compare_features.py finds NFM similar to itself" similar nfm
  check "compare_features.py finds NFM different from AGOP" eval '! similar agop'
else
  echo "skipped: examples/compare_features.py needs h5py and numpy (FEATURE_INIT_PYTHON names a Python)"
fi
unset PIPELINE
