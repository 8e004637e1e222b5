# From the tables of `bench scale` (file name in `tables`) to one figure.
set terminal svg size 960,560 font "sans,12"
set multiplot layout 2,3
set key bottom right
set logscale x 2
set grid lc rgb "#dddddd"
set yrange [0:*]

set title "Training, 32×32"
set xlabel "batch"; set ylabel "images/s"
plot tables index 0 using 1:2 with linespoints title "2 threads", \
  "" index 1 using 1:2 with linespoints title "1 thread"

set title "Memory, 32×32"
set ylabel "peak MB"
plot tables index 0 using 1:4 with linespoints notitle

set title "Training, by side"
set xlabel "side"; set ylabel "pixels/s, millions"
plot tables index 2 using 1:($1*$1*$2/1e6) with linespoints notitle

set title "Training, by width"
set xlabel "width"; set ylabel "images/s"
plot tables index 3 using 1:2 with linespoints notitle

set title "AGOP, 10 logits"
set xlabel "images at once"; set ylabel "ms an image"
plot tables index 4 using 1:(1000/$2) with linespoints notitle

set title "AGOP, 16 images at once"
set xlabel "logits"
plot tables index 5 using 1:(1000/$2) with linespoints notitle
