# shellcheck shell=bash disable=SC2154
# The examples, and the output of sample-init --for torchvision.
check "make results makes the inputs of the examples" make results PIPELINE=smoke
bin=.build/release
python=${FEATURE_INIT_PYTHON:-python3}

short() { # but for the engine, whose files have 250 at most
  local file most
  for file in examples/*.* examples/torch_engine/*.py; do
    case $file in *torch_engine/* | */train_torch.py) most=250 ;; *) most=30 ;; esac
    [ "$(wc -l < "$file")" -lt $most ] || { echo "$file"; return 1; }
  done
}
check "every example is shorter than 30 lines" short

pictures() { # pictures FOLDER COUNT: class folders of Fashion-MNIST's first images, drawn as PNG
  examples/some_images.sh "$1" "$2"
}
own_images() {
  pictures "$scratch/clothes" 120 \
    && SEEDS=1 EPOCHS=1 METHODS='kaiming-nfm copy' NETWORK=vgg11@0.0625 \
      examples/own_images.sh "$scratch/clothes" "$scratch/clothes-page" \
    && grep -q '^| copy ' "$scratch/clothes-page/table.md" \
    && grep -q 'on clothes' "$scratch/clothes-page/index.html"
}
check "examples/own_images.sh makes a page from a folder" own_images
sweep() {
  examples/sweep.sh build/smoke/fashion-mnist/nfm-1.init.h5 build/images/fashion-mnist.h5 learning-rate \
    0.003 0.03 -- --epochs 1 --subset 400 --test-subset 100 > "$scratch/sweep" || return 1
  grep -q 'nfm.*0\.003' "$scratch/sweep" && grep -q 'nfm.*0\.03 ' "$scratch/sweep"
}
check "examples/sweep.sh has a row for each value" sweep

read_runs() { # runs.csv as pandas reads it, and a picture
  MPLCONFIGDIR=$scratch/matplotlib "$python" examples/read_runs.py results/smoke/runs.csv "$scratch/runs.png" \
    && "$python" -c "
import pandas, sys
runs = pandas.read_csv('results/smoke/runs.csv')
sys.exit(list(runs.groupby('row')['epoch'].max()) != [4, 4, 4] or set(runs['learning_rate']) != {0.003})" \
    && [ "$(head -c 4 "$scratch/runs.png" | tail -c 3)" = PNG ]
}
if "$python" -c 'import pandas, matplotlib' 2> /dev/null; then
  check "examples/read_runs.py draws runs.csv" read_runs
else
  echo "skipped: examples/read_runs.py needs pandas and matplotlib (FEATURE_INIT_PYTHON names a Python)"
fi

for kind in pth safetensors; do
  taken_away() {
    $bin/sample-init --method kaiming-normal --seed 3 --for torchvision -o "$scratch/vgg11.$kind"
  }
  check "sample-init --for torchvision writes .$kind" taken_away
done
comes_back() { # the same numbers as the network file has, and torchvision's shapes
  $bin/sample-init --method kaiming-normal --seed 3 --hidden 4096,4096 --pooled 7 --outputs 1000 \
    -o "$scratch/plain.h5"
  for kind in pth safetensors; do
    $bin/extract-pretrained "$scratch/vgg11.$kind" -o "$scratch/back-$kind.h5" || return 1
    for name in features.0.weight features.3.weight classifier.6.bias; do
      cmp <(h5dump -d "$name" "$scratch/plain.h5" | tail -n +2) \
        <(h5dump -d "$name" "$scratch/back-$kind.h5" | tail -n +2) || return 1
    done
  done
}
if command -v h5dump > /dev/null; then
  check "the output of --for torchvision is read back" comes_back
else
  echo "skipped: comparing the numbers of --for torchvision needs h5dump (apt-get install hdf5-tools)"
fi
refused() { # refused PATTERN WORDS…
  local pattern=$1
  shift
  ! $bin/sample-init --for torchvision "$@" 2> "$scratch/said" && [ ! -e "$scratch/no.pth" ] \
    && grep -q "$pattern" "$scratch/said"
}
check "half of VGG11 is refused for torchvision" refused "torchvision has no 'vgg11@0.5'" \
  --method nfm build/smoke/source-1.nfm.h5 --architecture vgg11@0.5 -o "$scratch/no.pth"
check "another head is refused" refused 'decides --hidden' --method zero --hidden 10 -o "$scratch/no.pth"
check "another kind of file is refused" refused 'neither' --method zero -o "$scratch/no.h5"

loads() { # loads FILE: strictly, into torchvision's own
  "$python" examples/to_pytorch.py "$1" > "$scratch/logits" \
    && grep -q '^132863336 parameters, logits \[2, 1000\]' "$scratch/logits"
}
from_pytorch() { # a state dictionary that PyTorch wrote, and what was drawn from it back in PyTorch
  "$python" examples/from_pytorch.py Tests/StateDictionariesTests/Fixtures/"$1" kaiming-nfm "$scratch/drawn.pth" \
    && "$python" -c "
import torch, sys
state = torch.load('$scratch/drawn.pth', weights_only=True)
sys.exit(len(state) < 4 or not all(torch.isfinite(v).all() for v in state.values()))"
}
if "$python" -c 'import torch' 2> /dev/null; then
  check "examples/from_pytorch.py computes features of PyTorch's weights" from_pytorch vgg11.pth
else
  echo "skipped: examples/from_pytorch.py needs torch (FEATURE_INIT_PYTHON names a Python)"
fi
if "$python" -c 'import torch, torchvision' 2> /dev/null; then
  check "examples/to_pytorch.py loads the .pth into torchvision's VGG11" loads "$scratch/vgg11.pth"
else
  echo "skipped: examples/to_pytorch.py needs torch and torchvision (FEATURE_INIT_PYTHON names a Python)"
fi
if "$python" -c 'import torch, torchvision, safetensors' 2> /dev/null; then
  check "examples/to_pytorch.py loads the .safetensors into torchvision's VGG11" loads "$scratch/vgg11.safetensors"
fi
rm -f "$scratch"/vgg11.* "$scratch"/back-*.h5
