#!/bin/sh
# The command line itself: help, languages, JSON, exit codes.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
cd "$work" || exit 1

check "help lists every command of the table" sh -c "
    '$SOHOA' help | grep -c '^  [a-z]' | grep -qx \"\$('$SOHOA' --json help | jq '.commands | length')\""
for command in init doctor config devices scan import run status review search inventory progress verify fixity backup restore journal read pack index reindex; do
    check "$command --help says what it does" sh -c "'$SOHOA' $command --help | grep -q -- '--json'"
done
check "the man page names every command" sh -c "
    for c in \$('$SOHOA' help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do grep -q \"^\\.B \$c\" '$(dirname "$samples")/docs/sohoa.1' || { echo \$c; exit 1; }; done"
refuse "no command at all is code 2" 2 "sohoa" "$SOHOA"
check "Vietnamese is the default" sh -c "env -u SOHOA_LANG LANG=C '$SOHOA' help | grep -q 'kho'"
check "English on request by --lang" sh -c "env -u SOHOA_LANG '$SOHOA' --lang en help | grep -q 'warehouse'"
check "English by LANG" sh -c "env -u SOHOA_LANG LANG=en_US.UTF-8 '$SOHOA' help | grep -q 'warehouse'"
check "errors are JSON on stdout with --json" sh -c "'$SOHOA' --json --warehouse '$work' status | jq -e '.error and .status == \"fatal\"'"
check "help help says how help is used" sh -c "'$SOHOA' help help | grep -q '^sohoa help'"
check "and so does help --help" sh -c "'$SOHOA' help --help | grep -q '^sohoa help'"
refuse "help of an unknown command names the nearest" 2 "search" "$SOHOA" help serach
check "help as JSON lists the commands" sh -c "'$SOHOA' --json help | jq -e '[.commands[].name] | length > 17 and (index(\"run\") != null)'"
check "and one command's options" sh -c "'$SOHOA' --json help run | jq -e '.name == \"run\" and ([.options[].name] | index(\"-j\") != null)'"
check "the version as JSON" sh -c "'$SOHOA' --json --version | jq -e .version"
check "config prints every setting with its origin" sh -c "'$SOHOA' --json config | jq -e '.\"ocr.model\".from == \"default\"'"
check "--set is seen as the origin" sh -c "'$SOHOA' --json --set ocr.model=vie config ocr.model | jq -e '.\"ocr.model\".value == \"vie\" and .\"ocr.model\".from == \"--set\"'"
check "the environment is read" sh -c "SOHOA_OCR_MODEL=vie '$SOHOA' --json config ocr.model | jq -e '.\"ocr.model\".value == \"vie\"'"

check "import --to makes masters without a warehouse" "$SOHOA" import "$samples/simplex/0001-1.tif" --to "$work/pages"
check "read prints text" sh -c "'$SOHOA' read '$samples/simplex/0001-1.tif' | grep -q 'VIỆT NAM'"
check "read --format hocr too, with each word at its place" sh -c "'$SOHOA' read --format hocr '$samples/simplex/0001-1.tif' >'$work/page.hocr' && xmllint --nonet --noout '$work/page.hocr' &&
    [ \$(grep -o 'class=.ocrx_word. id=[^ ]* title=.bbox [0-9]* [0-9]* [0-9]* [0-9]*; x_wconf [0-9]*' '$work/page.hocr' | wc -l) -eq \$('$SOHOA' read --format json '$samples/simplex/0001-1.tif' | jq '[.lines[].words[]] | length') ]"
check "read --format alto is well-formed XML" sh -c "'$SOHOA' read --format alto '$samples/simplex/0001-1.tif' | xmllint --noout -"
check "read --format json has words with boxes" sh -c "'$SOHOA' read --format json '$samples/simplex/0001-1.tif' | jq -e '.lines[0].words[0].box'"
check "pack makes a PDF/A of a folder" "$SOHOA" pack "$work/pages" --to "$work/out.pdf"
check "verify calls it PDF/A-2u without signature" sh -c "'$SOHOA' --json verify '$work/out.pdf' | jq -e '.verdicts[0].pdfa_2u and .verdicts[0].signatures == 0'"
pack_says() { # FLAVOUR OPTION...
    pack_flavour=$1
    shift
    "$SOHOA" --json "$@" pack "$work/pages" --to "$work/$pack_flavour.pdf" | tee "$work/said" |
        jq -e ".flavour == \"$pack_flavour\" and .findings == 0 and .pages == 1 and .signed == false and .words_compared > 20"
}
check "pack says the flavour and what was checked" pack_says 2u
check "it takes the flavour of the settings" pack_says 3u --set archive.flavour=3u
check "and verify finds that flavour" sh -c "'$SOHOA' --json verify '$work/3u.pdf' | jq -e '.verdicts[0].pdfa == \"3u\"'"
check "with the ALTO of the page in it" sh -c "pdfdetach -list '$work/3u.pdf' | grep -q '0001-1.alto.xml'"
check "which the 2u has not" sh -c "pdfdetach -list '$work/2u.pdf' | grep -q '^0 '"
refuse "1b is no flavour to pack" 5 "2u|3u" "$SOHOA" --set archive.flavour=1b pack "$work/pages" --to "$work/1b.pdf"
# More words than there is room for at one place: no reader could tell them apart.
cp -r "$work/pages" "$work/crowded"
jq '.lines[0].words = [range(60) | {text: "chữ", confidence: 0.9, box: [1500, 100, 30, 40]}]' \
    "$work/pages/0001-1.words.json" >"$work/crowded/0001-1.words.json"
refuse "what does not pass its check is not left under that name" 3 "word" "$SOHOA" pack "$work/crowded" --to "$work/crowded.pdf"
check "nor beside it" sh -c "! ls '$work'/crowded.pdf*"
cp "$work/out.pdf" "$work/before.pdf"
refuse "nor does it take the place of what was there" 3 "word" "$SOHOA" pack "$work/crowded" --to "$work/out.pdf"
check "which stays as it was" cmp "$work/before.pdf" "$work/out.pdf"
refuse "pack of a folder without pages says so" 3 "import" "$SOHOA" pack "$work" --to "$work/x.pdf"

# ---- help tells what each act does, and long options leave the column straight
check "review tells its acts" sh -c "'$SOHOA' review --help | grep -A1 'review same ID' | grep -q 'counted once'"
check "sample, too" sh -c "'$SOHOA' help sample | grep -A1 'sample judge LOT FILE.csv' | grep -q 'accepted or refused'"
check "an act of owner has its own arguments and words" sh -c "'$SOHOA' owner find --help | head -n 2 | grep -A1 -F 'sohoa owner find [--...] [NAME...]' | grep -q 'who answers'"
"$SOHOA" init "$work/w" >/dev/null
refuse "a line of usage has no blank at its end" 2 'usage: sohoa review list$' env SOHOA_WAREHOUSE= "$SOHOA" --warehouse "$work/w" review nonsense
check "the help of an option begins in its column" sh -c "'$SOHOA' export --help | grep -A1 -- '--passphrase-command' | grep -q '^                           encrypt'"

# ---- no right to the warehouse is not "no warehouse"
stranger() { "$@"; }
[ "$(id -u)" != 0 ] || stranger() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
mkdir "$work/locked"
"$SOHOA" init "$work/locked/kho" >/dev/null
chmod 0 "$work/locked"
if stranger "$SOHOA" --version >/dev/null 2>&1; then
    refuse "who may not read a warehouse is told so" 5 "may not read $work/locked/kho" stranger "$SOHOA" --warehouse "$work/locked/kho" status
    refuse "verify tells it, too" 3 "may not read $work/locked/kho/store" stranger "$SOHOA" verify "$work/locked/kho/store"
else
    skip "who may not read a warehouse is told so" "the program itself is out of reach for another user"
fi
chmod 755 "$work/locked"
tap_end
