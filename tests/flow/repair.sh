#!/bin/sh
# What is damaged is put back from copies that may be damaged, too: packages file by file, evidence records,
# what nobody trusts any more; and nothing is told to be mended that is not.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
authority_here

export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' >/dev/null
authority_settings "$work/kho" key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" tsa "$authority/tsa" level B-LTA \
    review none jobs 2 model vie
{
    "$SOHOA" import "$pages/a.tif" "$pages/c.tif" --separate file && "$SOHOA" run && "$SOHOA" renew --tree
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
store=$work/kho/store
place=$(cd "$store" && find . -mindepth 3 -maxdepth 3 -name v2 | sort | head -n 1 | cut -c3-)
old=${place%v2}v1
record=$(find "$work/kho/evidence" -name "$(basename "$(dirname "$place")")-v2.er")
kept=evidence/${record#"$work/kho/evidence/"}
hurt() { # FILE...: a byte of each
    for file in "$@"; do
        chmod u+w "$file" && printf '\377' | dd of="$file" bs=1 seek=700 conv=notrunc 2>/dev/null
    done
}
whole() { "$SOHOA" fixity && "$SOHOA" fixity status && "$SOHOA" verify "$store"; }
refuse "copies that are nowhere are told, also while nothing is damaged" 3 "There is no .*nowhere" "$SOHOA" fixity repair --from "$work/nowhere"
check "a store with records is backed up" "$SOHOA" backup "$work/copies"
first=$(find "$work/copies" -mindepth 1 -maxdepth 1 -type d)

# ---- an evidence record
hurt "$record"
refuse "a damaged record fails the check" 1 "evidence record" "$SOHOA" fixity
cp -a "$first" "$work/bad"
cp "$record" "$work/bad/$kept"
refuse "and is not put back from a copy that is damaged, too" 3 "No evidence record of it" "$SOHOA" fixity repair --from "$work/bad"
refuse "it stays failed then" 1 "NOT whole" "$SOHOA" fixity status
check "it is put back from a good one" sh -c "'$SOHOA' --json fixity repair --from '$first' | jq -e '.repaired == 1 and .left == 0'"
check "with the bytes that it had" cmp "$first/$kept" "$record"
check "the damaged one is kept aside" sh -c "ls '$work'/kho/aside/*v2.er-*"
check "and all is whole" whole
rm "$record"
refuse "one that is gone fails the check" 1 "evidence record is gone" "$SOHOA" fixity
check "and is put back" "$SOHOA" fixity repair --from "$work/copies"
check "all is whole again" whole
hurt "$record"
"$SOHOA" fixity >/dev/null
cp "$first/$kept" "$record"
refuse "what somebody else put right is not told to be repaired" 3 "nothing to repair" "$SOHOA" fixity repair --from "$work/copies"
"$SOHOA" fixity >/dev/null

# ---- copies that are damaged in other places
sleep 1
check "there is a second backup" "$SOHOA" backup "$work/copies"
second=$(find "$work/copies" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1)
mets=data/METS.xml words=manifest-sha256.txt
for copy in "$first" "$second"; do # they share their bytes
    rm -rf "$work/own" && cp -r "$copy/store/$place" "$work/own" && rm -rf "$copy/store/$place" && cp -r "$work/own" "$copy/store/$place"
done
hurt "$store/$place/$mets" "$store/$place/$words" "$second/store/$place/$mets" "$first/store/$place/$words"
"$SOHOA" fixity >/dev/null
refuse "one copy alone is not enough" 3 "METS.xml is nowhere as it was stored" "$SOHOA" fixity repair --from "$second"
check "a folder of them is: each file from one that has it" "$SOHOA" fixity repair --from "$work/copies"
check "and the package is the one that was stored" whole
hurt "$store/$place/$mets"
rm -r "$second/store/$place"
"$SOHOA" fixity >/dev/null
check "a backup without the package is passed over for an older one" "$SOHOA" fixity repair --from "$work/copies"
hurt "$store/$place/$mets" "$first/store/$place/$mets"
"$SOHOA" fixity >/dev/null
refuse "what no copy has is told by its name" 3 "METS.xml is nowhere as it was stored" "$SOHOA" fixity repair --from "$work/copies"
check "and nothing half is left" sh -c "! ls -d '$store'/.building-*"
refuse "it stays failed" 1 "NOT whole" "$SOHOA" fixity status
cp "$work/bad/store/$place/$mets" "$store/$place/$mets"
check "then it is whole by hand" whole

# ---- certificates that are over, roots that are not trusted any more
export SOHOA_NOW=2032-03-01T08:00:00+07:00
for at in "$place" "$old"; do
    hurt "$store/$at/data/METS.xml"
done
"$SOHOA" fixity >/dev/null
refuse "after the certificates are over damage is found as before" 1 "2 packages are NOT whole" "$SOHOA" fixity status
check "and put back: the journal stands for each byte" "$SOHOA" fixity repair "$place" --from "$work/bad"
check "also when their root is not trusted any more" "$SOHOA" --set "archive.trust=$ca/stranger.crt" fixity repair "$old" --from "$work/bad"
check "nothing is failed any more" "$SOHOA" fixity status
refuse "what is no place is told" 3 "no place of a package" "$SOHOA" fixity repair nowhere --from "$work/bad"
tap_end
