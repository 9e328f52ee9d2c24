#!/bin/sh
# How well a corpus is read, and what that costs: the tesseract command line as it is installed ("base"),
# one process a page, against sohoa as it is shipped ("ours"), by level, band of years and type of paper.
#   make bench-ocr CORPUS=folder     page images, and NAME.json with the truth (bench/score.c tells which)
#   OCR_MODEL=vie OCR_SECOND=        another model, no second reading
set -eu
cd "$(dirname "$0")/.."
: "${BUILD:=$PWD/build}" "${CORPUS:=}" "${OCR_MODEL:=sohoa_nhanh}" "${OCR_SECOND=sohoa}"
[ -n "$CORPUS" ] || { echo "bench-ocr: say CORPUS=folder, with page images and their truth" >&2; exit 2; }
export OMP_THREAD_LIMIT=1 LC_ALL=C.UTF-8 READ_SECOND="$OCR_SECOND"
work=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/base" "$work/ours"

# CPU seconds of the children of this shell so far, into a file: a subshell has none of its own
cpu() {
    times >"$work/times"
    awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); sum += 60 * t[1] + t[2] } printf "%.2f\n", sum }' \
        "$work/times" >"$work/$1"
}
spent() { awk "BEGIN { printf \"%.2f\", $(cat "$work/$2") - $(cat "$work/$1") }"; }

cpu start
pages=0
for image in "$CORPUS"/*.jpg "$CORPUS"/*.tif; do
    [ -e "$image" ] || continue
    name=$(basename "$image")
    tesseract "$image" "$work/base/${name%.*}" -l vie >/dev/null 2>&1
    pages=$((pages + 1))
done
cpu middle
"$BUILD/bench/read_corpus" "$CORPUS" "$work/ours" config "$OCR_MODEL" >"$work/said"
cpu end
base=$(spent start middle)
ours=$(spent middle end)

echo "Reading $pages pages: base is \`tesseract -l vie\`, ours $OCR_MODEL${OCR_SECOND:+, doubtful words again with $OCR_SECOND}"
echo
"$BUILD/bench/score" "$CORPUS" "$work/base" "$work/ours"
echo
awk -v base="$base" -v ours="$ours" -v pages="$pages" 'BEGIN {
    printf "CPU s a page, file to words and fields: base %.2f, ours %.2f, %.2f x\n", base / pages, ours / pages, ours / base }'
echo
echo "Fields that are right, right or flagged, and what a look at the least sure tenth finds:"
"$BUILD/bench/fields" "$CORPUS" "$work/ours"
