#!/bin/sh
# Who can write all of a warehouse cuts off the end of its journal, the anchors and the row of the database with
# it: nothing inside can tell. The snapshot before can, and the next backup does.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../reseal.sh"
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
for name in archive.tsa archive.key archive.trust; do "$SOHOA" config "$name" >/dev/null; done
"$SOHOA" journal anchor >/dev/null
"$SOHOA" config archive.tsa >/dev/null
cp -a "$work/kho" "$work/first"
"$SOHOA" config archive.tsa >/dev/null
"$SOHOA" journal anchor >/dev/null
segment() { ls "$work"/kho/journal/*.jsonl; }

check "a backup is made" "$SOHOA" backup "$work/copies"
sleep 1
check "the next one finds that the journal went on" "$SOHOA" backup "$work/copies"
again() { # NAME: the warehouse as it stands, in a folder of its own, with the snapshots as they are
    rm -rf "$work/kho" "$work/mine"
    cp -a "$work/kept" "$work/kho"
    cp -a "$work/copies" "$work/mine"
    sleep 1
}
cp -a "$work/kho" "$work/kept"
forget() { forge "$work/kho/sohoa.db" "DELETE FROM journal_mark"; }

again
rm -r "$work/kho/journal/anchors"
sed -i '4,$d' "$(segment)"
forget
check "with all that witnessed it cut off the journal is whole by itself" "$SOHOA" journal verify
refuse "the backup tells that it is another" 1 "$(basename "$(segment)"): It does not go on from what stands in the snapshot before" "$SOHOA" backup "$work/mine"
cp "$work/.out" "$work/said"
check "and that the anchors are gone" grep -q 'anchors/.*json: It stands in the snapshot before.*is gone' "$work/said"
check "the journal says that it found something wrong" sh -c "'$SOHOA' --json journal --action backup | jq -e '.entries[0].result == \"wrong\"'"

again
journal_anew "$(segment)" 4
rm -r "$work/kho/journal/anchors"
forget
check "written anew with sound hashes it is whole by itself, too" "$SOHOA" journal verify
refuse "and no journal that goes on for the backup" 1 "does not go on from" "$SOHOA" backup "$work/mine"

again
rm -rf "$work/kho"
cp -a "$work/first" "$work/kho"
refuse "nor is the whole warehouse of before" 1 "does not go on from" "$SOHOA" backup "$work/mine"
tap_end
