# shellcheck shell=bash disable=SC2154
# docs/tutorial.md word for word: its indented lines, in a copy of this folder without its outputs.
check "the tools are built" make results PIPELINE=smoke
copy=$scratch/copy
mkdir "$copy"
cp -a Makefile Package.swift CHANGELOG.md data-manifest.txt Sources benchmarks examples pipelines scripts "$copy"
ln -s "$PWD/.build" "$copy/.build"
{
  echo 'set -euo pipefail'
  sed -n 's/^    //p' docs/tutorial.md
} > "$copy/commands.sh"
followed() { (cd "$copy" && bash commands.sh); }
SECONDS=0
check "every command of docs/tutorial.md works" followed
echo "docs/tutorial.md took $SECONDS s"
made() {
  for file in photos.h5 features/feature-maps.png page/index.html table.tex kaiming-nfm.pth \
    results/photos/index.html; do
    [ -s "$copy/$file" ] || { echo "no $file"; return 1; }
  done
  # The pipeline's table has five runs of each method, and the table by hand three.
  [ "$(tail -n +2 "$copy/results/photos/table.csv" | cut -d, -f3 | sort -u)" = 5 ] \
    && [ "$(tail -n +2 "$copy/table.csv" | cut -d, -f3 | sort -u)" = 3 ]
}
check "the outputs of docs/tutorial.md exist" made
both_ways() { # by hand and by make: the same runs
  for method in kaiming-normal kaiming-nfm kaiming-agop; do
    cmp "$copy/runs/$method-2.run.h5" "$copy/build/photos/photos/$method-2.run.h5" || return 1
  done
}
check "runs by hand and by make have the same bytes" both_ways
check "make verify accepts every file of the tutorial" make -C "$copy" verify PIPELINE=photos
touched_up() { # another picture under the name of one
  local photos
  mapfile -t photos < <(find "$copy/photos" -type f | sort)
  cp "${photos[1]}" "${photos[0]}"
  make -C "$copy" verify PIPELINE=photos > "$scratch/verified" && return 1
  grep -q "images/photos.h5"$'\t'"does not follow"$'\t'"what decode-images read as folder" "$scratch/verified"
}
check "make verify finds a changed photo" touched_up
