#!/bin/sh
# The whole way with 2 workers against OCRmyPDF, and the CPU of everything that is not recognition
# against the bare tesseract command line, all on the same pages in the same run.
set -eu
cd "$(dirname "$0")/.."
sohoa=$BUILD/sohoa
for tool in ocrmypdf unpaper tesseract /usr/bin/time; do
    command -v $tool >/dev/null || { echo "bench: $tool is missing: ./bootstrap bench installs it"; exit 1; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
export OMP_THREAD_LIMIT=1 SOHOA_LANG=en

# measure NAME command...: wall seconds, CPU seconds, peak RSS (KiB) of the largest process to $work/NAME
measure() {
    name=$1
    shift
    /usr/bin/time -f '%e %U %S %M' -o "$work/$name.time" "$@" >"$work/$name.log" 2>&1 || [ $? -eq 3 ]
    tail -n 1 "$work/$name.time" | awk '{ print $1, $2 + $3, $4 }' >"$work/$name"
}
get() { awk -v n="$2" '{ print $n }' "$work/$1"; }

pages=$(find "$BENCH_PAGES" -type f \( -name '*.jpg' -o -name '*.tif' \) | sort)
count=$(echo "$pages" | wc -l)
input=$(cat $pages | wc -c)

# The bare engine: one process a page, one after the other.
cat >"$work/tesseract.sh" <<'S'
for page; do tesseract "$page" stdout -l vie; done
S
measure tesseract sh "$work/tesseract.sh" $pages

# OCRmyPDF: two at a time, one file each, as its manual advises for batches.
cat >"$work/ocrmypdf.sh" <<'S'
out=$1; shift
printf '%s\n' "$@" | xargs -P 2 -I{} sh -c 'ocrmypdf -q -l vie --jobs 1 --image-dpi 300 --rotate-pages --deskew --clean --output-type pdfa "$1" "$2/$(basename "$1").pdf"' - {} "$out"
S
mkdir "$work/o"
measure ocrmypdf sh "$work/ocrmypdf.sh" "$work/o" $pages
ocr_bytes=$(cat "$work"/o/*.pdf | wc -c)
ocr_count=$(ls "$work"/o | wc -l)

# Ours: import, then run with two workers: read, understand, pack, sign, verify, store, index.
"$sohoa" init "$work/kho" --agency "Ủy ban nhân dân xã Đo Lường" >/dev/null
export SOHOA_WAREHOUSE=$work/kho
"$sohoa" import --separate file $pages >/dev/null
measure sohoa "$sohoa" --set pipeline.review=none run -j 2
our_bytes=$(find "$work/kho/store" -name document.pdf -exec cat {} + | wc -c)
our_count=$(find "$work/kho/store" -name document.pdf | wc -l)

awk -v pages="$count" -v tw="$(get tesseract 1)" -v tc="$(get tesseract 2)" -v tm="$(get tesseract 3)" \
    -v ow="$(get ocrmypdf 1)" -v oc="$(get ocrmypdf 2)" -v om="$(get ocrmypdf 3)" -v on="$ocr_count" \
    -v sw="$(get sohoa 1)" -v sc="$(get sohoa 2)" -v sm="$(get sohoa 3)" -v sn="$our_count" \
    -v ob="$ocr_bytes" -v sb="$our_bytes" -v ib="$input" 'BEGIN {
    printf "Whole pipeline, %d pages, 2 at a time (wall) — 1.00 is OCRmyPDF\n\n", pages
    printf "%-34s %12s %12s %14s %10s\n", "", "pages/min", "CPU s/page", "peak MB/proc", "files"
    printf "%-34s %12.1f %12.2f %14.0f %10d\n", "tesseract -l vie (1 process)", pages * 60 / tw, tc / pages, tm / 1024, pages
    printf "%-34s %12.1f %12.2f %14.0f %10d\n", "ocrmypdf (2 at a time)", pages * 60 / ow, oc / pages, om / 1024, on
    printf "%-34s %12.1f %12.2f %14.0f %10d\n", "sohoa run -j 2", pages * 60 / sw, sc / pages, sm / 1024, sn
    printf "\nsohoa / ocrmypdf, pages per minute:     %.2f x\n", ow / sw
    printf "sohoa / ocrmypdf, pages per CPU second: %.2f x\n", oc / sc
    printf "sohoa / tesseract, CPU a page:          %.2f x (all that is not recognition included)\n", sc / tc
    printf "bytes a page: input %d, ocrmypdf %d, sohoa %d (%.2f x ocrmypdf)\n", ib / pages, ob / pages, sb / pages, sb / ob
}'
