#!/bin/sh
# A record (here: of the inventory) stopped before each durable act, or refused by a full disk: there is all of it or
# nothing, the next opening makes its rows, done again it comes to the same end, and the journal names each record.
. "$(dirname "$0")/../stopped.sh"
"$SOHOA" init "$work/calm" --agency 'UBND xã Thử Nghiệm' >/dev/null
office() { "$SOHOA" --warehouse "$work/office" "$@"; }
printf 'unit,procedure,year,papers,pages,shelf\nXã A,1.001193,1999,5,7,K1\nXã A,1.001193,1999,3,3,K2\nXã B,Kết hôn,,2,2,\n' >"$work/count.csv"
printf 'unit,procedure,year,papers,pages,shelf\nXã A,1.001193,1999,6,8,K1\n' >"$work/again.csv"
printf 'unit,procedure,year,reason,papers\nXã A,1.001193,1999,trùng,2\n' >"$work/exempt.csv"

fresh() { rm -rf "$work/office" && cp -a "$1" "$work/office"; }
listed() { office --json inventory list | jq -cS '[.[] | del(.record)]' && office --json inventory exempt | jq -cS '[.[] | del(.record)]'; }
settled() {
    office journal verify >"$work/why" 2>&1 || { cat "$work/why" && return 1; }
    rm -f "$work/office"/sohoa.db*
    listed | cmp - "$work/wanted"
}
everywhere() { # HOW, FROM, COMMAND...
    how=$1 from=$2
    shift 2
    fresh "$from"
    listed >"$work/before"
    rm -f "$work/acts"
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && office "$@") || return
    listed >"$work/wanted"
    points=$(wc -l <"$work/acts")
    [ "$points" -ge 4 ] || return
    n=1
    while [ "$n" -le "$points" ]; do
        fresh "$from"
        env "$how=$n" setsid -w "$SOHOA" --warehouse "$work/office" "$@" >/dev/null 2>&1
        listed >"$work/now" || { echo "$n: not opened" && return 1; }
        cmp -s "$work/now" "$work/before" || cmp -s "$work/now" "$work/wanted" || { echo "$n: half" && cat "$work/now" && return 1; }
        office "$@" >"$work/again" 2>&1 || { echo "$n: not done again" && cat "$work/again" && return 1; }
        settled >"$work/again" 2>&1 || { echo "$n of $points:" && cat "$work/again" && return 1; }
        n=$((n + 1))
    done
}
cp -a "$work/calm" "$work/counted"
"$SOHOA" --warehouse "$work/counted" inventory import "$work/count.csv" >/dev/null
for how in SOHOA_FAULT SOHOA_FAULT_FAIL; do
    [ $how = SOHOA_FAULT ] && what="killed before" || what="the disk full at"
    check "$what each act of the first record" everywhere $how "$work/calm" inventory import "$work/count.csv"
    check "$what each act of the next record" everywhere $how "$work/counted" inventory import "$work/again.csv"
    check "$what each act of one that takes papers out" everywhere $how "$work/counted" inventory exempt "$work/exempt.csv"
done
tap_end
