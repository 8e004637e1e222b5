#!/usr/bin/env bash
# The tests under a sanitizer each, in debug builds of their own; FILTER= names tests, as swift test takes it.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
filter=${FILTER:-TensorsTests|NetworksTests|FeaturesTests|HDF5Tests|ToolingTests|ImageFormatsTests|StateDictionariesTests}
# Forking a process with threads, which the HDF5 probe does, is what TSan refuses unless told.
export TSAN_OPTIONS=die_after_fork=0:halt_on_error=1 ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no
failed=0
for sanitizer in ${SANITIZERS:-address thread}; do
  flags=(--sanitize "$sanitizer" --scratch-path ".build-$sanitizer")
  if swift build "${flags[@]}" --build-tests \
    && swift test "${flags[@]}" --skip-build --filter "$filter" < /dev/null; then
    echo "$sanitizer: nothing found"
  else
    echo "$sanitizer: see above"
    failed=1
  fi
done
exit $failed
