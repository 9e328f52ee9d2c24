#!/bin/sh
# The catalogue made again, and a decision about an owner, stopped before each of their durable acts or refused it by a
# full disk: meanwhile the old catalogue answers, done again it comes to the same end, and nothing half is left.
. "$(dirname "$0")/../stopped.sh"

"$SOHOA" init "$work/calm" --agency 'UBND xã Thử Nghiệm' >/dev/null
"$SOHOA" --warehouse "$work/calm" import "$pages"/*.tif --separate file >/dev/null
"$SOHOA" --warehouse "$work/calm" --set pipeline.review=none --set ocr.model=vie run >/dev/null 2>&1
# shellcheck disable=SC2046 # ids
set -- $(cd "$work/calm/store" && find . -mindepth 2 -maxdepth 2 -type d | cut -d/ -f3 | sort)
check "there is an office with three packages" test $# -eq 3
one=$1
# found wrong, so that the answer shows which catalogue it is of
forge "$work/calm/sohoa.db" "UPDATE catalog_total SET papers = papers + 1 WHERE id % 8 = 1"

answer() { "$SOHOA" --warehouse "$work/office" --json search | jq -c '[.total, [.hits[].document]]'; }
# a kill ends the whole process group, so what may be killed has one of its own
run() { if [ -n "${begin-}" ]; then setsid -w "$SOHOA" --warehouse "$work/office" "$@"; else "$SOHOA" --warehouse "$work/office" "$@"; fi; }
anew() { run reindex; }
made() { "$SOHOA" --warehouse "$work/office" index check && [ "$(answer)" = "$expected" ] && ! [ -e "$work/office/rebuild.db" ]; }
decide() { run validity "$one" limit --to 2030-01-01 --reason "theo quyết định"; }
decided() {
    "$SOHOA" --warehouse "$work/office" --json search --type none 2>/dev/null
    # refused or killed before its file: not there; else once, in records and rows alike
    records=$(find "$work/office/records" -name '*.json' | wc -l)
    rows=$(python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM validity_act").fetchone()[0])' "$work/office/sohoa.db")
    [ "$records" -eq "$rows" ] && [ "$rows" -ge 1 ] && "$SOHOA" --warehouse "$work/office" journal verify
}

# HOW, WHAT is done, WHAT must hold after it was done again
everywhere() {
    how=$1 act=$2 holds=$3
    rm -rf "$work/office" "$work/acts"
    cp -a "$work/calm" "$work/office"
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && "$act") || return
    points=$(wc -l <"$work/acts")
    [ "$points" -ge 4 ] || return
    n=1
    while [ "$n" -le "$points" ]; do
        rm -rf "$work/office"
        cp -a "$work/calm" "$work/office"
        (eval "$how=$n; export $how" && begin=setsid && "$act" >/dev/null 2>&1)
        [ "$(answer)" = "$expected" ] || { echo "$n: no answer meanwhile" && return 1; }
        "$act" >"$work/again" 2>&1 || { echo "$n: not done again" && cat "$work/again" && return 1; }
        "$holds" >"$work/again" 2>&1 || { echo "$n: $holds" && cat "$work/again" && return 1; }
        n=$((n + 1))
    done
}

cp -a "$work/calm" "$work/office"
expected=$(answer)
refuse "the damage is seen" 1 "counts" "$SOHOA" --warehouse "$work/office" index check
for how in SOHOA_FAULT SOHOA_FAULT_FAIL; do
    [ $how = SOHOA_FAULT ] && what="killed before" || what="the disk full at"
    check "$what each act of making the catalogue again" everywhere $how anew made
    check "$what each act of a decision" everywhere $how decide decided
done

# killed from outside at any moment
at_any_moment() {
    for delay in 0.001 0.01 0.02 0.03 0.05 0.08 0.12 0.2; do
        rm -rf "$work/office"
        cp -a "$work/calm" "$work/office"
        "$SOHOA" --warehouse "$work/office" reindex >/dev/null 2>&1 &
        pid=$!
        sleep "$delay"
        kill -9 $pid 2>/dev/null
        wait $pid 2>/dev/null
        [ "$(answer)" = "$expected" ] && anew >/dev/null && made >/dev/null || return
    done
}
check "killed at any moment it goes on" at_any_moment
tap_end
