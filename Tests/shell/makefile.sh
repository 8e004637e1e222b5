# shellcheck shell=bash disable=SC2016,SC2154
# The Makefile without its tools: misspelt words, names that the shell must not see, examples of its functions, paths
# with spaces. Everything here is planned or refused within a second.
quietly=(-s --no-print-directory)

# ---- Examples in names.mk ----

examples() { # examples PIPELINE: a line of make for each example
  grep -E '^# (in [a-z]+: )?[a-z_]+\(.*\) =' pipelines/include/names.mk | sed -E 's/^# //; /^in /!s/^/in deviations: /' \
    | sed -nE "s/^in $1: ([a-z_]+)\((.*)\) = ?(.*)\$/\$(if \$(filter-out x\$(strip \$(call \1,\2)),x\3),\$(error \1(\2) is '\$(call \1,\2)', not '\3'))/p"
}
hold() { # hold PIPELINE
  examples "$1" > "$scratch/examples.mk"
  [ -s "$scratch/examples.mk" ] && make "${quietly[@]}" PIPELINE="$1" -f Makefile -f "$scratch/examples.mk" help
}
for pipeline in deviations demo iterate transfer tune; do
  check "examples of names.mk hold in pipeline $pipeline" hold "$pipeline"
done
without_example() { # every function that takes an argument has one
  grep -oE '^[a-z_]+ = .*\$1' pipelines/include/names.mk | cut -d' ' -f1 | while read -r name; do
    grep -qE "^# (in [a-z]+: )?$name\(" pipelines/include/names.mk || echo "$name"
  done
}
check "every function of names.mk has an example" eval '[ -z "$(without_example)" ]'

# ---- Misspelt words ----

