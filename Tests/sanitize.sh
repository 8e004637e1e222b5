#!/usr/bin/env bash
# The tests under a sanitizer each, in builds of their own; FILTER= names tests, as swift test takes it.
# Optimised builds: without, a kernel takes a hundred times as long, and it is not what users run.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
# Files of HDF5 are read and written by one thread at a time: ThreadSanitizer has nothing to find there.
threaded='TensorsTests|NetworksTests|FeaturesTests|ToolingTests|ImageFormatsTests'
declare -A tests=(
  [address]="$threaded|HDF5Tests|StateDictionariesTests"
  [thread]="$threaded"
)
# Swift's own arrays store a count of 0 in the one empty array that all threads share.
known=$(mktemp)
trap 'rm -f "$known"' EXIT
echo 'race:_swiftEmptyArrayStorage' > "$known"
export TSAN_OPTIONS=die_after_fork=0:halt_on_error=1:suppressions=$known
export ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no
failed=0
for sanitizer in ${SANITIZERS:-address thread}; do
  flags=(-c release --sanitize "$sanitizer" --scratch-path ".build-$sanitizer")
  if swift build "${flags[@]}" --build-tests \
    && swift test "${flags[@]}" --skip-build --no-parallel --filter "${FILTER:-${tests[$sanitizer]}}" < /dev/null; then
    echo "$sanitizer: nothing found"
  else
    echo "$sanitizer: see above"
    failed=1
  fi
done
exit $failed
