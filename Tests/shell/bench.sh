# shellcheck shell=bash disable=SC2016,SC2154
# The comparison with PyTorch in bench: a stand-in for PyTorch answers at once.

cat > "$scratch/peer.sh" << 'PEER'
if [ "$1" = versions ]; then
  echo "{\"about\": \"a stand-in\", \"images\": 0, \"bfloat16\": $(cat "$0.bfloat16")}"
elif [ -e "$0.broken" ] && case "$*" in *--compile*) ;; *) false ;; esac; then
  exit 1
else
  echo '{"about": "a stand-in", "images": 64}'
  while read -r _; do echo '{"seconds": [1], "peak": 1000000}'; done
fi
PEER
measured() { # measured BFLOAT16: the labels of what is measured
  echo "$1" > "$scratch/peer.sh.bfloat16"
  .build/release/bench train-32 --rounds 1 --python sh --peer "$scratch/peer.sh" > "$scratch/bench" \
    && grep -oE 'feature-init  |PyTorch (f32|bf16) N...|bf16 is left out' "$scratch/bench" | xargs
}
f32='feature-init PyTorch f32 NCHW PyTorch f32 NHWC'
check "PyTorch's bfloat16 is measured if the processor has it" \
  test "$(measured true)" = "$f32 PyTorch bf16 NCHW PyTorch bf16 NHWC"
check "PyTorch's bfloat16 is left out and reported if the processor does not have it" \
  test "$(measured false)" = "bf16 is left out $f32"

residual() { # what is measured of a residual network's row
  .build/release/bench evaluate-resnet20 --rounds 1 --python sh --peer "$scratch/peer.sh" > "$scratch/bench" \
    && grep -oE 'feature-init  |PyTorch f32 N...' "$scratch/bench" | xargs
}
check "a residual network is compared with PyTorch in both layouts" test "$(residual)" = "$f32"

transformer() { # what is measured of a transformer's row
  .build/release/bench evaluate-micro --rounds 1 --python sh --peer "$scratch/peer.sh" > "$scratch/bench" \
    && grep -oE 'feature-init  |PyTorch f32( compiled)?( is left out)?' "$scratch/bench" | xargs
}
compiled='PyTorch f32 PyTorch f32 compiled'
check "a transformer is compared with PyTorch, plain and compiled" test "$(transformer)" = "feature-init $compiled"
touch "$scratch/peer.sh.broken"
check "a compiler that does not work leaves one row out and is reported" \
  test "$(transformer)" = "feature-init $compiled is left out"
