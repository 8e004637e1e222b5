#!/usr/bin/env bash
# Whether a tool knows the options that a pipeline gives it: check-options.sh WORD TOOL OPTION…, where WORD is the
# pipeline's word for them. The tool gets no input, so that it does nothing; what it says of the options is said in one
# line before hours of work that they would come after. TRAIN in the environment: the command of another engine, which is
# asked in place of train.
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
  # An engine may write no pipes. Beside options that it does not know, refused are a library or a device that it lacks
  # (69), and a command or a script that is not there (126, 127; 2 of an interpreter).
  said=$(eval "$TRAIN" '"${inputs[@]}" "$@" -o /dev/null/run.h5' < /dev/null 2>&1 > /dev/null)
  case $? in
    2 | 64 | 69 | 126 | 127) echo "$word: $(tail -n 1 <<< "$said")" >&2 && exit 64 ;;
    *) exit 0 ;;
  esac
fi
said=$(".build/release/$tool" "${inputs[@]}" "$@" < /dev/null 2>&1 > /dev/null)
[ $? = 64 ] || exit 0
# The others may lack what goes with the options: a method, features, a run.
case $tool in
  sample-init | report) grep -qE "Unknown option|is invalid for|takes no negative|no initialiser '|means nothing for it" <<< "$said" || exit 0 ;;
esac
echo "$word: $said" >&2
exit 64
