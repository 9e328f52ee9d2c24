#!/bin/sh
# Verifying a store: CPU of `sohoa verify` (and of one round of `sohoa fixity`) as a ratio to `sha256sum` of
# the same bytes. Both read from the page cache; what verify does more is what it finds out more.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
SOHOA_WAREHOUSE=$work/kho
export SOHOA_WAREHOUSE SOHOA_LANG=en
"$BUILD/sohoa" init "$work/kho" --agency "UBND xã Thử" >/dev/null
"$BUILD/sohoa" import "$BENCH_PAGES" --separate file >/dev/null
"$BUILD/sohoa" --set pipeline.review=none --set ocr.model=vie run -j 2 >/dev/null 2>&1 || true
store=$work/kho/store
bytes=$(find "$store" -type f -printf '%s\n' | awk '{ all += $1 } END { print all }')
packages=$(find "$store" -name bagit.txt | wc -l)

measure() { # NAME COMMAND: CPU seconds, the best of three
    name=$1
    shift
    for _ in 1 2 3; do
        /usr/bin/time -f '%U %S' -o "$work/time" "$@" >/dev/null 2>&1
        awk '{ print $1 + $2 }' "$work/time"
    done | sort -n | head -n 1 >"$work/$name"
}
# shellcheck disable=SC2016 # $1 is the inner shell's
measure sum sh -c 'for i in 1 2 3 4 5; do find "$1" -type f -exec sha256sum {} +; done' sh "$store"
measure verify sh -c "for i in 1 2 3 4 5; do '$BUILD/sohoa' verify '$store'; done"
measure fixity sh -c "for i in 1 2 3 4 5; do '$BUILD/sohoa' fixity; done"
printf 'Verifying %d packages, %.1f MB (CPU) - 1.00 is sha256sum of the same bytes\n\n' "$packages" "$(echo "$bytes" | awk '{ print $1 / 1e6 }')"
printf '%-34s %12s %12s\n' "" "MB/s of CPU" "ratio"
for name in sum verify fixity; do
    awk -v name="$name" -v bytes="$bytes" -v own="$(cat "$work/$name")" -v sum="$(cat "$work/sum")" \
        'BEGIN { own = own > 0 ? own : 0.01; sum = sum > 0 ? sum : 0.01;
                 printf "%-34s %12.0f %12.2f\n", name == "sum" ? "sha256sum" : "sohoa " name, 5 * bytes / 1e6 / own, own / sum }'
done
