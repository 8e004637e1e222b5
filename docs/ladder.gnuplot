# The arms of pipeline vit-ladder with their intervals, from its table:
# gnuplot -e "table = 'results/vit-ladder/table.md'" docs/ladder.gnuplot > docs/ladder.svg
rows = "< awk -F' *[|] *' '/^\\| [a-z]/ && $2 != \"method\" && NF > 12 { split($7, a, /[][, ]+/); name = $2; " \
  . "if ($5 != \"\") name = name \", \" $5 \" only\"; if ($3 == \"patch\\_embed.proj\" || $3 == \"patch_embed.proj\") name = name \", patch embedding only\"; " \
  . "else if ($3 != \"all\") name = name \", \" $3 \" only\"; if ($4 == \"default\" || $4 == \"fan-in\") name = name \", size \" $4; " \
  . "print a[1] \"\\t\" a[2] \"\\t\" a[3] \"\\t\" name }' ".table." | sort -g"
set terminal svg size 860,860 font "sans,13" background rgb "white"
set datafile separator "\t"
set xlabel "test accuracy, %"
set grid xtics lc rgb "#dddddd"
set offsets 0, 0, 1, 1
unset key
plot rows using 1:0:2:3:ytic(4) with xerrorbars pointtype 7 pointsize 0.6 linecolor rgb "#1f6f8b"
