#!/usr/bin/env bash
# Whether a tool knows the options that a pipeline gives it: check-options.sh WORD TOOL OPTION…, where WORD is the
# pipeline's word for them. The tool gets no input, so that it does nothing; what it says of the options is said in one
# line before hours of work that they would come after.
set -uo pipefail
word=$1
tool=$2
shift 2
inputs=()
case $tool in train | sample-init) inputs=(--images /dev/null) ;; esac
[[ $tool != sample-init || " $* " == *' --method '* ]] || inputs+=(--method kaiming-normal)
said=$(".build/release/$tool" "$@" "${inputs[@]}" < /dev/null 2>&1 > /dev/null)
[ $? = 64 ] || exit 0
# Others than train may be missing an input, or options that go with one.
if [ "$tool" = train ] \
  || grep -qE "Unknown option|is invalid for|takes no negative|no initialiser '" <<< "$said"; then
  echo "$word: $said" >&2
  exit 64
fi
