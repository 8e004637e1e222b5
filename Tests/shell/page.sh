# shellcheck shell=bash disable=SC2154
# The results page of the smallest pipeline in a browser: light and dark, wide and 360 pixels narrow.
rm -rf build/smoke results/smoke
check "make results makes the page" make results PIPELINE=smoke
page=results/smoke/index.html

# The page has no addresses except those of files beside it and of pictures inside.
asks_for_nothing() {
  ! grep -noE '(src|href)="([a-z]+:)?//[^"]*"|url\([^)]*|@import' "$page"
}
check "the page loads nothing from the network" asks_for_nothing
stands_alone() { # without JavaScript: the table, the pictures, the commands; no dead control
  grep -q '<th scope="row">kaiming-agop</th>' "$page" && grep -q '<svg ' "$page" \
    && grep -q 'sample-init .* --method kaiming-agop' "$page" && ! grep -qE '<(button|input)' "$page"
}
check "the page can be read without JavaScript" stands_alone
links() { # to files that are there
  grep -oE 'href="[^#"][^"]*"' "$page" | grep -v 'data:' | cut -d'"' -f2 | sort -u > "$scratch/links"
  [ "$(wc -l < "$scratch/links")" -ge 7 ] || { cat "$scratch/links"; return 1; }
  while read -r link; do
    [ -s "results/smoke/$link" ] || { echo "leads nowhere: $link"; return 1; }
  done < "$scratch/links"
}
check "CSV and HDF5 are linked" links
says() { grep -q "$1" "$page"; }
check "time and memory are stated" says '<h2[^>]*>Time and memory'
opened() { [ "$(env BROWSER=echo make -s open PIPELINE=smoke)" = "$PWD/$page" ]; }
check "make open opens the page" opened
not_opened() { ! make -s open PIPELINE=smoke RESULTS="$scratch/none" && ! BROWSER=false make -s open PIPELINE=smoke; }
check "make open fails without a page" not_opened

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
wrapped() { # wrapped WIDTH [SPOIL]: the page in a frame of that width in pixels, which the audit looks into
  echo '<!DOCTYPE html><meta charset="utf-8"><style>:root { color-scheme: light dark }</style>'
  echo "<iframe width=\"$1\" height=\"900\"></iframe><pre></pre><script>"
  cat Tests/shell/page-audit.js
  cat << END
    const frame = document.querySelector('iframe');
    frame.onload = () => {
      let faults;
      try { faults = audit(frame.contentWindow); } catch (error) { faults = ['error: ' + error.stack]; }
      const scheme = frame.contentWindow.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
      document.querySelector('pre').textContent =
        'AUDIT ' + scheme + ' ' + frame.contentWindow.innerWidth + '\n' + faults.join('\n') + '\nEND';
    };
    frame.srcdoc = new TextDecoder().decode(Uint8Array.from(atob('$(sed "${2:-}" "$page" | base64 -w0)'),
      letter => letter.charCodeAt(0)));
END
  echo '</script>'
}
browse() { # browse FILE light|dark: the document after its scripts, and complaints of the console
  local scheme=1
  [ "$2" = light ] || scheme=0
  timeout 120 "$browser" --headless=new --no-sandbox --disable-gpu --enable-logging=stderr \
    --user-data-dir="$scratch/profile" --blink-settings=preferredColorScheme=$scheme \
    --window-size=1400,1000 --dump-dom "file://$1" > "$scratch/dom" 2> "$scratch/console"
  if grep CONSOLE "$scratch/console"; then return 1; fi
}
sound() { # sound light|dark WIDTH [SPOIL]
  wrapped "$2" "${3:-}" > "$scratch/wrapped.html"
  browse "$scratch/wrapped.html" "$1" || return 1
  sed -n '/<pre>AUDIT/,/^END/p' "$scratch/dom" > "$scratch/audited"
  grep -q "AUDIT $1 $2" "$scratch/audited" || { echo "not seen as $1, $2 wide"; return 1; }
  [ "$(sed '/AUDIT/d; /^END/d; /^$/d' "$scratch/audited" | tee "$scratch/found" | wc -l)" = 0 ] || {
    cat "$scratch/found"
    return 1
  }
}
printed() { # printed FILE: headline and the table's last column are on paper
  timeout 120 "$browser" --headless=new --no-sandbox --disable-gpu --user-data-dir="$scratch/profile" \
    --no-pdf-header-footer --print-to-pdf="$scratch/page.pdf" "file://$1" 2> /dev/null
  pdftotext -layout "$scratch/page.pdf" "$scratch/printed" || return 1
  local words
  words=$(sed -n 's/.*class="headline">\([^<]*\)<.*/\1/p' "$1" | head -1 | cut -d, -f1)
  if [ -z "$words" ] || ! tr -s ' \n' '  ' < "$scratch/printed" | grep -qF "$words"; then
    echo "not on paper: $words"
    return 1
  fi
  local last
  last=$(sed -n 's/^| kaiming-agop .*| \([^|]*\) |$/\1/p' results/smoke/table.md | head -1)
  grep -qE "^ *kaiming-agop +[0-9.]+ +[0-9.]+ .* $last *\$" "$scratch/printed" || { cat "$scratch/printed"; return 1; }
}
not_printed() { # with the page's own frame for wide tables, paper cuts off what screens scroll to
  sed 's/\.wide, pre { overflow: visible; }/.wide { width: 20rem; }/' "$page" > "$scratch/cut.html"
  ! printed "$scratch/cut.html"
}
aligned() { # a page with kaiming-agop-aligned beside the runs of the smallest pipeline
  local tools=$PWD/.build/release images=build/images/fashion-mnist.h5 source=build/smoke/source-1
  "$tools/sample-init" "$source.agop.h5" --method kaiming-agop --align "$source.network.h5" --images "$images" \
    -o "$scratch/aligned.h5" || return 1
  "$tools/train" "$scratch/aligned.h5" --images "$images" --epochs 2 --subset 400 --test-subset 200 \
    -o "$scratch/aligned.run.h5" || return 1
  "$tools/report" table build/smoke/fashion-mnist/*.run.h5 "$scratch/aligned.run.h5" -o "$scratch/aligned" \
    && [ -s "$scratch/aligned/alignment.png" ] && grep -q '<h2[^>]*>Alignment before training' "$page"
}
spoiled() { ! sound "$1" "$2" "$3" && grep -q "$4" "$scratch/found"; }
if [ -n "$browser" ]; then
  for scheme in light dark; do
    check "the page itself, $scheme: nothing on the console" browse "$PWD/$page" "$scheme"
    for width in 1280 360; do
      check "contrast, names, sorting, toggling, no overflow: $scheme, $width wide" sound "$scheme" "$width"
    done
  done
  # The audit can fail.
  check "a pale line is found" spoiled light 1280 's/--light:#0052C2/--light:#A0C0F0/' 'of a mark'
  check "a faded mark is found" spoiled dark 1280 's/\.run { /.run { opacity: 0.3; /' 'of a mark'
  check "a name that is cut off is found" spoiled light 1280 's/svg text { font: 13px/svg text { font: 26px/' 'cut off'
  check "names below the fold of a narrow screen are found" spoiled light 360 \
    's/calc(0.6 \* var(--width))/34rem/' 'outside the screen'
  check "an invalid picture is found" spoiled light 1280 's,data:image/png;base64\,iVBOR,data:image/png;base64\,iVBOX,' 'not drawn'
  check "pale ink is found" spoiled light 1280 's/--soft: #595959/--soft: #aaaaaa/' contrast
  check "a fixed width is found" spoiled light 360 's/<main /<main style="width: 600px" /' 'pixels wide'
  check "a box that does not scroll by keyboard is found" spoiled light 360 's/class="wide" tabindex="0"/class="wide"/' 'by keyboard'
  check "an alphabetical sort of numbers is found" spoiled light 1280 's/Number(cell.dataset.value)/NaN/' 'not sorted'
  page=$scratch/aligned/index.html
  check "a page of aligned draws" aligned
  for scheme in light dark; do
    for width in 1280 360; do
      check "R² by layer, names of twenty letters: $scheme, $width wide" sound "$scheme" "$width"
    done
  done
  check "names outside a figure that is a twelfth wider are found" spoiled light 360 's/calc(0.6 \* var/calc(0.65 * var/' \
    'outside the screen'
  page=results/smoke/index.html
  if command -v pdftotext > /dev/null; then
    check "headline and the table's last column are printed" printed "$PWD/$page"
    check "a table that is cut off is found" not_printed
  else
    echo "skipped: the page on paper needs pdftotext (apt-get install poppler-utils)"
  fi
else
  echo "skipped: the page in a browser needs chromium (apt-get install chromium)"
fi