refuses() { # refuses PATTERN WORDS…
  local pattern=$1
  shift
  make "${quietly[@]}" -n clean "$@" > "$scratch/refused" 2>&1 && return 1
  grep -qF -- "$pattern" "$scratch/refused" || { cat "$scratch/refused"; return 1; }
}
check "a misspelt option on the command line" refuses "no 'train_option': did you mean 'train_options'?" train_option=x
check "a function's name as a word" refuses "no 'seed': did you mean 'seeds'?" seed=3
check "a misspelt variant" refuses "variant 'plian' has no options" variants=plian
check "and what was meant" refuses "did you mean 'plain'?" variants=plian
misspelt_pipeline() {
  local status=0
  printf 'include pipelines/smoke.mk\nvariants := slow\ntrain_slwo := --learning-rate 0.1\n' > pipelines/misspelt.mk
  refuses "no 'train_slwo'" PIPELINE=misspelt || status=1
  printf 'include pipelines/smoke.mk\nMINE := 3\nvariants := slow\ntrain_slow := --epochs $(MINE)\n' > pipelines/misspelt.mk
  make "${quietly[@]}" -n clean PIPELINE=misspelt || status=1
  rm pipelines/misspelt.mk
  return $status
}
check "a variant's options under another name; words in upper case are free" misspelt_pipeline
check "a misspelt pipeline" refuses "did you mean 'demo'?" PIPELINE=dmeo
check "a pipeline outside its folder" refuses "no pipeline '../Package'" PIPELINE=../Package
all_plan() { for file in pipelines/*.mk; do make "${quietly[@]}" -n clean PIPELINE="$(basename "$file" .mk)" || return 1; done; }
check "every pipeline's own words are known" all_plan
check "fewer variants on the command line" make -n clean PIPELINE=deviations 'variants=plain fan-in'

# ---- What the shell must not see ----

not_run() { # not_run WORDS…: refused in one line, and nothing in it was run
  ! make "${quietly[@]}" -n clean "$@" 2> "$scratch/refused" && [ "$(wc -l < "$scratch/refused")" = 1 ] \
    && [ ! -e "$scratch/ran" ]
}
check "a pipeline's name with a quote" not_run "PIPELINE=x';touch\${IFS}$scratch/ran;'"
check "a build folder with a space" not_run 'BUILD=my build'
for hostile in "x;touch\${IFS}$scratch/ran;x" "x\`touch\${IFS}$scratch/ran\`" --list 'a&&b'; do
  printf '# a comment\nfashion-mnist %s 1 sha256:x file:///x\n' "$hostile" > "$scratch/manifest.txt"
  check "a manifest's file called $hostile" not_run MANIFEST="$scratch/manifest.txt"
done

# ---- Cleaning, opening, status ----

removes() { make "${quietly[@]}" -n "$1" PIPELINE=smoke; }
check "make clean removes one pipeline's files" eval '[ "$(removes clean)" = "rm -rf build/smoke results/smoke" ]'
check "make clean-all the others' too" eval 'grep -qE "results\$" <<< "$(removes clean-all)"'
spaced() {
  local drive="$scratch/My Drive"
  mkdir -p "$drive/results/smoke"
  cp -r Makefile pipelines scripts Sources data-manifest.txt "$drive"
  touch "$drive/results/smoke/index.html"
  [ "$(BROWSER='echo' make -s -C "$drive" --no-print-directory open PIPELINE=smoke)" = "$drive/results/smoke/index.html" ]
}
check "make open in a folder whose name has a space" spaced

# A pipeline's tree without its tools: every file that make would write, empty, in that order, a second apart.
fake=(PIPELINE=smoke "BUILD=$scratch/fake" "RESULTS=$scratch/fake-results")
pretend() { # pretend WORDS…
  local clock=1700000000 file tool
  mkdir -p "$scratch/fake/downloads" "$scratch/fake-results/smoke"
  awk '$1 == "fashion-mnist" { print $2 }' data-manifest.txt | while read -r file; do
    touch -d "@$clock" "$scratch/fake/downloads/$file"
  done
  while IFS=$'\t' read -r tool file _; do
    mkdir -p "$(dirname "$file")"
    case $tool in
      options) make "${quietly[@]}" "$@" "$file" ;;
      report) file=$scratch/fake-results/smoke/table.md && touch "$file" "${file%.md}.txt" ;;
      *) touch "$file" ;;
    esac || return 1
    clock=$((clock + 1))
    touch -d "@$clock" "$file"
  done < <(scripts/planned.sh results "$@")
  make "${quietly[@]}" -q "$scratch/fake-results/smoke/table.md" "$@"
}
status() { make "${quietly[@]}" status "$@" > "$scratch/status"; }
says() { grep -qE -- "$1" "$scratch/status" || { cat "$scratch/status"; return 1; }; }
agrees() { # agrees COUNT WORDS…: what status does not call done is what make -n would train, COUNT runs
  local count=$1
  shift
  status "$@" || return 1
  awk 'NR > 1 && $2 ~ /^(stopped|rerun|waiting)$/ { print $1 }' "$scratch/status" | sort > "$scratch/not-done"
  make "${quietly[@]}" -n results "$@" | grep -oE '[^/ ]+/[^/ ]+\.run\.h5$' | sed 's/\.run\.h5//' | sort > "$scratch/to-train"
  diff "$scratch/not-done" "$scratch/to-train" && [ "$(wc -l < "$scratch/to-train")" = "$count" ]
}
check "a tree of empty files is up to date" pretend "${fake[@]}"
check "status: all done" agrees 0 "${fake[@]}"
check "in words" says '^4 of 4 runs done, 0 running, 0 stopped .*, 0 to be rerun .*, 0 waiting'
longer='train_options=--epochs 9'
check "status: other options ask for other runs" agrees 3 "${fake[@]}" "$longer"
check "and says so" says '^1 of 4 runs done, 0 running, 0 stopped .*, 3 to be rerun .*, 0 waiting'
check "status: another seed" agrees 3 "${fake[@]}" 'seeds=1 2'
check "is of runs that wait" says '^4 of 7 runs done, .* 0 to be rerun .*, 3 waiting'
check "status: other options of the source" agrees 3 "${fake[@]}" 'source_options=--epochs 2'
check "status: another architecture" agrees 4 "${fake[@]}" 'network_options=--architecture vgg11'
check "status: a variant" agrees 3 "${fake[@]}" 'variants=plain fast' 'train_fast=--learning-rate 0.1'
check "status: a pipeline that make refuses" eval '! make "${quietly[@]}" status "${fake[@]}" variants=plian 2> /dev/null'
interrupted() { # a rerun under other options, interrupted in its second run
  local runs=$scratch/fake/smoke/fashion-mnist
  make "${quietly[@]}" "${fake[@]}" "$longer" "$scratch/fake/smoke/options/train" || return 1
  touch "$runs/kaiming-agop-1.run.h5" "$runs/nfm-1.run.h5.checkpoint"
  agrees 2 "${fake[@]}" "$longer" \
    && says '^2 of 4 runs done, 0 running, 1 stopped .*, 1 to be rerun .*, 0 waiting' \
    && says '^fashion-mnist/nfm-1 +stopped' || return 1
  # Under the former options again, nothing of it counts.
  agrees 3 "${fake[@]}" && says '^1 of 4 runs done, 0 running, 0 stopped .*, 3 to be rerun .*, 0 waiting'
}
check "status: an interrupted rerun" interrupted
newer_images() { touch "$scratch/fake/images/fashion-mnist.h5" && agrees 4 "${fake[@]}"; }
check "status: images decoded anew" newer_images
not_running() { # a log whose process is none of this machine's
  printf '{"kind":"start","step":0,"steps":2,"seconds":1,"epoch":1,"epochs":2,"host":"%s","process":-1}\n' "$(uname -n)" \
    > "$scratch/fake/smoke/source-1.run.jsonl"
  status "${fake[@]}" && says '^smoke/source-1 +rerun'
}
check "status: a log of process -1" not_running
commas() { # where this locale is not installed, nothing is shown
  printf '{"kind":"start","step":0,"host":"h","process":1}\n{"kind":"end","step":1,"epoch":1,"epochs":1,"validation_accuracy":0.5}\n' \
    > "$scratch/x-1.run.jsonl"
  mkdir -p "$scratch/locales"
  localedef -i de_DE -f UTF-8 "$scratch/locales/de_DE.UTF-8" || return 0
  LOCPATH=$scratch/locales LC_ALL=de_DE.UTF-8 scripts/status.sh "$scratch" "$scratch/x-1.run.h5" \
    < /dev/null > "$scratch/status"
  says '50\.0 %'
}
check "make status in a locale with decimal commas" commas

# ---- What a table and an images file depend on ----

own_folder() { # a photo more in a folder that decode_NAME names, and make plans to decode it again
  local photos=$scratch/photos words
  mkdir -p "$photos/a"
  touch "$photos/a/1.png"
  words=(PIPELINE=smoke "BUILD=$scratch/own" "RESULTS=$scratch/own-results" datasets=photos source_dataset=photos
    "decode_photos=$photos")
  make "${quietly[@]}" "${words[@]}" "$scratch/own/smoke/options/decode-photos" || return 1
  make "${quietly[@]}" "${words[@]}" -q "$scratch/own/smoke/options/decode-photos" || return 1
  touch "$photos/a/2.png"
  ! make "${quietly[@]}" "${words[@]}" -q "$scratch/own/smoke/options/decode-photos"
}
check "a photo more in a source folder is noticed" own_folder
apart() { # a pipeline that decodes a data set otherwise has a file of its own
  make "${quietly[@]}" -n PIPELINE=smoke 'decode_fashion-mnist=--name fashion-mnist --resize 16' results \
    > "$scratch/apart" && grep -qE -- '--resize 16 .* -o build/smoke/images/fashion-mnist.h5' "$scratch/apart"
}
check "two pipelines that decode a data set differently have two files" apart
fewer_runs() {
  local words=(PIPELINE=smoke "BUILD=$scratch/own")
  make "${quietly[@]}" "${words[@]}" "$scratch/own/smoke/options/report" || return 1
  make "${quietly[@]}" "${words[@]}" -q "$scratch/own/smoke/options/report" || return 1
  ! make "${quietly[@]}" "${words[@]}" methods=nfm -q "$scratch/own/smoke/options/report"
}
check "a method removed from a pipeline makes the table stale" fewer_runs
