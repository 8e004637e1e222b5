# shellcheck shell=bash disable=SC2154
# The examples, and the output of sample-init --for torchvision.
check "make results makes the inputs of the examples" make results PIPELINE=smoke
bin=.build/release
python=${FEATURE_INIT_PYTHON:-python3}

short() { # but for the reader, which has 80, and the engine, whose files have 250 at most
  local file most
  for file in examples/*.* examples/torch_engine/*.py; do
    case $file in
      *torch_engine/* | */train_torch.py) most=250 ;;
      */read_runs.py) most=80 ;;
      *) most=30 ;;
    esac
    [ "$(wc -l < "$file")" -lt $most ] || { echo "$file"; return 1; }
  done
}
check "every example is short: 30 lines, with two exceptions" short

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

# ---- Files in Python ----

read_runs() { # rows of run files say what runs.csv says
  "$python" examples/read_runs.py build/smoke/fashion-mnist/*.run.h5 > "$scratch/rows.csv" && "$python" -c "
import csv, sys
columns = 'seed learning_rate epoch train_loss validation_accuracy test_accuracy'.split()
def lines(path):
    return sorted([row.get('method', row.get('init_method'))] + [float(row[name]) for name in columns] for row in csv.DictReader(open(path)))
sys.exit(len(lines('$scratch/rows.csv')) != 12 or lines('$scratch/rows.csv') != lines('results/smoke/runs.csv'))"
}
read_features() { # the NFM is WᵀW, whose trace and rank come from the weights as well
  "$python" examples/read_runs.py build/smoke/source-1.nfm.h5 > "$scratch/layers.csv" && PYTHONPATH=examples "$python" -c "
import csv, numpy as np
from read_runs import read
rows = list(csv.DictReader(open('$scratch/layers.csv')))
network = read('build/smoke/source-1.network.h5')
assert [row['layer'] for row in rows] == ['features.' + number for number in '0 3 6 8 11 13 16 18'.split()], rows
for row in rows:
    weight = network[row['layer'] + '.weight'].astype(float)
    weight = weight.reshape(len(weight), -1)
    eigenvalues = np.linalg.eigvalsh(weight @ weight.T).clip(1e-12)
    shares = eigenvalues / eigenvalues.sum()
    assert np.isclose(float(row['trace']), (weight**2).sum()), row
    assert np.isclose(float(row['effective_rank']), np.exp(-(shares * np.log(shares)).sum()), rtol=1e-4), row
assert network['attributes']['architecture'].startswith('vgg') and 'features.0.bias' in network"
}
read_nothing() { # read_nothing FILE TEXT: one line, and no table
  ! "$python" examples/read_runs.py build/smoke/fashion-mnist/nfm-1.run.h5 "$1" > "$scratch/none.csv" 2> "$scratch/said" \
    && [ ! -s "$scratch/none.csv" ] && [ "$(wc -l < "$scratch/said")" = 1 ] && grep -qF "read_runs.py: $1: $2" "$scratch/said"
}
from_torchvision() { # from_torchvision SET FOLDER NAMES LABELS META KEY: the fixture's images, rewritten as torchvision keeps them
  local folder=$scratch/$2 batches=$scratch/$1-batches
  mkdir "$batches" && tar -xzf "Tests/ImageFormatsTests/Fixtures/$1-binary.tar.gz" -C "$scratch" \
    && $bin/decode-images "$folder" -o "$scratch/$1-binary.h5" && "$python" -c "
import glob, os, pickle, numpy as np
def write(name, content):
    pickle.dump(content, open('$batches/' + name, 'wb'), protocol=2)
for name in glob.glob('$folder/*.bin'):
    rows = np.frombuffer(open(name, 'rb').read(), np.uint8)
    rows = rows.reshape(-1, 3074 if '100' in '$1' else 3073)
    write(os.path.basename(name)[:-4], {b'$4': rows[:, -3073].tolist(), b'data': rows[:, -3072:]})
write('$5', {b'$6': list(filter(None, open('$folder/$3', 'rb').read().splitlines()))})" \
    && "$python" examples/from_torchvision.py "$batches" "$scratch/$1.h5" && PYTHONPATH=examples "$python" -c "
import numpy as np
from read_runs import read
ours, theirs = read('$scratch/$1.h5'), read('$scratch/$1-binary.h5')
for part in ('train', 'test'):
    for name in ('images', 'labels'):
        assert np.array_equal(ours[part][name], theirs[part][name]), (part, name)
ours, theirs = ours['attributes'], theirs['attributes']
assert ours['name'] == theirs['name'] and ours['classes'] == theirs['classes']
assert np.allclose(ours['mean'], theirs['mean']) and np.allclose(ours['std'], theirs['std'])" \
    && $bin/sample-init --method kaiming-normal --architecture vgg:4,M --images "$scratch/$1.h5" \
      | $bin/train --images "$scratch/$1.h5" --epochs 1 -o "$scratch/$1.run.h5"
}
if "$python" -c 'import h5py' 2> /dev/null; then
  check "examples/read_runs.py: runs as the report has them" read_runs
  check "features as the weights have them" read_features
  check "what is neither is refused in one line" read_nothing build/images/fashion-mnist.h5 'neither a run nor features'
  check "what is not there, too" read_nothing absent.h5 ''
  check "examples/from_torchvision.py: CIFAR-10's Python version has the binary version's images" \
    from_torchvision cifar-10 cifar-10-batches-bin batches.meta.txt labels batches.meta label_names
  check "and CIFAR-100's" \
    from_torchvision cifar-100 cifar-100-binary fine_label_names.txt fine_labels meta fine_label_names
else
  echo "skipped: examples/read_runs.py and from_torchvision.py need h5py (FEATURE_INIT_PYTHON names a Python)"
fi

# ---- Logs in other programs ----

# The code of docs/ways-in.md, with stand-ins for both programs that print what they are given.
stand_ins=$scratch/stand-ins
mkdir -p "$stand_ins/torch/utils"
touch "$stand_ins/torch/__init__.py" "$stand_ins/torch/utils/__init__.py"
cat > "$stand_ins/torch/utils/tensorboard.py" << 'END'
class SummaryWriter:
    def __init__(self, folder):
        self.folder = folder
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    def add_scalar(self, name, value, step):
        print(self.folder, name, value, step)
END
cat > "$stand_ins/wandb.py" << 'END'
class init:
    def __init__(self, project, name, config):
        self.name = name
        assert config["kind"] == "start" and config["threads"] > 0
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    def log(self, values, step):
        for name, value in values.items():
            print("tensorboard/" + self.name, name, value, step)
END
handed_on() { # handed_on HEADING: every epoch of a log, under its step
  local log=build/smoke/fashion-mnist/nfm-1.run.jsonl
  sed -n "/^## $1/,/^## /s/^    //p" docs/ways-in.md | grep -v '^python3 ' > "$scratch/handed.py"
  PYTHONPATH=$stand_ins "$python" "$scratch/handed.py" "$log" > "$scratch/handed" && "$python" -c "
import json, sys
lines = [line for line in map(json.loads, open('$log')) if line['kind'] == 'epoch']
expected = {f\"tensorboard/build/smoke/fashion-mnist/nfm-1 {name} {line[name]} {line['step']}\" for line in lines
            for name in ('train_loss', 'validation_accuracy', 'test_accuracy', 'learning_rate', 'seconds')}
sys.exit(len(expected) < 10 or not expected <= set(open('$scratch/handed').read().splitlines()))"
}
if "$python" -c '' 2> /dev/null; then
  check "docs/ways-in.md: a log in TensorBoard" handed_on TensorBoard
  check "and in W&B" handed_on Weights
else
  echo "skipped: logs in TensorBoard and W&B need Python"
fi

# ---- To and from PyTorch ----

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
check "another head is refused" refused 'sets --hidden' --method zero --hidden 10 -o "$scratch/no.pth"
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
