#!/bin/sh
# The catalogue is gone, or being made by two at once: what is answered meanwhile is never that nothing is there.
. "$(dirname "$0")/../tap.sh"
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' >/dev/null
for row in "review|none" "jobs|1" "model|vie" "separate|file"; do
    sed -i "s|^${row%%|*} =.*|${row%%|*} = ${row#*|}|" "$work/kho/sohoa.conf"
done
check "of an empty warehouse it may be said that nothing is there" sh -c "'$SOHOA' search 'tran thi thu' | grep -q 'Nothing found'"
"$SOHOA" import "$pages"/*.tif >/dev/null
"$SOHOA" run >/dev/null 2>&1
found=$("$SOHOA" --json search --all-validity | jq .total)
check "papers are found" test "$found" -gt 0

# ---- the database is lost
rm "$work"/kho/sohoa.db*
for ask in "search 'tran thi thu'" "owner find 'tran thi thu'" "owner has --name 'tran thi thu' --type khai_sinh" \
    "progress" "progress --report month --out '$work/report.pdf'" "register missing" "sample draw"; do
    refuse "${ask%% \'*} does not answer from a catalogue that was lost" 4 "the store is not" sh -c "'$SOHOA' $ask"
done
check "no report is signed over it" test ! -e "$work/report.pdf"
check "the status says so, too" sh -c "'$SOHOA' status | grep -q 'the store is not'"
check "what the sentence names brings all back" sh -c "'$SOHOA' run >/dev/null 2>&1 && test \"\$('$SOHOA' --json search --all-validity | jq .total)\" = $found"
rm "$work"/kho/sohoa.db*
check "so does making the catalogue again" sh -c "'$SOHOA' reindex && test \"\$('$SOHOA' --json search --all-validity | jq .total)\" = $found"

# ---- two at once
flock -o "$work/kho/rebuild.lock" sleep 20 &
holder=$!
sleep 1
refuse "who makes the catalogue again beside another is told to wait" 4 "another .sohoa reindex" "$SOHOA" reindex
kill $holder
wait $holder 2>/dev/null
check "and then it goes" "$SOHOA" reindex
tap_end
