#!/bin/sh
# Bytes a page: layered against JPEG q75 of the same raster, by class and resolution; then, for some pages,
# against ocrmypdf and archive-pdf-tools, with what is lost when each PDF is drawn by poppler and read again.
#   make bench-images CORPUS=folder    its colour and grey pages instead of BENCH_PAGES
#   IMAGES_READ=4    pages to draw and read again
# Some words are read otherwise after any change at all: what ocrmypdf -O1 loses is about that noise.
set -eu
cd "$(dirname "$0")/.."
: "${BUILD:=$PWD/build}" "${BENCH_PAGES:=$PWD/samples/simplex}" "${IMAGES_READ:=4}"
pages=${CORPUS:-$BENCH_PAGES}
export OMP_THREAD_LIMIT=1 LC_ALL=C.UTF-8
# shellcheck disable=SC2034
root=$PWD JUDGES_FOLDER=$PWD/tests/judges
work=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
. tests/judges.sh
tool=$BUILD/bench/images

set -- "$pages"/*.jpg
[ -e "$1" ] || { echo "bench: no JPEG page in $pages"; exit 1; }
"$tool" make "$work" "$@" >"$work/table"
echo "Page images of $pages: bytes a page, and CPU from raster to coded layers and for the guard"
echo
awk -F '\t' '
    function row(key,    name) {
        split(key, name, " ")
        printf "%-6s %4s %6d %10.1f %10.1f %8.3f %9d %10.0f %9.0f\n", name[1], name[2], pages[key],
            jpeg[key] / pages[key] / 1000, layered[key] / pages[key] / 1000, layered[key] / jpeg[key],
            kept[key], encode[key] / pages[key], guard[key] / pages[key] | "sort"
    }
    # What is asked for: colour at 300 dpi, on average.
    function target(what, figure, limit) {
        printf "  %-42s %8.3f, at most %.2f: %s\n", what, figure, limit, figure <= limit ? "met" : "NOT met"
    }
    function targets(    key, n, dpi) {
        print ""
        for (key in pages) {
            if (key !~ /^color /)
                continue
            n = pages[key]; dpi = key; sub(/.* /, "", dpi)
            if (dpi < 280 || dpi > 320)
                continue
            measured++
            print "Targets, colour at " dpi " dpi, " n " pages on average:"
            target("bytes, x JPEG q75", layered[key] / jpeg[key], 0.14)
            target("kB a page", layered[key] / n / 1000, 120)
            target("CPU s a page, encoding", encode[key] / n / 1000, 0.35)
        }
        if (!measured) print "Targets: no colour page at 300 dpi is among these, so they are not measured."
    }
    {
        key = $2 " " $3
        pages[key]++; jpeg[key] += $4; layered[key] += $5; encode[key] += $8; guard[key] += $9
        if ($6 != "layered") { kept[key]++; why[$7]++ }
    }
    END {
        printf "%-6s %4s %6s %10s %10s %8s %9s %10s %9s\n", "class", "dpi", "pages", "q75 kB", "layered kB",
            "x q75", "faithful", "encode ms", "guard ms"
        for (key in pages) row(key)
        close("sort")
        for (reason in why) print "faithful, because of " reason ": " why[reason]
        targets()
    }' "$work/table"

# ---------------------------------------------------------------- what others make of them

skipped=0
skip_tool() {
    skipped=$((skipped + 1))
    echo "skipped: $1"
}
fetch_archive_pdf_tools() {
    have python3 && python3 -m venv "$1/venv" &&
        timeout 600 "$1/venv/bin/pip" install -q --disable-pip-version-check archive-pdf-tools
}
cpu() { # SECONDS-FILE COMMAND...: user and system time of the command and its children, added up
    cpu_file=$1
    shift
    bash -c 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>"$0"' "$cpu_file.said" "$@" 2>>"$cpu_file"
}
seconds() { awk '{ sum += $1 + $2 } END { printf "%.2f", NR ? sum / NR : 0 }' "$1"; }

draw() { pdftoppm -png -singlefile -r "$3" "$1" "$2"; }

echo
echo "$IMAGES_READ pages drawn (by poppler; archive-pdf-tools by mupdf) and read again: words of the master that are not read there"
variants=q75
if have pdftoppm; then
    variants="$variants layered"
else
    skip_tool "drawing PDFs: poppler-utils is not installed"
fi
if have ocrmypdf; then
    variants="$variants O1"
    if have pngquant; then
        variants="$variants O3"
    else
        skip_tool "ocrmypdf -O3 needs pngquant, which is not installed"
    fi
else
    skip_tool "ocrmypdf is not installed"
fi
if have tesseract && have mutool && judge_fetch archive-pdf-tools fetch_archive_pdf_tools; then
    archive_tools=$SOHOA_JUDGES/archive-pdf-tools/venv
    variants="$variants archive"
else
    skip_tool "archive-pdf-tools could not be fetched from the Python package index"
fi

step=$(($(grep -c . "$work/table") / IMAGES_READ))
awk -v step="$((step > 0 ? step : 1))" 'NR % step == 1 || step == 1' "$work/table" |
    head -n "$IMAGES_READ" >"$work/some"
while IFS='	' read -r name _ dpi _; do
    master=$pages/$name.jpg out=$work/$name
    set -- "$master"
    for variant in $variants; do
        image=$out.$variant.png
        case $variant in
        q75) image=$out.q75.jpg && cp "$image" "$out.size.q75" ;;
        layered) draw "$out.pdf" "${image%.png}" "$dpi" && cp "$out.pdf" "$out.size.layered" ;;
        O*)
            cpu "$work/cpu.$variant" ocrmypdf -q --tesseract-timeout 0 --output-type pdfa "-$variant" \
                "$master" "$out.size.$variant" || continue
            draw "$out.size.$variant" "${image%.png}" "$dpi"
            ;;
        archive)
            tesseract "$master" "$out" -l vie hocr >/dev/null 2>&1
            cpu "$work/cpu.archive" "$archive_tools/bin/recode_pdf" -I "$master" -T "$out.hocr" \
                -o "$out.size.archive" -J pillow --mask-compression ccitt -D "$dpi" || continue
            # poppler refuses its masks ("Bad image parameters") and would draw bare paper
            mutool draw -q -r "$dpi" -o "$image" "$out.size.archive" 1 2>"$work/said" || continue
            ;;
        esac
        if [ -s "$image" ]; then
            wc -c <"$out.size.$variant" >>"$work/bytes.$variant"
            set -- "$@" "$image"
            echo "$variant"
        fi
    done >"$out.variants"
    "$tool" read "$@" >"$out.lost"
    sure=$(cut -f1 "$out.lost")
    cut -f2- "$out.lost" | tr '\t' '\n' | paste "$out.variants" - |
        while IFS='	' read -r variant lost; do echo "$sure $lost" >>"$work/lost.$variant"; done
done <"$work/some"

printf '\n%-18s %8s %12s %12s %12s %10s\n' "" pages "kB a page" "words sure" "not read" "CPU s"
for variant in $variants; do
    [ -s "$work/lost.$variant" ] || { skip_tool "$variant: $(tail -n 1 "$work/cpu.$variant.said" 2>/dev/null)"; continue; }
    case $variant in
    q75) label="JPEG q75" ;; O*) label="ocrmypdf -$variant" ;; archive) label=archive-pdf-tools ;; *) label=$variant ;;
    esac
    cost=-
    [ ! -s "$work/cpu.$variant" ] || cost=$(seconds "$work/cpu.$variant")
    [ "$variant" != layered ] || cost=$(awk -F '\t' '{ sum += $8 + $9 } END { printf "%.2f", sum / NR / 1000 }' "$work/some")
    awk -v label="$label" -v cost="$cost" -v bytes="$(awk '{ sum += $1 } END { print sum }' "$work/bytes.$variant")" '
        { sure += $1; lost += $2 }
        END { printf "%-18s %8d %12.1f %12d %12d %10s\n", label, NR, bytes / NR / 1000, sure, lost, cost }' \
        "$work/lost.$variant"
done
echo "skipped: $skipped"
