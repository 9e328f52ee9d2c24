#!/bin/sh
# Packaging 1, 50 and 500 pages: CPU a page and peak memory must not grow with the number of pages.
#   PACK_PAGES=5000    so many, too (minutes; a volume of 1.5 GB on the disk at a time)
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
page=$(find "$BENCH_PAGES" -type f -name '*.jpg' | sort | head -n 1)
[ -n "$page" ] || { echo "bench: no JPEG page in $BENCH_PAGES"; exit 1; }
"$BUILD/bench/pack" "$page" "$work" ${PACK_PAGES:+"$PACK_PAGES"}
