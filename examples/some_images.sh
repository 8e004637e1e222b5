#!/usr/bin/env bash
# Class folders of PNGs to try things with, FOLDER/train/CLASS/… and FOLDER/test/CLASS/…: the first COUNT
# training and COUNT/4 test images of Fashion-MNIST, drawn by gnuplot.
#     examples/some_images.sh FOLDER [COUNT]
set -euo pipefail
folder=$1 count=${2:-400}
originals=${ORIGINALS:-/usr/share/datasets/fashion-mnist}
classes=(t-shirt trouser pullover dress coat sandal shirt sneaker bag boot)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

draw() { # draw PART PREFIX COUNT
  local i=0
  gunzip -c "$originals/$2-images-idx3-ubyte.gz" > "$work/images" # 16 bytes, then 28×28 an image
  echo 'set terminal png size 29,29 truecolor background "#000000"; unset key; unset colorbox; unset border; unset tics'
  echo 'set margins 0,0,0,0; set palette rgb 3,3,3; set cbrange [0:255]; set xrange [-.5:27.5]; set yrange [-.5:27.5]'
  gunzip -c "$originals/$2-labels-idx1-ubyte.gz" | od -An -v -tu1 -w1 -j8 | sed -n "1,$3p" | while read -r label; do
    mkdir -p "$folder/$1/${classes[label]}"
    echo "set output '$folder/$1/${classes[label]}/$((++i)).png'"
    echo "plot '$work/images' binary skip=$((16 + 784 * (i - 1))) array=(28,28) format='%uchar' flipy with image"
  done
}
draw train train "$count" | gnuplot
draw test t10k $((count / 4)) | gnuplot
