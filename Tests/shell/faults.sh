# shellcheck shell=bash disable=SC2015,SC2054,SC2154
# Faults: full disks, folders without permission, kills at every system call of a write, inputs that
# change, two makes at once, clocks that jump, closed pipes, little memory. Afterwards the old output is
# intact or the new one is whole, no partial file is left, and the error is one line and an exit status.

tools=$PWD/.build/release
faults=$scratch/faults
mkdir -p "$faults"
pictures=$PWD/Tests/ImageFormatsTests/Fixtures
small=(--method kaiming-normal --architecture vgg:8,M,8,M --hidden 8 --images "$faults/images.h5")
large=(--method kaiming-normal --architecture vgg:64,M,128,M --images "$faults/images.h5")
# Images of 6×5 keep the side that they were drawn for: it is given, so that there is no warning.
training=(--images "$faults/images.h5" --side 6 --epochs 3 --batch 8 --quiet --threads 1)
decode() {
  "$tools/decode-images" "$pictures"/{train,t10k}-{images-idx3,labels-idx1}-ubyte --quiet -o "$1"
}
draw() { "$tools/sample-init" "${small[@]}" --quiet --seed "$1" -o "$2"; }
decode "$faults/images.h5"
draw 1 "$faults/old.h5"
draw 2 "$faults/new.h5"
"$tools/train" "$faults/old.h5" "${training[@]}" -o "$faults/run.h5"

# fails STATUS WORDS COMMAND…: the command fails with that status and one line on standard error that has the words.
fails() {
  local status=$1 words=$2 found
  shift 2
  "$@" > "$scratch/said.out" 2> "$scratch/said"
  found=$?
  [ $found = "$status" ] && [ "$(wc -l < "$scratch/said")" = 1 ] && grep -q "$words" "$scratch/said" || {
    echo "status $found, not $status, of: $*"
    cat "$scratch/said"
    return 1
  }
}
nothing_partial() { # nothing_partial FOLDER
  local left
  left=$(find "$1" -name '*.partial-*')
  [ -z "$left" ] || { echo "left over: $left"; return 1; }
}
intact() { # intact FILE [OLD]: it is still the old one, with nothing partial beside it
  cmp "$1" "$faults/${2:-old.h5}" && nothing_partial "$(dirname "$1")"
}

# ---- Full disks, read-only disks, links to other disks ----

disk=$faults/disk
mkdir "$disk"
if mount -t tmpfs -o size=256k none "$disk" 2> /dev/null; then
  cp "$faults/old.h5" "$disk/out.h5"
  cp "$faults"/{images,run}.h5 "$disk"
  check "sample-init reports a full disk" \
    fails 74 'No space left' "$tools/sample-init" "${large[@]}" --quiet -o "$disk/out.h5"
  check "sample-init on a full disk keeps the old output" intact "$disk/out.h5"
  dd if=/dev/zero of="$disk/full" bs=1k 2> /dev/null
  check "decode-images, which writes as it reads, reports a full disk" \
    fails 73 'No space left' decode "$disk/images.h5"
  check "decode-images on a full disk keeps the old output" intact "$disk/images.h5" images.h5
  check "train reports a full disk" \
    fails 74 'No space left' "$tools/train" "$faults/old.h5" "${training[@]}" --checkpoint-every 0 \
    -o "$disk/run.h5"
  check "train on a full disk keeps the old output" intact "$disk/run.h5" run.h5
  check "report reports a full disk" \
    fails 74 'No space left' "$tools/report" "$faults/run.h5" --quiet -o "$disk/report"
  rm -rf "$disk"/{full,report,images.h5,run.h5}
  check "once there is room the same command works" draw 2 "$disk/out.h5"
  check "the output after a full disk has the usual bytes" cmp "$disk/out.h5" "$faults/new.h5"
  ln -s "$disk/out.h5" "$faults/link.h5"
  check "a link to another file system is written through" draw 1 "$faults/link.h5"
  check "the link to another file system is kept" test -L "$faults/link.h5"
  mount -o remount,ro "$disk"
  check "a read-only disk is refused before the work" fails 73 'Read-only' draw 2 "$disk/out.h5"
  check "a read-only disk keeps its old output" intact "$disk/out.h5"
  check "inputs on a read-only disk are read" "$tools/compute-nfm" "$disk/out.h5" --quiet -o "$faults/nfm.h5"
  umount "$disk"
