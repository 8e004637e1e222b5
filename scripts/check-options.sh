#!/usr/bin/env bash
# Checks that a tool accepts the options that a pipeline gives it: check-options.sh WORD TOOL OPTION…, where WORD is the
# pipeline's word for them. The tool gets no input, so that it does nothing. Its message about the options is reported in one
# line, before hours of work that would come first. TRAIN in the environment is the command of another engine, which is
# called in place of train.
set -uo pipefail
word=$1
tool=$2
shift 2
inputs=()
case $tool in
  train | compute-agop) inputs=(/dev/null --images /dev/null) ;;
  compute-nfm | extract-pretrained) inputs=(/dev/null) ;;
  sample-init)
    inputs=(--images /dev/null)
    [[ " $* " == *' --method '* ]] || inputs+=(--method kaiming-normal)
    ;;
esac
if [ "$tool" = train ] && [ -n "${TRAIN:-}" ]; then
  # An engine may not support pipes. Besides unknown options, the check refuses a missing library or device (69), and a
  # missing command or script (126, 127; 2 from an interpreter).
  said=$(eval "$TRAIN" '"${inputs[@]}" "$@" -o /dev/null/run.h5' < /dev/null 2>&1 > /dev/null)
  case $? in
    2 | 64 | 69 | 126 | 127) echo "$word: $(tail -n 1 <<< "$said")" >&2 && exit 64 ;;
    *) exit 0 ;;
  esac
fi
said=$(".build/release/$tool" "${inputs[@]}" "$@" < /dev/null 2>&1 > /dev/null)
[ $? = 64 ] || exit 0
# The other tools may also complain about missing inputs (a method, features, a run), which is accepted here.
case $tool in
  sample-init | report) grep -qE "Unknown option|is invalid for|takes no negative|no initialiser '|means nothing for it" <<< "$said" || exit 0 ;;
esac
echo "$word: $said" >&2
exit 64
