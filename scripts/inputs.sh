#!/usr/bin/env bash
# Lists the files and folders in the options of decode-images: inputs.sh list|state WORD…, with the words as the shell passes
# them to the tool. `list` prints them, each followed by a zero byte; `state` prints a number that changes when
# one of their files is added, removed, renamed, changed in size or touched, and nothing if there are none.
set -eu
export LC_ALL=C
mode=$1
shift
inputs=()
while [ $# -gt 0 ]; do
  case $1 in
    # The values of these options are not files, even if a file has that name.
    --name | --name-encoding | --resize | --pad | --limit | --classes) shift 2 || break ;;
    -*) shift ;;
    *)
      [ ! -e "$1" ] || inputs+=("$1")
      shift
      ;;
  esac
done
[ ${#inputs[@]} -gt 0 ] || exit 0
case $mode in
  list) printf '%s\0' "${inputs[@]}" ;;
  state) find -L "${inputs[@]}" -type f -printf '%p %s %T@\n' 2> /dev/null | sort | cksum ;;
esac