else
  echo 'skipped: full and read-only disks (mount a tmpfs needs root)'
fi

limited() { # limited LIMIT COMMAND…: under ulimit LIMIT
  (
    # shellcheck disable=SC2086
    ulimit $1
    shift
    "$@"
  )
}
cp "$faults/old.h5" "$faults/out.h5"
check "a limit on the size of files is reported as a full disk is" \
  fails 74 'File too large' limited '-f 16' "$tools/sample-init" "${large[@]}" --quiet -o "$faults/out.h5"
check "a limit on the size of files keeps the old output" intact "$faults/out.h5"

# ---- Kills and crashes ----

# killed NAME COMMAND…: COMMAND, which writes $faults/out.h5, is killed at each of its last 60 system
# calls in turn; each time the output is the old or the new file, whole.
calls=openat,write,pwrite64,fsync,close,rename,unlink,ftruncate,lseek
killed() {
  local total when
  cp "$faults/old.h5" "$faults/out.h5"
  strace -f -o "$scratch/calls" -e trace=$calls "$@" || return 1
  total=$(grep -cE "^[0-9]+ +[a-z0-9]+\(" "$scratch/calls")
  for ((when = total > 60 ? total - 60 : 1; when <= total; when++)); do
    cp "$faults/old.h5" "$faults/out.h5"
    strace -o /dev/null -e trace=$calls -e inject=$calls:signal=KILL:when="$when" "$@" 2> /dev/null
    cmp -s "$faults/out.h5" "$faults/old.h5" || cmp "$faults/out.h5" "$faults/new.h5" || {
      echo "killed at call $when of $total"
      return 1
    }
    rm -f "$faults"/out.h5.partial-*
  done
}
if strace -o /dev/null true 2> /dev/null; then
  check "sample-init, killed at any system call of its write, leaves the old file or the new one" \
    killed "$tools/sample-init" "${small[@]}" --quiet --seed 2 -o "$faults/out.h5"
else
  echo 'skipped: kills at system calls (needs strace, and the right to trace)'
fi
resumed() { # killed at moments of its checkpoints, train ends with the same bytes
  local moment
  for moment in 1 4 9; do
    rm -f "$faults"/long.h5*
    strace -f -o /dev/null -e trace=rename -e inject=rename:signal=KILL:when=$moment \
      "$tools/train" "$faults/old.h5" "${training[@]}" --epochs 12 -o "$faults/long.h5" 2> /dev/null
    "$tools/train" "$faults/old.h5" "${training[@]}" --epochs 12 -o "$faults/long.h5" || return 1
    cmp "$faults/long.h5" "$faults/undisturbed.h5" || return 1
  done
}
if strace -o /dev/null true 2> /dev/null; then
  "$tools/train" "$faults/old.h5" "${training[@]}" --epochs 12 -o "$faults/undisturbed.h5"
  check "train, killed while it renames a checkpoint, continues to the same bytes" resumed
fi

crashed() { # crashed SIGNAL STATUS: of a train that is at work
  local process status
  rm -f "$faults"/crash.*
  "$tools/train" "$faults/old.h5" "${training[@]}" --epochs 100000 --checkpoint-every 0 \
    --log "$faults/crash.jsonl" -o "$faults/crash.h5" 2> "$scratch/said" &
  process=$!
  for _ in $(seq 100); do [ -s "$faults/crash.jsonl" ] && break; sleep 0.05; done
  kill -"$1" $process
  wait $process
  status=$?
  cat "$scratch/said"
  [ $status = "$2" ] && [ "$(wc -l < "$scratch/said")" = 1 ] && nothing_partial "$faults"
}
damaged=$PWD/Tests/HDF5Tests/Fixtures/found-crash.h5
check "a file that crashes the HDF5 library is refused" \
  fails 65 'is damaged: a structure ends early' \
  "$tools/extract-pretrained" "$damaged" --quiet -o "$faults/extracted.h5"
