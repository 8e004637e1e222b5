# shellcheck shell=bash disable=SC2154
# Training by another engine: examples/train_torch.py compared with train, and make's TRAIN.
python=${FEATURE_INIT_PYTHON:-python3}
bin=.build/release
stopped() { # as after a kill: a run that is planned, and a checkpoint newer than what it was made from
  local folder=$scratch/stopped/fashion-mnist
  mkdir -p "$folder" && touch "$folder/nfm-1.run.h5.checkpoint.torch"
  printf 'train\t%s\n' "$folder/nfm-1.run.h5" | scripts/status.sh "$scratch/stopped" "$folder/nfm-1.run.h5" > "$scratch/status"
  grep -q 'nfm-1 *stopped' "$scratch/status"
}
check "make status knows the checkpoint of PyTorch's engine" stopped
if ! "$python" -c 'import torch, h5py' 2> /dev/null; then
  echo "skipped: examples/train_torch.py needs torch and h5py (FEATURE_INIT_PYTHON names a Python)"
  lacking() {
    "$python" examples/train_torch.py a.h5 --images b.h5 -o c.h5 2> "$scratch/said"
    [ $? = 69 ] && [ "$(wc -l < "$scratch/said")" = 1 ]
  }
  check "missing torch is reported in one line" lacking
  return 0
