# shellcheck shell=bash disable=SC2016,SC2154
# The Makefile without its tools: misspelt words, names with shell commands, examples of its functions, paths
# with spaces. Everything here is planned or refused within a second.
quietly=(-s --no-print-directory)

# ---- Examples in names.mk ----

examples() { # examples PIPELINE: a line of make for each example
  grep -E '^# (in [a-z-]+: )?[a-z_]+\(.*\) =' pipelines/include/names.mk | sed -E 's/^# //; /^in /!s/^/in deviations: /' \
    | sed -nE "s/^in $1: ([a-z_]+)\((.*)\) = ?(.*)\$/\$(if \$(filter-out x\$(strip \$(call \1,\2)),x\3),\$(error \1(\2) is '\$(call \1,\2)', not '\3'))/p"
}
hold() { # hold PIPELINE
  examples "$1" > "$scratch/examples.mk"
  [ -s "$scratch/examples.mk" ] && make "${quietly[@]}" PIPELINE="$1" -f Makefile -f "$scratch/examples.mk" help
}
for pipeline in deviations initialisers iterate transfer tune vit vit-ladder; do
  check "examples of names.mk hold in pipeline $pipeline" hold "$pipeline"
done
without_example() { # every function that takes an argument has one
  grep -oE '^[a-z_]+ = .*\$1' pipelines/include/names.mk | cut -d' ' -f1 | while read -r name; do
    grep -qE "^# (in [a-z-]+: )?$name\(" pipelines/include/names.mk || echo "$name"
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
check "a function's name is not a word" refuses "no 'seed': did you mean 'seeds'?" seed=3
check "a misspelt variant" refuses "variant 'plian' has no options" variants=plian
check "a misspelt variant gets a suggestion" refuses "did you mean 'plain'?" variants=plian
slip() { # slip PATTERN LINE…: of a pipeline that is smoke with these lines
  local pattern=$1 status=0
  shift
  printf '%s\n' 'include pipelines/smoke.mk' "$@" > pipelines/misspelt.mk
  if [ -n "$pattern" ]; then
    refuses "$pattern" PIPELINE=misspelt || status=1
  else
    make "${quietly[@]}" -n clean PIPELINE=misspelt || status=1
  fi
  rm pipelines/misspelt.mk
  return $status
}
check "a variant's options under another name" slip "no 'train_slwo': did you mean 'train_slow'?" \
  'variants := slow' 'train_slow := --epochs 2' 'train_slwo := --learning-rate 0.1'
check "a data set's options under another name" slip "no 'decode_photo': did you mean 'decode_photos'?" \
  'datasets := photos' 'decode_photo := photos --resize 8'
check "words in upper case are free" slip '' 'MINE := 3' 'variants := slow' 'train_slow := --epochs $(MINE)'

documented() { # docs/pipelines.md has a row for every word, and no other
  echo '$(foreach w,$(pipeline_words) $(by_set_or_variant),$(info $w))' > "$scratch/words.mk"
  diff <(make "${quietly[@]}" -f Makefile -f "$scratch/words.mk" -n clean PIPELINE=smoke | grep -E '^[a-z_]+(_%)?$' | sort) \
    <(sed -nE 's/^\| `([a-z_]+(SET|VARIANT)?)` \|.*/\1/p' docs/pipelines.md | sed -E 's/(SET|VARIANT)$/%/' | sort)
}
check "docs/pipelines.md has a row for every word" documented

# ---- Entries of lists ----

check "no seeds" slip 'it lists no seeds' 'seeds :='
check "seeds with commas" slip "the seed '1,' is not a whole number" 'seeds := 1, 2'
check "a source's seed" slip "the seed '1x' is not a whole number" 'source_seeds := 1x'
check "an unknown data set" slip "no files of data set 'fashion-mnits'" 'datasets := fashion-mnits'
check "an unknown data set gets a suggestion" slip "did you mean 'fashion-mnist'?" 'datasets := fashion-mnits'
check "a data set made from a missing one" slip "has no data set 'fashion-mnits': did you mean 'fashion-mnist'?" \
  'datasets := halves' 'decode_halves := --classes 0-4' 'downloads_halves := fashion-mnits'
check "methods that draw from a source, without one" slip "'nfm' draws from a source network, but there is no source_seeds" \
  'undefine source_seeds'
check "a source without a data set" slip 'there are source_seeds, but no source_dataset' 'methods := kaiming-normal' \
  'undefine source_dataset'
check "a source for each seed beside a list of sources" slip 'source_seeds names another: leave one of them empty' \
  'source_per_seed := yes'
check "a source for each seed beside a download" slip 'pretrained names another: leave one of them empty' \
  'source_per_seed := yes' 'source_seeds :=' 'pretrained := a.pth'
check "a source for each seed that is neither yes nor no" slip "source_per_seed is yes or no, not 'y'" 'source_per_seed := y'
check "a source under the seed of a run" slip 'a source under seed 1001, which is one of the seeds' \
  'source_per_seed := yes' 'source_seeds :=' 'seeds := 1 1001'
check "a source for each seed without a data set" slip "'nfm' draws from a source network, but there is no source_dataset" \
  'source_per_seed := yes' 'source_seeds :=' 'undefine source_dataset'
check "source_per_seed := no changes nothing" slip '' 'source_per_seed := no'
check "a variant of a missing method" slip "methods_slow: 'nfn' is not one of its methods: did you mean 'nfm'?" \
  'variants := slow' 'train_slow := --epochs 2' 'methods_slow := nfn'
check "a round after an unknown variant" slip "previous_two: 'onne' is not one of its variants: did you mean 'one'?" \
  'variants := one two' 'previous_one := plain' 'previous_two := onne'
check "a variant that changes nothing" slip "the variant 'many' has no run" 'methods := kaiming-normal nfm' 'variants := plain many' \
  'agop_many := --count 32'
check "a misspelt pipeline" refuses "did you mean 'demo'?" PIPELINE=dmeo
shared_name() { # its files would be among those of all pipelines
  cp pipelines/smoke.mk pipelines/options.mk
  refuses 'build/options is a folder of all pipelines' PIPELINE=options
  local status=$?
  rm pipelines/options.mk
  return $status
}
check "a pipeline with the name of a shared folder" shared_name
check "a pipeline outside its folder" refuses "no pipeline '../Package'" PIPELINE=../Package
all_plan() { for file in pipelines/*.mk; do make "${quietly[@]}" -n clean PIPELINE="$(basename "$file" .mk)" || return 1; done; }
check "every pipeline's own words are known" all_plan
check "fewer variants on the command line" make -n clean PIPELINE=deviations 'variants=plain fan-in'

# ---- Names that a shell would execute ----

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

# ---- Setting up ----

# A machine in a folder: the commands of this one, but for a swift, an apt-get, an id and a dpkg-query of our own, and
# without column, which a container of Debian lacks. What `absent` lists is not installed (`everything`: nothing is); `apt`
# records what is asked for.
machine=$scratch/machine
mkdir -p "$machine/bin" "$machine/tree"
IFS=: read -ra folders <<< "$PATH"
for folder in "${folders[@]}"; do
  [ ! -d "$folder" ] || find "$folder/" -maxdepth 1 '(' -type f -o -type l ')' -executable -exec ln -sf -t "$machine/bin" {} +
done
rm -f "$machine"/bin/{swift,apt-get,id,dpkg-query,column}
cp -r Makefile Package.swift pipelines scripts data-manifest.txt "$machine/tree"
mkdir -p "$machine/tree/Sources" "$machine/tree/benchmarks/bench"
imitate() { cat > "$machine/bin/$1" && chmod +x "$machine/bin/$1"; }
imitate dpkg-query << END
#!/bin/sh
for word; do case \$word in -*) ;; *) grep -qxe "\$word" -e everything $machine/absent || echo "\$word:installed" ;; esac; done
END
imitate apt-get << END
#!/bin/sh
echo "\$@" >> $machine/apt
[ ! -e $machine/offline ]
END
owner() { printf '#!/bin/sh\necho %s\n' "$1" | imitate id; }
arrives() { # arrives ABSENT GOAL WORDS…: on that machine, in a tree where nothing was made
  rm -rf "$machine/apt" "$machine/tree/.build"
  touch "$machine/apt"
  tr ' ' '\n' <<< "$1" > "$machine/absent"
  shift
  PATH=$machine/bin make "${quietly[@]}" -C "$machine/tree" "$@" > "$machine/out" 2> "$machine/err"
}
told() { # told TEXT: the one line on standard error that is not make's own
  grep -v '^make' "$machine/err" > "$machine/said"
  if [ "$(wc -l < "$machine/said")" != 1 ] || ! grep -qF -- "$1" "$machine/said"; then
    cat "$machine/err"
    return 1
  fi
}
without_swift() { # nothing is installed for a build that cannot begin
  ! arrives "$1" .build/release/.tools && told 'Swift 6.2 or later is at https://www.swift.org/install' \
    && [ ! -s "$machine/apt" ]
}
owner 0
check "make help needs no more than a container of Debian has" eval \
  'arrives "" help && [ ! -s "$machine/err" ] && grep -qE "^  results +make the" "$machine/out"'
check "without Swift one line says where it is" without_swift ''
check "before any package is installed" without_swift libssl-dev
imitate swift << 'END'
#!/bin/sh
mkdir -p .build/release
END
root_installs() {
  arrives 'libssl-dev libjpeg-dev' packages \
    && grep -qE '^install .*--no-install-recommends libjpeg-dev libssl-dev$' "$machine/apt"
}
check "root installs the missing libraries, under names that Debian and Ubuntu share" root_installs
no_library() {
  touch "$machine/offline"
  ! arrives libssl-dev packages
  local status=$?
  rm "$machine/offline"
  return $status
}
check "and stops where that fails" no_library
no_data() { # no_data INSTALLATIONS: make goes on without the package
  arrives dataset-fashion-mnist packages && [ "$(grep -c '^install' "$machine/apt")" = "$1" ] \
    && told 'not installed: dataset-fashion-mnist; the files come from the addresses in data-manifest.txt instead'
}
touch "$machine/offline"
check "a data package that cannot be installed is replaced by downloads" no_data 1
rm "$machine/offline"
owner 1000
check "and is not asked for without the right to install" no_data 0
no_rights() {
  ! arrives 'libssl-dev zlib1g-dev' packages && [ ! -s "$machine/apt" ] \
    && told 'an administrator installs them with: apt-get install --no-install-recommends libssl-dev zlib1g-dev'
}
check "without that right one line has the command for an administrator" no_rights
as_documented() { # one command, all packages
  ! arrives everything packages && told "$(sed -n 's/^    apt-get/apt-get/p' docs/setup.md)"
}
check "docs/setup.md has that command for a machine with none of them" as_documented
elsewhere() { arrives libssl-dev -o packages .build/release/.tools && [ ! -s "$machine/err" ]; }
check "make -o packages builds with libraries that are no packages" elsewhere
no_tests() { arrives shellcheck test-packages && told 'with: apt-get install --no-install-recommends shellcheck'; }
check "without packages that only tests need make goes on" no_tests
have_downloads() {
  mkdir -p "$machine/tree/build/downloads"
  awk '$1 == "fashion-mnist" { print $2 }' data-manifest.txt \
    | (cd "$machine/tree/build/downloads" && xargs touch)
  arrives dataset-fashion-mnist packages && [ ! -s "$machine/err" ] && [ ! -s "$machine/apt" ]
}
check "nothing is asked for once the downloads are there" have_downloads

# ---- Builds for other machines ----

printf 'kernels:\n\t@echo "$${OPENBLAS_CORETYPE-its own}"\n' > "$scratch/kernels.mk"
kernels() { # kernels NAME WORDS…: of OpenBLAS, in the environment of recipes
  local name=$1
  shift
  [ "$(env -u OPENBLAS_CORETYPE make "${quietly[@]}" -f Makefile -f "$scratch/kernels.mk" "$@" kernels 2> "$scratch/warned")" = "$name" ]
}
restarted() { # every training is told to start from the beginning, and no other tool
  local commands
  commands=$(make "${quietly[@]}" -n results PIPELINE=smoke BUILD="$scratch/again" RESULTS="$scratch/again" "$@") || return 1
  [ "$(grep -c 'release/train ' <<< "$commands")" -gt 0 ] \
    && [ "$(grep -c 'release/train .*--restart' <<< "$commands")" = "$(grep -c 'release/train ' <<< "$commands")" ]
}
check "RESTART=1 discards checkpoints with other options" restarted RESTART=1
check "without RESTART=1 no checkpoint is discarded" eval '! restarted'
check "a build for this machine leaves the choice of kernels to OpenBLAS" kernels 'its own'
check "a build for AVX2 takes AVX2 kernels on every machine" kernels Haswell MARCH=x86-64-v3
check "a build for AVX-512 takes AVX-512 kernels" kernels SkylakeX MARCH=x86-64-v4
check "a build for any machine takes the oldest kernels" kernels Prescott MARCH=
check "the user's choice of kernels is kept" kernels Zen MARCH=x86-64-v3 OPENBLAS_CORETYPE=Zen
check "a machine that is not in the table gives a warning" \
  eval "kernels 'its own' MARCH=znver3 || kernels '' MARCH=znver3; grep -q 'OPENBLAS_CORETYPE' '$scratch/warned'"

# ---- Cleaning, opening, status ----

removes() { make "${quietly[@]}" -n "$1" PIPELINE=smoke; }
check "make clean removes one pipeline's files" eval '[ "$(removes clean)" = "rm -rf build/smoke results/smoke" ]'
check "make clean-all removes the files of all pipelines" eval 'grep -qE "results\$" <<< "$(removes clean-all)"'
spaced() {
  local drive="$scratch/My Drive"
  mkdir -p "$drive/results/smoke"
  cp -r Makefile pipelines scripts Sources data-manifest.txt "$drive"
  touch "$drive/results/smoke/index.html"
  [ "$(BROWSER='echo' make -s -C "$drive" --no-print-directory open PIPELINE=smoke)" = "$drive/results/smoke/index.html" ]
}
check "make open works in a folder whose name has a space" spaced

# A pipeline's tree without tools: every file that make would write, empty, in that order, a second apart.
fake=(PIPELINE=smoke "BUILD=$scratch/fake" "RESULTS=$scratch/fake-results")
clock=1700000000
pretend() { # pretend WORDS…
  local file tool
  mkdir -p "$scratch/fake/downloads" "$scratch/fake-results/smoke"
  awk '$1 == "fashion-mnist" { print $2 }' data-manifest.txt | while read -r file; do
    [ -e "$scratch/fake/downloads/$file" ] || touch -d "@$clock" "$scratch/fake/downloads/$file"
  done
  while IFS=$'\t' read -r tool file _; do
    mkdir -p "$(dirname "$file")"
    case $tool in
      options) make "${quietly[@]}" -o .build/release/.tools "$@" "$file" ;;
      report) file=$scratch/fake-results/smoke/table.md && touch "$file" "${file%.md}.txt" ;;
      *) touch "$file" ;;
    esac || return 1
    clock=$((clock + 1))
    touch -d "@$clock" "$file"
  done < <(scripts/planned.sh results "$@")
  [ -z "$(scripts/planned.sh results "$@")" ]
}
status() { make "${quietly[@]}" status "$@" > "$scratch/status"; }
says() { grep -qE -- "$1" "$scratch/status" || { cat "$scratch/status"; return 1; }; }
agrees() { # agrees COUNT WORDS…: what status does not call done is what make -n would train, COUNT runs
  local count=$1
  shift
  status "$@" || return 1
  awk 'NR > 1 && $2 ~ /^(stopped|rerun|waiting)$/ { print $1 }' "$scratch/status" | sort > "$scratch/not-done"
  make "${quietly[@]}" -n results "$@" | sed -nE 's#.* -o .*/([^/ ]+/[^/ ]+)\.run\.h5 *$#\1#p' | sort > "$scratch/to-train"
  diff "$scratch/not-done" "$scratch/to-train" && [ "$(wc -l < "$scratch/to-train")" = "$count" ]
}
check "a tree of empty files is up to date" pretend "${fake[@]}"
check "status: all done" agrees 0 "${fake[@]}"
check "status: all done, in the summary" says '^4 of 4 runs done, 0 running, 0 stopped .*, 0 to be rerun .*, 0 waiting'
longer='train_options=--epochs 9'
check "status: other options need other runs" agrees 3 "${fake[@]}" "$longer"
check "status: other options, in the summary" says '^1 of 4 runs done, 0 running, 0 stopped .*, 3 to be rerun .*, 0 waiting'
check "status: another seed" agrees 3 "${fake[@]}" 'seeds=1 2'
check "status: another seed, in the summary" says '^4 of 7 runs done, .* 0 to be rerun .*, 3 waiting'
check "status: other options of the source" agrees 3 "${fake[@]}" 'source_options=--epochs 2'
check "status: another architecture" agrees 4 "${fake[@]}" 'network_options=--architecture vgg11'
check "status: a variant" agrees 3 "${fake[@]}" 'variants=plain fast' 'train_fast=--learning-rate 0.1'
check "status: a pipeline that make refuses" eval '! make "${quietly[@]}" status "${fake[@]}" variants=plian 2> /dev/null'
resized='decode_fashion-mnist=--name fashion-mnist --resize 16'
check "status: other images" agrees 4 "${fake[@]}" "$resized"
check "a tree of other images" pretend "${fake[@]}" "$resized"
check "status: the previous images again, which are older" agrees 4 "${fake[@]}"
check "a tree of the previous images again" pretend "${fake[@]}"
check "status: the other images once more" agrees 4 "${fake[@]}" "$resized"
pretrained=("${fake[@]}" pretrained=b.pth 'methods=nfm kaiming-agop')
other_source() { # a download, older than all, in place of the source that is trained here; then another one, and other images
  touch -d @1600000000 "$scratch"/fake/downloads/{a,b}.pth "$scratch/fake/images/other.h5" || return 1
  agrees 2 "${pretrained[@]}" && pretend "${pretrained[@]}" && agrees 2 "${pretrained[@]}" pretrained=a.pth
}
check "status: another source network" other_source
check "a tree of the trained source again" pretend "${fake[@]}"
less() { # a variant that loses one of its stages is made from the plain initial networks, which are older
  local words=("${fake[@]}" 'variants=plain v' 'train_v=--epochs 2')
  pretend "${words[@]}" 'init_v=--scale fan-in' && agrees 0 "${words[@]}" 'init_v=--scale fan-in' && agrees 3 "${words[@]}"
}
check "status: a variant that loses a stage" less
rounds() { # a round that draws from another one, which is older
  local words=("${fake[@]}" 'variants=plain a b c' previous_a=plain previous_b=a)
  pretend "${words[@]}" previous_c=b && agrees 0 "${words[@]}" previous_c=b && agrees 2 "${words[@]}" previous_c=a
}
check "status: a round after another one" rounds
own=("${fake[@]}" source_per_seed=yes source_seeds= 'seeds=1 2' 'methods=kaiming-normal nfm copy')
own_sources() { # every run draws from the source of its own seed, which is trained under another one
  local seed
  scripts/planned.sh results "${own[@]}" > "$scratch/own-sources" || return 1
  for seed in 1 2; do
    grep -qE "compute-nfm [^ ]*/source-100$seed\.network\.h5 " "$scratch/own-sources" \
      && grep -qE "train [^ ]*/source-100$seed\.init\.h5 .*--seed 100$seed " "$scratch/own-sources" \
      && grep -qE "sample-init [^ ]*/source-100$seed\.nfm\.h5 --method nfm --seed $seed +" "$scratch/own-sources" \
      && grep -qE "method copy --seed $seed +--source [^ ]*/source-100$seed\.network\.h5 .*/copy-100$seed\.$seed\.init" \
        "$scratch/own-sources" || return 1
  done
  [ "$(grep -c $'^train\t' "$scratch/own-sources")" = 7 ] && ! grep -q 'source-1\.' "$scratch/own-sources"
}
check "a source for each seed" own_sources
# One run of kaiming-normal exists, with seed 1.
check "status: a source for each seed" agrees 7 "${own[@]}"
check "a tree with a source for each seed" pretend "${own[@]}"
check "status: with a source for each seed, all done" agrees 0 "${own[@]}"
check "status: one more seed needs its source too" agrees 4 "${own[@]}" 'seeds=1 2 3'
check "a tree without variants" pretend "${fake[@]}"
interrupted() { # a rerun under other options, interrupted in its second run
  local runs=$scratch/fake/smoke/fashion-mnist
  make "${quietly[@]}" "${fake[@]}" "$longer" "$scratch/fake/smoke/options/train" || return 1
  touch "$runs/kaiming-agop-1.run.h5" "$runs/nfm-1.run.h5.checkpoint"
  agrees 2 "${fake[@]}" "$longer" \
    && says '^2 of 4 runs done, 0 running, 1 stopped .*, 1 to be rerun .*, 0 waiting' \
    && says '^fashion-mnist/nfm-1 +stopped' || return 1
  # With the previous options again, its files do not count.
  agrees 3 "${fake[@]}" && says '^1 of 4 runs done, 0 running, 0 stopped .*, 3 to be rerun .*, 0 waiting'
}
check "status: an interrupted rerun" interrupted
newer_images() { touch "$scratch/fake/images/fashion-mnist.h5" && agrees 4 "${fake[@]}"; }
check "status: images decoded again" newer_images
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

# ---- Plans and their times ----

stages() { # stages WORDS…: what make plan counts is what make -n would make
  make "${quietly[@]}" plan "$@" > "$scratch/plan" || return 1
  make "${quietly[@]}" -n results "$@" > "$scratch/dry"
  local trainings features
  trainings=$(awk '/^(runs|source networks) / { n += $NF } END { print n + 0 }' "$scratch/plan")
  features=$(awk '/^features / { n += $NF } END { print n + 0 }' "$scratch/plan")
  cat "$scratch/plan"
  [ "$trainings" = "$(grep -c 'release/train ' "$scratch/dry")" ] \
    && [ "$features" = "$(grep -cE 'release/compute-(nfm|agop) ' "$scratch/dry")" ]
}
takes() { # takes TEXT WORDS…: what make plan says of time
  local text=$1
  shift
  make "${quietly[@]}" plan "$@" > "$scratch/plan" || return 1
  tail -1 "$scratch/plan" | diff <(echo "$text") -
}
log() { # log FILE IMAGES EPOCHS SECONDS [KEYS]: of a run on one thread, halfway through
  mkdir -p "$(dirname "$1")"
  printf '{"kind":"start","step":0,"steps":100,"seconds":0,"epoch":0,"epochs":%s,"architecture":"vgg11@0.25",%s}\n' "$3" \
    "\"dataset\":\"fashion-mnist\",\"side\":32,\"images\":$2,\"images_in_file\":60000,\"threads\":1" > "$1"
  printf '{"kind":"step","step":50,"steps":100,"seconds":%s,"epoch":1,"epochs":%s}\n' "$(($4 / 2))" "$3" >> "$1"
}
for words in PIPELINE=demo PIPELINE=native "PIPELINE=transfer"; do
  check "make plan counts what make -n does in $words" stages "BUILD=$scratch/none" "$words"
done
rm -rf "$scratch/fake" "$scratch/fake-results"
check "a fresh tree" pretend "${fake[@]}"
check "make plan with nothing to do" takes 'nothing is to be made' "${fake[@]}"
more=("${fake[@]}" 'seeds=1 2')
check "make plan for another seed" stages "${more[@]}"
check "without a log times are unknown" takes '3 trainings; how long they take is not known yet' "${more[@]}"
# At 0.1 s an image, three runs of 4 epochs of 800 images take 960 s.
log "$scratch/fake/smoke/fashion-mnist/nfm-1.run.jsonl" 800 4 320
check "times from a log" takes '3 trainings: about 16 min, by logs of this pipeline' "${more[@]}" THREADS=1
check "twice the number of threads takes half the time" takes '3 trainings: about 8 min, by logs of this pipeline' "${more[@]}" THREADS=2
check "two jobs take half the time" takes '3 trainings: about 8 min, by logs of this pipeline' "${more[@]}" THREADS=1 RUN=env -j2
check "many jobs take at least the time of one run" takes '3 trainings: about 5 min, by logs of this pipeline' "${more[@]}" THREADS=1 RUN=env -j9
check "the number of all images is from the log" takes '3 trainings: about 5 h, by logs of this pipeline' "${fake[@]}" THREADS=1 \
  'train_options=--epochs 1'
check "logs of another architecture are not used" takes '4 trainings; how long they take is not known yet' "${fake[@]}" \
  'network_options=--architecture vgg11'
# The source has 80,000 images, and the run 20,000.
check "logs of another pipeline are used" takes '2 trainings: about 3 h, by logs of other pipelines' PIPELINE=tune "BUILD=$scratch/fake" \
  THREADS=1 methods=nfm seeds=1 source_seeds=11 variants=0.01
unchanged() { # make plan writes nothing below the pipeline's folders
  touch "$scratch/before"
  sleep 0.1
  make "${quietly[@]}" plan "${more[@]}" || return 1
  [ -z "$(find "$scratch/fake" "$scratch/fake-results" -newer "$scratch/before")" ]
}
check "make plan changes no file" unchanged

# ---- Progress ----

begins() { # begins RUN TEXT: what make says before it, in a call with these words
  MAKEFLAGS=" -- seeds=1\\ 2 THREADS=1 ${fake[*]}" scripts/progress.sh "$scratch/fake/smoke" $$ results \
    "$scratch/fake/smoke/fashion-mnist/$1.run.h5" | diff <(echo "fashion-mnist/$1: $2") -
}
check "the first of three runs is estimated from an earlier log" begins kaiming-agop-2 'run 1 of 3, about 16 min left'
sleep 0.1
# This call is ten times as fast; half a run and two whole runs are left.
log "$scratch/fake/smoke/fashion-mnist/kaiming-agop-2.run.jsonl" 800 4 32
check "the second run is estimated from the first" begins kaiming-normal-2 'run 2 of 3, about 80 s left'
printf '{"kind":"end","step":100,"steps":100,"seconds":32,"epoch":4,"epochs":4}\n' \
  >> "$scratch/fake/smoke/fashion-mnist/kaiming-agop-2.run.jsonl"
touch "$scratch/fake/smoke/fashion-mnist/kaiming-agop-2.init.h5" "$scratch/fake/smoke/fashion-mnist/kaiming-agop-2.run.h5"
check "a run that is requested twice has one number" begins kaiming-normal-2 'run 2 of 3, about 70 s left'
another_call() { # counts what is left for it
  rm -f "$scratch/fake/smoke"/.plan-* "$scratch"/fake/smoke/fashion-mnist/*.jsonl
  begins kaiming-normal-2 'run 1 of 2'
}
check "another call starts its count again, and gives no time without a log" another_call

# ---- Dependencies of tables and images files ----

planned_again() { # planned_again WORDS…: make would decode the photos again
  ! make "${quietly[@]}" "$@" -q "$scratch/own/smoke/options/decode-photos"
}
own_folder() { # a photo more, or another one in place of one, in a folder whose name has a space
  local photos="$scratch/My photos" words
  mkdir -p "$photos/a"
  touch "$photos/a/1.png"
  words=(PIPELINE=smoke "BUILD=$scratch/own" "RESULTS=$scratch/own-results" datasets=photos source_dataset=photos
    "decode_photos='$photos' --name README.md")
  planned_again "${words[@]}" || return 1
  make "${quietly[@]}" "${words[@]}" "$scratch/own/smoke/options/decode-photos" || return 1
  planned_again "${words[@]}" && return 1
  touch "$photos/a/2.png"
  planned_again "${words[@]}" || return 1
  make "${quietly[@]}" "${words[@]}" "$scratch/own/smoke/options/decode-photos" || return 1
  echo longer > "$photos/a/1.png"
  planned_again "${words[@]}"
}
check "added and changed photos in a source folder are noticed" own_folder
listed() { # the folder, not the file that a value is called like
  cmp <(scripts/inputs.sh list --name README.md Tests --resize 8) <(printf 'Tests\0') \
    && [ -z "$(scripts/inputs.sh state --name README.md --pad 32)" ]
}
check "values of options do not count as inputs" listed
apart() { # a pipeline that decodes a data set otherwise has a file of its own
  make "${quietly[@]}" -n PIPELINE=smoke 'decode_fashion-mnist=--name fashion-mnist --resize 16' results \
    > "$scratch/apart" && grep -qE -- '--resize 16 .* -o build/smoke/images/fashion-mnist.h5' "$scratch/apart"
}
check "pipelines that decode a data set differently have separate files" apart
renamed() { # a set made of another's downloads: no other pipeline's file, made again when its source changes
  local words=(PIPELINE=smoke "BUILD=$scratch/own" datasets=x source_dataset=x) memory=$scratch/own/smoke/options/decode-x
  make "${quietly[@]}" "${words[@]}" downloads_x=cifar-10 -n results > "$scratch/renamed" \
    && grep -q -- "cifar-10-binary.tar.gz -o $scratch/own/smoke/images/x.h5" "$scratch/renamed" || return 1
  make "${quietly[@]}" "${words[@]}" downloads_x=cifar-10 "$memory" || return 1
  make "${quietly[@]}" "${words[@]}" downloads_x=cifar-10 -q "$memory" || return 1
  ! make "${quietly[@]}" "${words[@]}" downloads_x=svhn -q "$memory"
}
check "a data set made from other downloads has a separate file, which depends on them" renamed
fewer_runs() {
  local words=(PIPELINE=smoke "BUILD=$scratch/own")
  make "${quietly[@]}" "${words[@]}" "$scratch/own/smoke/options/report" || return 1
  make "${quietly[@]}" "${words[@]}" -q "$scratch/own/smoke/options/report" || return 1
  ! make "${quietly[@]}" "${words[@]}" methods=nfm -q "$scratch/own/smoke/options/report"
}
check "a method removed from a pipeline makes the table stale" fewer_runs
