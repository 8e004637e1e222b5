#!/usr/bin/env bash
# Mutated files to every reader, or those named: fuzz.sh SECONDS [READER…]; prints reader, inputs tried and
# what came of it. Nothing may crash, take 5 s, or allocate 256 MiB at once or 1 GiB in all: four times
# what an honest picture of 4096×4096 needs, the largest thing that a small file may hold.
# The inputs that crash a reader stay in .build-fuzz/found. INPUTS=200000 ends a reader's turn earlier.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
seconds=$1
shift
runtime=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
FEATURE_INIT_FUZZER=$runtime/clang/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a
export FEATURE_INIT_FUZZER

# With what libFuzzer needs to see its way by.
coverage=-sanitize-coverage=edge,trace-cmp,inline-8bit-counters,pc-table
swift build -c release --scratch-path .build-fuzz --product fuzz --sanitize address \
  -Xswiftc "$coverage" > .build-fuzz.log 2>&1 || {
  tail -20 .build-fuzz.log
  exit 1
}
fuzz=.build-fuzz/release/fuzz
place=$(mktemp -d)
found=.build-fuzz/found
corpus=.build-fuzz/corpus
mkdir -p "$found" "$corpus"
Tests/fuzz/seeds.sh "$place/seeds" 2> "$place/seeds.log" || {
  cat "$place/seeds.log"
  exit 1
}
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 SWIFT_BACKTRACE=enable=no
failed=0
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $($fuzz)
printf '%-14s %10s  %s\n' reader inputs result
for reader in "$@"; do
  mkdir -p "$corpus/$reader"
  log=.build-fuzz/$reader.log
  READER=$reader $fuzz -max_total_time="$seconds" -runs="${INPUTS:--1}" -timeout=5 \
    -malloc_limit_mb=256 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$found/$reader-" "$corpus/$reader" "$place/seeds/$reader" < /dev/null > "$log" 2>&1
  status=$?
  count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)
  [ -n "$count" ] || count=$(grep -oE '^#[0-9]+' "$log" | tail -1 | tr -d '#')
  result=survived
  [ "$status" = 0 ] || {
    failed=1
    result="$(grep -m1 -oE 'ERROR: .*|Fatal error.*' "$log"), see $log"
  }
  printf '%-14s %10s  %s\n' "$reader" "${count:-0}" "$result"
done
rm -rf "$place"
exit $failed
