#!/bin/sh
# The end of the journal: what was entered since the last anchor is remembered by the database, by its anchors'
# time-stamps, and not for ever.
. "$(dirname "$0")/../tap.sh"
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
segment() { find "$work/kho/journal" -name '*.jsonl' | sort | tail -n 1; }
lines() { wc -l <"$(segment)"; }
row() { python3 -c 'import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute("SELECT sequence, hash FROM journal_mark").fetchone())' "$work/kho/sohoa.db"; }
shorten() { head -n -"$1" "$(segment)" >"$work/shorter" && cp "$work/shorter" "$(segment)"; }

for word in một hai ba bốn; do "$SOHOA" search "$word" >/dev/null; done
check "the database has the end of the journal" sh -c "[ '$(row)' = \"\$(jq -r '\"\\(.seq) \\(.hash)\"' '$(segment)' | tail -n 1)\" ]"
check "and it is compared" sh -c "'$SOHOA' --json journal verify | jq -e '.whole and .remembered >= 5'"
cp -a "$work/kho" "$work/good"
again() { rm -rf "$work/kho" && cp -a "$work/good" "$work/kho"; }

shorten 2
refuse "two entries that were cut off are missing" 1 "2 entries after entry $(lines) of the journal are missing" "$SOHOA" journal verify
for word in năm sáu bảy; do "$SOHOA" search "$word" >/dev/null; done
refuse "others in their place do not hide it" 1 "cut off and written anew" "$SOHOA" journal verify
refuse "nor does it pass with time" 1 "cut off and written anew" "$SOHOA" journal verify
refuse "verify of the store tells it" 1 "cut off and written anew" "$SOHOA" verify "$work/kho/store"
check "every other command warns" sh -c "'$SOHOA' search 'gì đó' 2>&1 >/dev/null | grep -q 'cut off and written anew'"
check "and status" sh -c "'$SOHOA' status 2>&1 >/dev/null | grep -q 'cut off and written anew'"
refuse "a fixity run fails of it" 1 "cut off and written anew" "$SOHOA" fixity run
refuse "a backup tells it" 1 "cut off and written anew" "$SOHOA" backup "$work/of-a-cut-one"
again

# a command that is killed between its entry and the row
forge "$work/kho/sohoa.db" "UPDATE journal_mark SET sequence = 2, hash = '$(sed -n 2p "$(segment)" | jq -r .hash)'"
check "a row that is behind is no fault" "$SOHOA" journal verify
check "and is brought on" sh -c "[ '$(row | cut -d' ' -f1)' = '$(lines)' ]"
again

"$SOHOA" backup "$work/copies" >/dev/null
"$SOHOA" restore "$work/copies" "$work/new" >/dev/null
cp -a "$work/kho/keys/." "$work/new/keys"
check "a restored warehouse remembers its end" sh -c "'$SOHOA' --warehouse '$work/new' --json journal verify | jq -e '.whole and .remembered >= 5'"
again

rm "$work/kho"/sohoa.db*
check "a lost database is said, and no fault" sh -c "'$SOHOA' --json journal verify | jq -e '.whole and .remembered == 0' && '$SOHOA' journal verify | grep -q 'was not compared'"
again

# many at once
crowd() { for n in 1 2 3 4 5 6 7 8; do "$SOHOA" search "$n $1" >/dev/null & done; wait; }
crowd a
crowd b
check "many at once leave it whole" "$SOHOA" journal verify
check "with the row at the last of them" sh -c "[ '$(row | cut -d' ' -f1)' = '$(lines)' ]"

# ---- an anchor that is overdue
later=$(date -d '+4 days' +%Y-%m-%dT%H:%M:%S+07:00)
check "an anchor is not overdue yet" sh -c "'$SOHOA' journal verify && '$SOHOA' --json status | jq -e '.anchor_overdue | not'"
refuse "in four days it is, and verify ends with 1" 1 "anchor is overdue" env SOHOA_NOW="$later" "$SOHOA" journal verify
check "JSON says so, and that the chain is whole" sh -c "SOHOA_NOW=$later '$SOHOA' --json journal verify | jq -e '.whole and .anchor_overdue'"
check "status says so" sh -c "SOHOA_NOW=$later '$SOHOA' status | grep -q 'anchor is overdue'"
check "doctor says so" sh -c "SOHOA_NOW=$later '$SOHOA' doctor | grep -q 'anchor is overdue'"
check "not when it is turned off" sh -c "SOHOA_NOW=$later '$SOHOA' --set journal.anchor_days=0 journal verify"
SOHOA_NOW=$later "$SOHOA" journal anchor >/dev/null
latest=$(date -d '+8 days' +%Y-%m-%dT%H:%M:%S+07:00)
check "status says that an anchor waits for its time-stamp" sh -c "'$SOHOA' status | grep -q 'with a time-stamp until entry 0; anchors that wait for one: 1 of 1'"
check "what an anchor covers is not overdue" sh -c "SOHOA_NOW=$latest '$SOHOA' --json status | jq -e '.anchor_overdue | not'"
check "it is where a time-stamp can be had" sh -c "SOHOA_NOW=$latest '$SOHOA' --set archive.tsa=http://127.0.0.1:9 --json status | jq -e '.anchor_overdue'"
tap_end
