# shellcheck shell=bash disable=SC2016,SC2154
# Checks of scripts, sources and words, and of every command that README.md and --help show: it works as it stands
# there, in a folder that has files of those names, made from a small network and 2,600 images.

clean_scripts() { find . -name '*.sh' -not -path './.build*' -exec shellcheck {} +; }
if type shellcheck > /dev/null 2>&1; then
  check "shellcheck finds nothing in any script" clean_scripts
else
  echo 'skipped: shellcheck (apt-get install shellcheck)'
fi
check "swift format lint --strict finds nothing" \
  swift format lint --strict --recursive Sources Tests Package.swift benchmarks

# avoided FILE…: prints lines with words of avoided-words.txt, and doc comments that open with "Of "; succeeds if there are any.
# Predictions stay as they were written before their runs, and Swift's interpolations are code.
avoided() {
  awk '
    FNR == 1 { follows = predicted = 0 }
    /^## / { predicted = /what was predicted$/ }
    { opens = /^ *\/\/\/ Of / && !follows; follows = /^ *\/\/\// }
    !predicted { gsub(/\\\([a-zA-Z.]*\)/, ""); print FILENAME ":" FNR ":" (opens ? "opens:" : "") $0 }' "$@" > "$scratch/text"
  cat <(grep -iwFf Tests/shell/avoided-words.txt "$scratch/text") <(grep '^[^:]*:[0-9]*:opens:' "$scratch/text") | grep .
}
plain_words() {
  local texts
  mapfile -t texts < <(git ls-files Sources Tests docs scripts pipelines Makefile README.md examples benchmarks \
    | grep -vE '/Fixtures/|/avoided-words\.txt$|\.(png|svg)$')
  [ ${#texts[@]} -gt 0 ] && ! avoided "${texts[@]}"
}
refuses_each_word() {
  local word sample=$scratch/sample.swift
  while read -r word; do
    echo "// The text has $word in it." > "$sample"
    avoided "$sample" > "$scratch/found" || { echo "not refused: $word"; return 1; }
  done < Tests/shell/avoided-words.txt
  printf '/// Of the epochs.\nlet epochs = 1\n' > "$sample"
  avoided "$sample" > "$scratch/found" || { echo 'not refused: a doc comment'; return 1; }
}
accepts_other_texts() {
  printf '/// The records.\n/// Of these, the last is the best.\nlet text = "\\(said)"\n' > "$scratch/sample.swift"
  printf '## Draws: what was predicted\n\n%s\n\n## Draws: results\n\nEqual.\n' "$(head -1 Tests/shell/avoided-words.txt)" \
    > "$scratch/sample.md"
  ! avoided "$scratch/sample.swift" "$scratch/sample.md"
}
check "no text has a word of avoided-words.txt, and no doc comment opens with 'Of '" plain_words
check "the check of words refuses each of them" refuses_each_word
check "the check of words accepts predictions, interpolations and other sentences" accepts_other_texts

commands=$scratch/commands
fixtures=$PWD/Tests
mkdir -p "$commands/build/images" "$commands/build/demo/fashion-mnist"
ln -s "$PWD/.build" "$commands/.build"
ln -s demo "$commands/build/tune"
within() { (cd "${2:-$commands}" && PATH=$commands/.build/release:$PATH bash -euo pipefail -c "$1"); }
prepare() {
  within '
    images=build/images/fashion-mnist.h5
    decode-images /usr/share/datasets/fashion-mnist/*.gz --name fashion-mnist --pad 32 --limit 2600 -o $images
    network="--architecture vgg11@0.0625 --images $images"
    sample-init --method kaiming-normal $network -o build/demo/source-1001.init.h5
    quickly="--images $images --epochs 1 --subset 200 --test-subset 50"
    train build/demo/source-1001.init.h5 $quickly -o build/demo/source-1001.run.h5
    extract-pretrained build/demo/source-1001.run.h5 -o build/demo/source-1001.network.h5
    compute-nfm build/demo/source-1001.network.h5 -o build/demo/source-1001.nfm.h5
    compute-agop build/demo/source-1001.network.h5 --images $images --count 4 -o agop.h5
    sample-init build/demo/source-1001.nfm.h5 --method nfm -o init.h5
    train init.h5 $quickly -o build/demo/fashion-mnist/nfm-1.run.h5
    cp build/demo/source-1001.run.h5 build/demo/fashion-mnist/kaiming-normal-1.run.h5
    cp build/demo/fashion-mnist/nfm-1.run.h5 run.h5
    cp build/demo/source-1001.network.h5 vgg11.h5
    cp build/demo/source-1001.nfm.h5 nfm.h5
    cp $images images.h5
    cp vgg11.h5 NETWORK && cp nfm.h5 NFM && cp agop.h5 AGOP
  ' && cp "$fixtures/ImageFormatsTests/Fixtures/colour.jpg" "$commands/photo.jpg" \
    && cp "$fixtures/ImageFormatsTests/Fixtures/cifar-10-binary.tar.gz" "$commands" \
    && cp -r "$fixtures/ImageFormatsTests/Fixtures/photos" "$commands" \
    && cp "$fixtures/StateDictionariesTests/Fixtures/vgg11.pth" "$commands/vgg11-8a719046.pth" \
    && cp "$fixtures/StateDictionariesTests/Fixtures/keras-applications.h5" "$commands/vgg16_weights.h5" \
    && cp "$fixtures/StateDictionariesTests/Fixtures/vit-timm.safetensors" \
      "$commands/deit_tiny_patch16_224.fb_in1k.safetensors" \
    && within 'extract-pretrained deit_tiny_patch16_224.fb_in1k.safetensors -o vit.h5'
}
# The commands in a text: lines that begin with a tool, joined if they end in a backslash.
shown() { # shown PATTERN
  sed -e ':a' -e '/\\$/N; s/ *\\\n */ /; ta' | sed -nE "s#^ +($1)#\1#p"
}
# Each command runs in a separate folder, so that none finds the outputs of another; outputs replace links, never their files.
works() { # works COMMAND
  local here=$scratch/here status=0
  cp -al "$commands" "$here"
  # PyTorch's networks have full width.
  [[ $1 != *--for\ torchvision* ]] || within 'sample-init --method kaiming-normal --architecture vgg11 -o vgg11.h5
    compute-nfm vgg11.h5 -o nfm.h5' "$here"
  within "$1" "$here" || { echo "$1"; status=1; }
  rm -rf "$here"
  return $status
}

if [ -d /usr/share/datasets/fashion-mnist ]; then
  check "the files that the commands name can be made" prepare
  while read -r line; do
    check "README: $line" works "$line"
  done < <(shown '\.build/release/' < README.md)
  names='fetch-data|decode-images|extract-pretrained|compute-agop|compute-nfm|sample-init|train|report'
  read -ra helps <<< "${names//|/ }"
  helps+=('report '{table,probe,ansatz,maps,network,predictions,verify})
  for tool in "${helps[@]}"; do
    while read -r line; do
      case $line in
        fetch-data*) echo "not run, since it needs the network: $line" ;;
        *--from-csv*) echo "not run, since matrices of that size take minutes (ToolTests reads small ones): $line" ;;
        *) check "$tool --help: $line" works "$line" ;;
      esac
    done < <(COLUMNS=1000 bash -c ".build/release/$tool --help" | sed -n '/^Example/,/^$/p' | shown "($names) ")
  done
else
  echo 'skipped: commands of README and --help (apt-get install dataset-fashion-mnist)'
fi
# These goals take minutes to hours, or run this script: make -n plans them without an error.
while read -r line; do
  check "README, planned: $line" make -n "$(sed 's/^make //; s/ *#.*//' <<< "$line")"
done < <(shown 'make [a-z]+ ' < README.md)

# `train` refuses an unknown option before its inputs, which are empty here.
while read -r line; do
  read -ra words <<< "$line"
  check "docs/training.md: $line" scripts/check-options.sh recipe train "${words[@]}"
done < <(shown '--optimiser' < docs/training.md)
