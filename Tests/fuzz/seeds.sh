#!/usr/bin/env bash
# Where mutation starts: seeds.sh FOLDER fills FOLDER/READER for every reader from the tests' fixtures, and
# with small files that the tools of .build/release write.
# shellcheck disable=SC2046,SC2054,SC2059
set -euo pipefail
cd "$(dirname "$0")/../.."
into=$1
bin=$PWD/.build/release
images=Tests/ImageFormatsTests/Fixtures
weights=Tests/StateDictionariesTests/Fixtures
seed() { # seed READER FILE…
  mkdir -p "$into/$1"
  cp "${@:2}" "$into/$1"
}

seed manifest data-manifest.txt
seed idx $images/*-ubyte $images/*-ubyte.gz $images/huge-train-images
seed mat $images/*.mat
seed zip $images/*.zip
seed tar $images/*.tar $images/*.tar.gz
seed jpeg $images/*.jpg
seed png $images/*.png
seed webp $images/*.webp
for archive in cifar-10-binary cifar-100-binary; do
  gzip -dc $images/$archive.tar.gz > "$into/tar/$archive.tar"
done
rm "$into/tar/bomb.tar.gz"
mkdir -p "$into/cifar"
for which in 10:data_batch_1.bin 100:train.bin; do
  number=${which%%:*}
  {
    printf "\\x$(printf %x "$number")"
    tar -xzOf $images/cifar-"$number"-binary.tar.gz --wildcards "*/${which#*:}" | head -c 10000
  } > "$into/cifar/$number"
done
mkdir -p "$into/lists"
{
  printf 'n01\nn02\nn03\0n01\tgoldfish\nn02\ttench, Tinca tinca\nn03\tshark\n\0'
  printf 'val_%d.JPEG\tn0%d\t0\t0\t9\t9\n' 0 3 1 2 2 1
} > "$into/lists/tiny-imagenet"
mkdir -p "$into/folder"
printf 'train/cat/1.png\0train/dog/2.png\0test/cat/3.png' > "$into/folder/parts"
printf 'b/1.PNG\0\xc3\xa4/\xff\n.png\0b/.hidden.png\0b/c/2.jpeg\0b/link.txt' > "$into/folder/names"

seed torch-zip $(grep -l '^PK' $weights/*.pth | grep -v 'vgg1[3-9]')
seed torch-legacy $(grep -L '^PK' $weights/*.pth)
seed safetensors $weights/*.safetensors
seed keras $weights/*.h5 $weights/keras-models/*.h5
seed structured Tests/HDF5Tests/Fixtures/*.h5
python=${FEATURE_INIT_PYTHON:-python3}
if $python -c 'import h5py' 2> /dev/null; then
  $python Tests/fuzz/structured.py 0 200 4 "$into/structured"
fi
seed authors-log Tests/StudiesTests/Fixtures/authors_log.json
mkdir -p "$into/matrix"
printf '2,1\n1,2\n' > "$into/matrix/two"
printf '1e0, -0.5,0\r\n-0.5,2,0\r\n0,0,3.25\r\n' > "$into/matrix/three"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin/decode-images" $images/{train,t10k}-{images-idx3,labels-idx1}-ubyte -o "$work/images.h5"
network=(--architecture vgg:2,M,2,M --hidden 2)
training=(--images "$work/images.h5" --batch 4 --quiet)
"$bin/sample-init" --method kaiming-normal "${network[@]}" --images "$work/images.h5" -o "$work/init.h5"
"$bin/train" "$work/init.h5" "${training[@]}" --epochs 2 -o "$work/run.h5"
"$bin/extract-pretrained" "$work/run.h5" -o "$work/network.h5"
"$bin/compute-nfm" "$work/network.h5" -o "$work/nfm.h5"
"$bin/compute-agop" "$work/network.h5" --images "$work/images.h5" --count 4 -o "$work/agop.h5"
"$bin/train" "$work/init.h5" "${training[@]}" --epochs 100000 -o "$work/long.h5" &
process=$!
until [ -s "$work/long.h5.checkpoint" ]; do sleep 0.05; done
kill -KILL $process
wait $process 2> /dev/null || true
seed images "$work/images.h5"
seed network "$work"/{init,network}.h5
seed features "$work"/{nfm,agop}.h5
seed run "$work/run.h5"
seed checkpoint "$work/long.h5.checkpoint"
