# shellcheck shell=bash disable=SC2046,SC2154
# make is killed with all its processes at random moments and run again: the bytes are
# those of an undisturbed make, and `make status` reports the state.
words=(results PIPELINE=smoke 'train_options=--epochs 4 --subset 400 --learning-rate 0.01 --test-subset 200')
files() { (cd "$1" && find . -name '*.h5' | sort | xargs sha256sum); }
place() { echo "BUILD=$scratch/$1 RESULTS=$scratch/$1-results"; }

check "make results, undisturbed" make "${words[@]}" $(place whole)
files "$scratch/whole" > "$scratch/whole.txt"

moments=
for _ in $(seq 10); do
  moment=$((RANDOM % 3)).$((RANDOM % 10))
  moments="$moments $moment"
  setsid make -j2 "${words[@]}" $(place killed) > "$scratch/killed.log" 2>&1 &
  group=$!
  sleep "$moment"
  kill -KILL -- -$group 2> /dev/null
  wait $group 2> /dev/null
done
check "make results after kills at$moments s" make "${words[@]}" $(place killed)
files "$scratch/killed" > "$scratch/killed.txt"
check "the bytes after kills at$moments s" diff "$scratch/whole.txt" "$scratch/killed.txt"
left_over() { [ -z "$(find "$scratch/killed" -name '*.checkpoint')" ]; }
check "no checkpoint remains" left_over

# A run that takes long enough to be observed.
run=$scratch/killed/smoke/fashion-mnist/nfm-1
rm "$run".run.*
status() { make -s status "${words[@]:1}" $(place killed); }
says() { # says TEXT: in the status
  status > "$scratch/status"
  grep -qE "$1" "$scratch/status" || {
    cat "$scratch/status"
    return 1
  }
}
train() {
  exec .build/release/train "$run.init.h5" --images "$scratch/killed/images/fashion-mnist.h5" \
    --epochs 1000 --subset 400 --seed 1 --log "$run.run.jsonl" -o "$run.run.h5" --quiet
}
until_there() { for _ in $(seq 200); do [ -s "$1" ] && return; sleep 0.1; done; }
check "status: done and waiting" says '^3 of 4 runs done, 0 running, 0 stopped .*, 0 to be rerun .*, 1 waiting'
train &
process=$!
until_there "$run.run.h5.checkpoint"
check "status: running, with accuracy and time left" \
  says 'fashion-mnist/nfm-1 +running +[0-9]+/1000 +[0-9.]+ % +[0-9]+ (s|min|h)'
kill -KILL $process
wait $process 2> /dev/null
check "status: stopped" says 'fashion-mnist/nfm-1 +stopped +[0-9]+/1000'

# ---- Signals ----

loop() { # Ctrl-C, given to a loop over seeds as a terminal gives it: to every process of the group
  rm -f "$scratch"/loop-*.jsonl
  # shellcheck disable=SC2016
  env --default-signal=INT setsid bash -c 'for seed in 1 2 3; do .build/release/train "$0" --images "$1" --epochs 1000 --subset 400 --seed $seed \
    --log "$2/loop-$seed.jsonl" -o "$2/loop-$seed.run.h5" --quiet; done' \
    "$run.init.h5" "$scratch/killed/images/fashion-mnist.h5" "$scratch" &
  group=$!
  until_there "$scratch/loop-1.jsonl"
  kill -INT -- -$group
  wait $group
  [ ! -e "$scratch/loop-2.jsonl" ]
}
check "Ctrl-C ends a whole loop over seeds, not only its first run" loop
