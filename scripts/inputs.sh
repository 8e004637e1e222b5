#!/usr/bin/env bash
# The files and folders that the options of decode-images name: inputs.sh list|state WORD…, with the words as the tool
# itself gets them from the shell. `list` prints them, each ended by a zero byte; `state` prints a number that changes when
# one of their files is added, removed, renamed, changed in size or touched, and nothing where there are none.
set -eu
export LC_ALL=C
mode=$1
shift
inputs=()
while [ $# -gt 0 ]; do
  case $1 in
    # Their values are no files, even where one is called so.
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