fi
here=$scratch/engines
mkdir -p "$here"
images=$here/clothes.h5
torch=("$python" examples/train_torch.py --threads 1) # of steps so small, threads would wait for each other
check "images for both engines" "$bin"/decode-images /usr/share/datasets/fashion-mnist/*.gz --name clothes --pad 32 \
  --limit 400 -o "$images"

init() { # init NAME WORDS…
  local stem=$here/$1
  shift
  "$bin"/sample-init --seed 3 --images "$images" "$@" -o "$stem.init.h5"
}
both() { # both INIT OPTIONS…: one epoch by train and by PyTorch, and how they differ
  local stem=$here/$1
  shift
  "$bin"/train "$stem.init.h5" --images "$images" --epochs 1 --seed 5 --stratify "$@" ${arithmetic:+--convolution $arithmetic} \
    -q -o "$stem.ours.run.h5" || return 1
  "${torch[@]}" "$stem.init.h5" --images "$images" --epochs 1 --seed 5 --stratify "$@" -q -o "$stem.torch.run.h5" || return 1
  "$python" Tests/shell/engines.py "$stem.ours.run.h5" "$stem.torch.run.h5"
}
vgg=(--method kaiming-normal --architecture vgg11@0.125)
check "a VGG without dropout" init plain "${vgg[@]}" --dropout 0
check "a VGG with dropout" init dropped "${vgg[@]}"
check "a vision transformer" init tokens --method timm --architecture vit:side=32,patch=8,width=32,depth=3,heads=2,mlp=64
check "a vision transformer with dropout, drop-path, fixed positions and the tokens' mean" init paths --method timm --dropout 0.1 \
  --architecture vit:side=32,patch=8,width=32,depth=3,heads=2,mlp=64,pool=mean,positions=sincos,droppath=0.3
check "a residual network" init residual --method kaiming-normal --architecture resnet8
check "a residual network without batch normalisation" init scalars --method fixup --architecture resnet8:norm=none
adam=(--optimiser adamw --learning-rate 0.002 --weight-decay 0.05 --clip 1)
# The default arithmetic rounds in other places than PyTorch does; the direct convolution rounds nearly the same.
arithmetic=direct
check "VGG: an epoch of 320 images by both engines agrees" both plain --learning-rate 0.003
check "VGG: with dropout masks, a subset, Nesterov's momentum and step decay" both dropped --learning-rate 0.003 \
  --subset 300 --test-subset 100 --nesterov --schedule step:1:0.5
# Deeper networks and larger steps amplify rounding in PyTorch's batch normalisation (docs/gpu.md).
check "residual network: an epoch by both engines agrees, running statistics too" both residual --learning-rate 0.001
check "residual network without batch normalisation: an epoch by both engines agrees" both scalars --learning-rate 0.01
arithmetic=
check "VGG: with Winograd's convolutions and every augmentation" both dropped --learning-rate 0.003 --batch 32 --clip 1 \
  --augment flip,crop --mixup 0.8 --cutmix 1 --label-smoothing 0.1 --schedule cosine --warm-up 0.3
check "transformer: an epoch by both engines agrees" both tokens "${adam[@]}" --schedule cosine --warm-up 0.5
check "transformer: with dropout, drop-path and CutMix" both paths "${adam[@]}" --augment flip --cutmix 0.5
check "VGG: with images resized to a larger side" both dropped --learning-rate 0.003 --clip 1 --side 40 --subset 100

resumed() { # killed after its first epoch, and given again: the bytes of an undisturbed run
  local command=("${torch[@]}" "$here/tokens.init.h5" --images "$images" --epochs 3 --augment flip "${adam[@]}" -q
    --log "$here/log.jsonl" -o)
  "${command[@]}" "$here/whole.h5" || return 1
  "${command[@]}" "$here/parts.h5" &
  local process=$!
  until [ -e "$here/parts.h5.checkpoint.torch" ]; do sleep 0.02; kill -0 $process || return 1; done
  kill -KILL $process
  wait $process
  [ ! -e "$here/parts.h5" ] || return 1
  ! "${command[@]}" "$here/parts.h5" --batch 32 2> "$here/said" && grep -q 'batch 64, not 32: --restart discards it' "$here/said" \
    || return 1
  "${command[@]}" "$here/parts.h5" 2> "$here/said" && grep -q 'continuing after epoch' "$here/said" \
    && cmp "$here/whole.h5" "$here/parts.h5" && [ ! -e "$here/parts.h5.checkpoint.torch" ] \
    && [ "$(grep -c '"kind":"start"' "$here/log.jsonl")" = 2 ] && [ "$(grep -c '"kind":"end"' "$here/log.jsonl")" = 1 ]
}
check "an interrupted run continues to the bytes of an undisturbed one" resumed

refuses() { # refuses STATUS PATTERN INPUT WORDS…: one line, and no file
  local status=$1 pattern=$2 input=$3
  shift 3
  "${torch[@]}" "$input" --images "$images" -o "$here/no.h5" "$@" > "$here/said" 2>&1
  [ $? = "$status" ] && grep -q -- "$pattern" "$here/said" && [ "$(wc -l < "$here/said")" = 1 ] && [ ! -e "$here/no.h5" ]
}
head -c 5000 "$here/plain.init.h5" > "$here/cut.h5"
cp "$here/plain.init.h5" "$here/mixer.h5"
"$python" -c "import h5py; h5py.File('$here/mixer.h5', 'a').attrs['architecture'] = 'convmixer'"
check "an unknown option is refused" refuses 64 'unrecognized arguments: --probe-head' "$here/plain.init.h5" --probe-head
check "an unknown value is refused" refuses 64 '--augment is none, flip' "$here/plain.init.h5" --augment flop
check "more images than there are is refused" refuses 64 '--subset 401, but' "$here/plain.init.h5" --subset 401
check "a missing file is refused" refuses 66 'no such file' "$here/nothing.h5"
check "a truncated file is refused" refuses 65 'no HDF5 file, or not a whole one' "$here/cut.h5"
check "images in place of the network are refused" refuses 65 'no network file' "$images"
check "another family is refused" refuses 65 "'convmixer' is no VGG, vision transformer or residual network" "$here/mixer.h5"
check "a side that is too small is refused" refuses 65 'too small for the pools' "$here/plain.init.h5" --side 16
keeps() { # what is no run is never replaced
  cp "$here/plain.init.h5" "$here/kept.h5"
  "${torch[@]}" "$here/plain.init.h5" --images "$images" -o "$here/kept.h5" 2> "$here/said"
  [ $? = 64 ] && cmp "$here/plain.init.h5" "$here/kept.h5"
}
check "a network is not overwritten" keeps
check "a network is not overwritten by a log" refuses 64 'not a log; remove it' "$here/plain.init.h5" --log "$here/kept.h5"
full() { # one line, and nothing half-written
  (ulimit -f 100; "${torch[@]}" "$here/dropped.init.h5" --images "$images" --subset 40 --epochs 1 -q -o "$here/full.h5" 2> "$here/said")
  [ $? = 74 ] && [ "$(wc -l < "$here/said")" = 1 ] && [ -z "$(find "$here" -name 'full.h5*')" ]
}
check "a full disk is reported" full

table() { # runs of both engines in one table, each engine's compared with its own baseline
  init other --method xavier-normal --architecture vgg11@0.125 || return 1
  for stem in dropped other; do
    "$bin"/train "$here/$stem.init.h5" --images "$images" --epochs 1 -q -o "$here/table-$stem.ours.run.h5" || return 1
    "${torch[@]}" "$here/$stem.init.h5" --images "$images" --epochs 1 -q -o "$here/table-$stem.torch.run.h5" || return 1
  done
  "$bin"/report "$here"/table-*.run.h5 --format csv > "$here/table.csv" || return 1
  diff <(cut -d, -f2-4,38 "$here/table.csv") - << END
method,convolution,engine,baseline
xavier-normal,unset,torch,kaiming-normal convolution=unset engine=torch
xavier-normal,winograd,unset,kaiming-normal convolution=winograd engine=unset
kaiming-normal,unset,torch,
kaiming-normal,winograd,unset,
END
}
check "one table has the runs of both engines" table

words=(PIPELINE=smoke THREADS=1 "BUILD=$here/build" "RESULTS=$here/results" 'network_options=--architecture vgg11@0.0625' ansatz_options=
  'source_options=--epochs 1 --subset 200 --test-subset 100' 'train_options=--epochs 1 --subset 200 --test-subset 100')
with_torch=("${words[@]}" "TRAIN=$python examples/train_torch.py --device cpu")
trainings() { # trainings PATTERN COUNT WORDS…: how many commands make would run
  local pattern=$1 count=$2
  shift 2
  make -n results "$@" > "$here/planned" && [ "$(grep -c -- "$pattern" "$here/planned" || true)" = "$count" ]
}
check "make -n shows TRAIN in the recipes of runs and sources" trainings 'train_torch.py --device cpu [^ ]*init.h5 ' 4 "${with_torch[@]}"
check "make -n shows no recipe with train" trainings 'release/train ' 0 "${with_torch[@]}"
check "make results with TRAIN goes from the download to the table" make results "${with_torch[@]}"
check "make verify accepts all of its files" make verify "${with_torch[@]}"
check "the table says which engine trained the runs" grep -q 'engine torch' "$here/results/smoke/table.txt"
check "a second make trains nothing" trainings 'train_torch.py --device cpu [^ ]*init.h5 ' 0 "${with_torch[@]}"
check "without TRAIN everything is trained again" trainings 'release/train ' 4 "${words[@]}"
plan() {
  make plan "${words[@]}" "TRAIN=$python examples/train_torch.py --quiet" > "$here/plan" || return 1
  grep -q '^4 trainings: about .*, by logs of this pipeline' "$here/plan"
}
check "make plan knows the trainings of another engine, and their time" plan
early() { # early PATTERN TRAIN WORDS…: before any work
  local pattern=$1 train=$2
  shift 2
  ! make results "${words[@]}" BUILD="$here/early" TRAIN="$train" "$@" > "$here/said" 2>&1 \
    && grep -q -- "$pattern" "$here/said" && [ -z "$(find "$here/early" -name '*.h5')" ]
}
check "an option that the engine does not know is reported before any work" early \
  'train_options: train_torch.py: unrecognized arguments: --probe-head' "$python examples/train_torch.py" 'train_options=--probe-head'
check "a missing script is reported before any work" early 'no_such_script.py' "$python examples/no_such_script.py"
rm -rf "$here"
