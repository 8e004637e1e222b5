# shellcheck shell=bash disable=SC2016,SC2154,SC2317
# The installed tools: man pages, completions, messages, and output in terminals and pipes.
check "make results makes the inputs of these checks" make results PIPELINE=smoke
runs=(build/smoke/fashion-mnist/*.run.h5)
place=$scratch/place
programs='fetch-data decode-images extract-pretrained compute-agop compute-nfm sample-init train report'

# ---- Installing ----

check "make install" make install DESTDIR="$place" PREFIX=/opt/features
installed=$place/opt/features
each() { for tool in $programs; do "$@" "$tool" || { echo "$tool"; return 1; }; done; }
lists_downloads() { # of the installed manifest, in a folder without one
  (cd "$scratch" && "$installed/bin/fetch-data" --list > "$scratch/listed" 2> "$scratch/err") \
    && grep -q '^fashion-mnist' "$scratch/listed" && grep -qF "$installed/share/feature-init/data-manifest.txt" "$scratch/err"
}
check "installed fetch-data finds its manifest" lists_downloads
says_version() { "$installed/bin/$1" --version | grep -q "^$1 [0-9]"; }
check "every installed tool prints its version" each says_version
has_manual() {
  grep -q '^\.SH DESCRIPTION' "$installed/share/man/man1/$1.1" && options_in_manual "$1"
}
options_in_manual() { # options_in_manual TOOL [SUBCOMMAND]: every long option of the help
  "$installed/bin/$1" ${2:+"$2"} --help | sed -n '/^OPTIONS:/,$p' | grep -oE '^  (-., )?--[a-z0-9-]+' | grep -oE '\-\-.*' \
    | while read -r option; do
      grep -qF -- "\\fB${option//-/\\-}\\fR" "$installed/share/man/man1/$1.1" || { echo "$option"; exit 1; }
    done
}
check "every tool has a man page with all its options" each has_manual
subcommands='table probe ansatz maps network predictions verify'
subcommands_in_manual() {
  for subcommand in $subcommands; do
    if ! grep -qF ".SS report $subcommand" "$installed/share/man/man1/report.1" \
      || ! options_in_manual report "$subcommand"; then
      echo "$subcommand"
      return 1
    fi
  done
}
check "the man page of report has all its subcommands" subcommands_in_manual
if command -v mandoc > /dev/null; then
  lint() { mandoc -Tlint -Wwarning "$installed/share/man/man1/$1.1"; }
  check "mandoc finds nothing wrong with the man pages" each lint
else
  echo "skipped: man pages under mandoc -Tlint need mandoc (apt-get install mandoc)"
fi
if command -v man > /dev/null; then
  formats() { [ -z "$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l "$installed/share/man/man1/$1.1" 2>&1 > /dev/null)" ]; }
  check "man gives no warnings" each formats
fi
check "bash reads the completions" each eval 'bash -n "$installed/share/bash-completion/completions/$tool" #'
for shell in zsh fish; do
  command -v $shell > /dev/null || echo "skipped: completions for $shell (apt-get install $shell)"
done
if command -v zsh > /dev/null; then
  check "zsh reads the completions" each eval 'zsh -n "$installed/share/zsh/site-functions/_$tool" #'
fi
if command -v fish > /dev/null; then
  check "fish reads the completions" \
    each eval 'fish --no-execute "$installed/share/fish/vendor_completions.d/$tool.fish" #'
fi
completed() { # completed WORDS…: what bash offers for the last word
  bash -c '
    source "$0/share/bash-completion/completions/$1"
    PATH=$0/bin:$PATH
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
    COMP_POINT=${#COMP_LINE}
    "_$1" "$1" "${@: -1}" "${@: -2:1}"
    printf "%s\n" "${COMPREPLY[@]}"' "$installed" "$@"
}
offers() { # offers WHAT WORDS…
  local what=$1
  shift
  completed "$@" > "$scratch/offered"
  grep -qx -- "$what *" "$scratch/offered" || { cat "$scratch/offered"; return 1; }
}
check "completion offers methods" offers kaiming-nfm sample-init --method kaiming-n
check "completion offers options" offers --learning-rate train --learn
check "completion offers files" offers Package.swift train Pack
check "completion offers files after an option" offers Package.swift train --images Pack
check "completion offers subcommands" offers ansatz report ans
check "completion offers options of subcommands" offers --tune report table --tun
check "completion offers files without a prefix, by bash itself" \
  grep -q '^complete -o default ' "$installed/share/bash-completion/completions/report"
if command -v fish > /dev/null; then
  fish_offers() { # fish_offers WHAT LINE: what fish offers at the line's end, its descriptions left out
    HOME=$scratch fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
      "$installed/share/fish/vendor_completions.d/${2%% *}.fish" "$2" | cut -f1 > "$scratch/offered"
    grep -qxe "$1" "$scratch/offered" || { cat "$scratch/offered"; return 1; }
  }
  check "fish offers options" fish_offers --learning-rate 'train --lear'
  check "fish offers methods" fish_offers kaiming-nfm 'sample-init --method kaiming-n'
  check "fish offers files after an option" fish_offers Package.swift 'train --images Pack'
  check "fish offers no option of another tool" eval '! fish_offers --learning-rate "compute-nfm --lear"'
fi
if command -v zsh > /dev/null; then
  zsh_completes() { # zsh_completes WHAT LINE: the line, completed
    rm -f "$scratch/completed"
    zsh -f -c '
      zmodload zsh/zpty
      zpty asked zsh -f -i
      zpty -w asked "fpath=($1 \$fpath); autoload -U compinit; compinit -u -D
        tell() { zle complete-word; print -r -- \$BUFFER > $3; exit }; zle -N tell; bindkey ^X tell; : > $3.ready"
      for i in {1..100}; do [[ -e $3.ready ]] && break; sleep 0.1; done
      zpty -w -n asked "$2"$'"'\\x18'"'
      for i in {1..100}; do [[ -s $3 ]] && break; sleep 0.1; done' \
      zsh "$installed/share/zsh/site-functions" "$2" "$scratch/completed"
    [ "$(sed 's/ *$//' "$scratch/completed")" = "$1" ] || { cat "$scratch/completed"; return 1; }
  }
  check "zsh completes options" zsh_completes 'train --learning-rate' 'train --lear'
  check "zsh completes methods" zsh_completes 'sample-init --method kaiming-nfm' 'sample-init --method kaiming-nf'
  check "zsh completes files after an option" zsh_completes 'train --images Makefile' 'train --images Makef'
  check "zsh completes no option of another tool" zsh_completes 'compute-nfm --lear' 'compute-nfm --lear'
fi
check "make uninstall" make uninstall DESTDIR="$place" PREFIX=/opt/features
left_behind() { [ -z "$(find "$place" -type f)" ]; }
check "make uninstall removes everything" left_behind

# ---- Messages ----

bin=.build/release
complains() { # complains STATUS TEXT COMMAND…: one line on standard error, nothing on standard output
  local status=$1 text=$2
  shift 2
  "$@" > "$scratch/out" 2> "$scratch/err"
  if [ $? != "$status" ] || [ -s "$scratch/out" ] || [ "$(wc -l < "$scratch/err")" != 1 ] \
    || ! grep -qF -- "$text" "$scratch/err"; then
    cat "$scratch/err"
    return 1
  fi
}
check "a misspelt option gets a suggestion" complains 64 "--epochs" $bin/train --images absent.h5 --epocs 3
check "a misspelt method gets a suggestion" complains 64 "did you mean 'kaiming-nfm'" $bin/sample-init --method kaiming-nmf
check "a misspelt data set gets a suggestion" complains 64 "did you mean 'fashion-mnist'" $bin/fetch-data fashion-mist
check "a misspelt pipeline gets a suggestion" complains 2 "did you mean 'demo'" make results PIPELINE=dmo
check "a misspelt baseline gets a suggestion" complains 64 "did you mean 'kaiming-normal'" $bin/report "${runs[@]}" --baseline kaiming-norml
check "a misspelt option of runs gets a suggestion" complains 64 "did you mean 'learning_rate'" $bin/report "${runs[@]}" --by learning_rat

fits() { # fits COLUMNS: the table, to the column, and its sparklines
  COLUMNS=$1 $bin/report "${runs[@]}" > "$scratch/table" || return 1
  awk -v most="$1" '{ gsub(/[\200-\277]/, ""); if (length > most) { print length ": " $0; wide = 1 } } END { exit wide }' \
    "$scratch/table" && grep -q kaiming-agop "$scratch/table"
}
for columns in 60 80 100 200; do check "the table fits $columns columns" fits $columns; done
check "the table has sparklines if there is room" grep -q '[▁▂▃▄▅▆▇█]' "$scratch/table"
formats() { # every format says the same accuracy
  local accuracy
  accuracy=$($bin/report "${runs[@]}" --format csv | awk -F, '$2 == "nfm" { printf "%.2f", 100 * $6 }')
  for format in terminal markdown latex; do
    $bin/report "${runs[@]}" --format $format | grep nfm | grep -qF "$accuracy" || { echo $format; return 1; }
  done
  $bin/report "${runs[@]}" --format json | grep -q '"method" : "nfm"'
}
check "every format has the number" formats
plain() { ! COLUMNS=100 $bin/report "${runs[@]}" 2>&1 | grep -q $'\e'; }
check "no escape sequences in a pipe" plain
silent() {
  $bin/compute-nfm build/smoke/source-1.network.h5 --quiet -o "$scratch/nfm.h5" > "$scratch/out" 2>&1
  [ ! -s "$scratch/out" ]
}
check "--quiet prints no messages" silent
piped() { $bin/report "${runs[@]}" --format json | head -1 > /dev/null; [ "${PIPESTATUS[0]}" = 141 ]; }
check "a closed pipe ends a tool as SIGPIPE does" eval \
  'for i in 1 2 3; do piped 2> "$scratch/err" && break; done; [ ! -s "$scratch/err" ]'

resized() { # the bar fills the window, whatever it is resized to
  script -qec "stty cols 90; $bin/train build/smoke/fashion-mnist/nfm-1.init.h5 --epochs 1000 --subset 2000 \
    --images build/images/fashion-mnist.h5 --threads 1 -o $scratch/resized.h5 & sleep 4; stty cols 120; sleep 4; kill \$!" \
    /dev/null < /dev/null > "$scratch/typed"
  tr '\r' '\n' < "$scratch/typed" | grep '[█░]' | sed $'s/\e\\[K.*//' | awk '
    { gsub(/[\200-\277]/, ""); n[length] = 1 }
    END { for (l in n) { if (l > 80 && l <= 90) small = 1; if (l > 110 && l <= 120) large = 1 }; exit !small || !large }'
}
if command -v script > /dev/null; then
  check "progress fills the window, also after it is resized" env -u COLUMNS bash -c "$(declare -f resized)
    bin=$bin scratch=$scratch; resized || resized || resized" # a busy machine may draw nothing for four seconds
else
  echo "skipped: progress in a window needs script (apt-get install bsdutils)"
fi

# ---- LaTeX ----

compiles() {
  {
    printf '%s\n' '\documentclass{article}\begin{document}'
    $bin/report "${runs[@]}" --format latex
    $bin/report network "${runs[0]}" --format latex
    printf '%s\n' '\end{document}'
  } > "$scratch/table.tex"
  (cd "$scratch" && pdflatex -interaction=nonstopmode -halt-on-error table.tex) && [ -s "$scratch/table.pdf" ]
}
if command -v pdflatex > /dev/null; then
  check "LaTeX tables compile" compiles
else
  echo "skipped: the LaTeX table under pdflatex (apt-get install texlive-latex-base)"
fi