check "a crash is one line and leaves no partial file" crashed SEGV 70
check "a limit on processor time is an interruption" crashed XCPU 152

# ---- Inputs that change, permissions, clocks ----

changed() { # a byte is added while compute-nfm opens its input for the second time
  cp "$faults/old.h5" "$faults/input.h5"
  rm -f "$faults/nfm.h5"
  strace -f -o "$scratch/opens" -P "$faults/input.h5" -e trace=openat \
    -e inject=openat:delay_exit=2000000:when=2+ \
    "$tools/compute-nfm" "$faults/input.h5" --quiet -o "$faults/nfm.h5" 2> "$scratch/said" &
  for _ in $(seq 100); do [ -s "$scratch/opens" ] && break; sleep 0.05; done
  echo >> "$faults/input.h5"
  wait $!
  [ $? = 65 ] && grep -q 'changed while it was read' "$scratch/said" && [ ! -e "$faults/nfm.h5" ]
}
replaced() { # another archive takes the input's place before decode-images opens it for the last time
  local archive=$faults/archive.zip opens
  cp "$pictures/pets.zip" "$archive"
  strace -f -o "$scratch/opens" -P "$archive" -e trace=openat \
    "$tools/decode-images" "$archive" --quiet -o "$faults/pets.h5" || return 1
  opens=$(grep -c openat "$scratch/opens")
  rm -f "$faults/pets.h5" "$scratch/opens"
  strace -f -o "$scratch/opens" -P "$archive" -e trace=openat \
    -e inject=openat:delay_enter=2000000:when="$opens" \
    "$tools/decode-images" "$archive" --quiet -o "$faults/pets.h5" 2> "$scratch/said" &
  for _ in $(seq 100); do
    [ "$(grep -c ' = ' "$scratch/opens" 2> /dev/null)" = $((opens - 1)) ] && break
    sleep 0.05
  done
  sleep 0.2
  cp "$pictures/pets.zip" "$faults/other.zip"
  mv "$faults/other.zip" "$archive"
  wait $!
  [ $? = 65 ] && grep -q 'changed while it was being read' "$scratch/said" && [ ! -e "$faults/pets.h5" ]
}
if strace -o /dev/null true 2> /dev/null; then
  check "an input that changes while it is read is noticed" changed
  check "an archive that is replaced before its pixels are read is noticed" replaced
fi

# Sparse files, if the file system supports them (a memory file system does).
vast=$(mktemp -d /dev/shm/feature-init-XXXXXX 2> /dev/null || mktemp -d)
cp "$pictures/pets.zip" "$pictures/colour.jpg" "$vast"
echo '# none' > "$vast/manifest.txt"
if truncate -s 7E "$vast"/* 2> /dev/null; then
  check "an archive whose size overflows is refused" \
    fails 65 'damaged archive' "$tools/decode-images" "$vast/pets.zip" --quiet -o "$faults/pets.h5"
  check "a picture larger than the memory is refused" fails 65 'larger than 64 MB' "$tools/report" maps "$vast/colour.jpg" \
    --network "$faults/old.h5" --features "$faults/old.h5" -o "$faults/maps"
  check "a list of downloads larger than the memory is refused" \
    fails 65 'larger than 64 MB' "$tools/fetch-data" --manifest "$vast/manifest.txt" --list
fi
rm -r "$vast"

as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
if [ "$(id -u)" != 0 ]; then as_nobody() { "$@"; }; fi
chmod 755 "$scratch" "$faults"
cp "$faults/old.h5" "$faults/secret.h5"
chmod 600 "$faults/secret.h5"
[ "$(id -u)" = 0 ] || chmod 000 "$faults/secret.h5"
mkdir -m 555 "$faults/locked"
if as_nobody "$tools/train" --version > /dev/null 2>&1; then
  check "an input without permission is refused" \
    fails 66 'Permission denied' as_nobody "$tools/compute-nfm" "$faults/secret.h5" -o /dev/null
  check "an output in a folder without permission is refused" \
    fails 73 'Permission denied' as_nobody "$tools/sample-init" "${small[@]}" -o "$faults/locked/x.h5"
else
  echo 'skipped: permissions (another user cannot run the tools here)'
fi

late() { # inputs from tomorrow and from 1970 give the same bytes
  touch -d '+1 day' "$faults/old.h5" && touch -d @0 "$faults/images.h5" \
    && "$tools/train" "$faults/old.h5" "${training[@]}" -o "$faults/late.h5" \
    && cmp "$faults/late.h5" "$faults/run.h5"
}
check "clocks that jump do not change bytes" late

# ---- Closed pipes, closed streams, little memory ----

left() { # left STATUS COMMAND…: with head -c 1 for a reader
  local status=$1
  shift
  "$@" 2> "$scratch/said" | head -c 1 > /dev/null
  [ "${PIPESTATUS[0]}" = "$status" ] && [ ! -s "$scratch/said" ]
}
check "a closed pipe ends a tool without a message" left 141 "$tools/sample-init" "${large[@]}" --quiet
closed() { "$@" >&-; }
check "a closed standard output is an error" \
  fails 74 'standard output' closed "$tools/sample-init" "${small[@]}" --quiet
cp "$faults/run.h5" "$faults/trained.h5"
check "a name that is not UTF-8 is refused, since two of them would become one file" \
  fails 64 'is not UTF-8' "$tools/sample-init" "${small[@]}" --quiet -o "$faults/"$'a\xff.h5'
starved() { # too little address space to begin with is refused
  fails 74 'memory' limited '-v 300000' \
    "$tools/train" "$faults/old.h5" "${training[@]}" -o "$faults/trained.h5" \
    && intact "$faults/trained.h5" run.h5
}
check "a lack of memory keeps the old output" starved

few() { # few LIMIT WORDS: train under ulimit LIMIT is refused, and the old output stays
  fails 74 "$2" limited "$1" "$tools/train" "$faults/old.h5" "${training[@]}" -o "$faults/trained.h5" \
    && intact "$faults/trained.h5" run.h5
}
check "a limit on data, with which OpenBLAS would retry forever, is refused" few '-d 100000' 'ulimit -d'
check "a limit on open files is not reported as damage" few '-n 10' 'ulimit -n'
check "inputs that do not fit the address space are refused" \
  fails 65 'of memory, and .* of ulimit -v' limited '-v 1500000' "$tools/train" "$faults/old.h5" \
  "${training[@]}" --side 2048 -o "$faults/trained.h5"
"$tools/sample-init" --method kaiming-normal --architecture vgg:4096,M,8,M --hidden 8 \
  --images "$faults/images.h5" --quiet -o "$faults/wide.h5"
check "the covariance of a wide layer is refused before training" \
  fails 65 'effective rank of 4096 filters or units needs' limited '-v 1500000' \
  "$tools/train" "$faults/wide.h5" "${training[@]}" -o "$faults/trained.h5"
check "the covariance of a wide layer is refused before an AGOP" \
  fails 65 'gradients of 4096 filters or units needs' limited '-v 1200000' \
  "$tools/compute-agop" "$faults/wide.h5" --images "$faults/images.h5" --count 2 --threads 1 \
  -o "$faults/moments.h5"
piped() { "$tools/decode-images" "$pictures"/{train,t10k}-{images-idx3,labels-idx1}-ubyte --quiet "$@" | cat; }
check "a set that does not fit into memory is refused for a pipe" \
  fails 65 'a pipe needs .* of ulimit -v' limited '-v 900000' piped --resize 4096
alone() { # alone COMMAND…: as a user who may start no thread
  as_nobody bash -c 'ulimit -u 1; exec "$@"' alone "$@"
}
if as_nobody "$tools/train" --version > /dev/null 2>&1; then
  check "a thread that cannot be started is reported in one line" \
    fails 74 'ulimit -u' alone "$tools/train" "$faults/old.h5" "${training[@]}" -o /dev/null
fi
group=/sys/fs/cgroup/memory/feature-init-$$
[ -e /sys/fs/cgroup/cgroup.controllers ] && group=/sys/fs/cgroup/feature-init-$$
grouped() { # grouped COMMAND…: in a memory cgroup of 512 MiB
  # shellcheck disable=SC2016
  bash -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$group" "$@"
}
limit_group() {
  local file
  for file in memory.max memory.limit_in_bytes; do
    [ -e "$group/$file" ] && echo 536870912 > "$group/$file" && return
  done
}
if mkdir "$group" 2> /dev/null && limit_group 2> /dev/null && grouped true 2> /dev/null; then
  check "a command that does not fit into a memory cgroup is refused, not killed" \
    fails 65 "memory cgroup's 512 MiB" grouped "$tools/train" "$faults/old.h5" "${training[@]}" \
    --side 2048 -o "$faults/trained.h5"
  check "a command that fits into a memory cgroup works" grouped "$tools/train" "$faults/old.h5" "${training[@]}" \
    -o "$faults/grouped.h5"
else
  echo 'skipped: a memory cgroup (needs the right to make one)'
fi
rmdir "$group" 2> /dev/null

# ---- A long manifest ----

abc=sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
many() { # a manifest of 100,000 files takes seconds of processor time, not minutes
  seq 100000 | sed "s|.*|set& file& 3 $abc http://127.0.0.1:9/x|" > "$faults/long.txt"
  limited '-t 20' "$tools/fetch-data" --manifest "$faults/long.txt" --list > "$faults/listed" \
    && [ "$(wc -l < "$faults/listed")" = 100000 ]
}
check "a manifest of 100,000 files is read in seconds" many

# ---- Two makes at once ----

twice() {
  local words=(results PIPELINE=smoke BUILD="$faults/twice" RESULTS="$faults/twice-results") first
  mkdir -p "$faults/twice"
  make "${words[@]}" > "$scratch/first.log" 2>&1 &
  first=$!
  make "${words[@]}" > "$scratch/second.log" 2>&1
  echo "second: $?"
  tail -3 "$scratch/second.log"
  wait $first || { tail -5 "$scratch/first.log"; return 1; }
  make "${words[@]}" || return 1
  make results PIPELINE=smoke BUILD="$faults/once" RESULTS="$faults/once-results" || return 1
  diff <(cd "$faults/twice" && find . -name '*.h5' -exec sha256sum {} + | sort) \
    <(cd "$faults/once" && find . -name '*.h5' -exec sha256sum {} + | sort)
}
check "two makes at once give the bytes of one" twice
check "make verify accepts these files" make verify PIPELINE=smoke BUILD="$faults/once"
stale() { # what was not made from what is there is named
  "$tools/sample-init" "${small[@]}" --quiet -o "$faults/once/smoke/fashion-mnist/nfm-1.init.h5"
  make verify PIPELINE=smoke BUILD="$faults/once" > "$scratch/verified" && return 1
  grep 'does not follow' "$scratch/verified" | grep -q 'nfm-1.run.h5'
}
check "make verify lists files that no longer follow" stale
cp -r Tests/ImageFormatsTests/Fixtures/photos "$faults/my photos"
cp Tests/ImageFormatsTests/Fixtures/pets.zip "$faults/pets.zip"
owned() { # a pipeline of a folder and of a zip, decoded
  local words=(PIPELINE=smoke "BUILD=$faults/owned" datasets=pets source_dataset=photos "decode_pets=$faults/pets.zip --resize 8"
    "decode_photos='$faults/my photos' --name photos --resize 8")
  make "${words[@]}" "$faults/owned/smoke/images/pets.h5" "$faults/owned/smoke/images/photos.h5" || return 1
  make "${words[@]}" verify || return 1
  find "$faults/my photos" -name '*.png' | head -1 | xargs -d '\n' rm
  make "${words[@]}" verify > "$scratch/verified" && return 1
  grep 'does not follow' "$scratch/verified" | cut -f1 | diff - <(echo "$faults/owned/smoke/images/photos.h5")
}
check "make verify checks custom folders and archives" owned
