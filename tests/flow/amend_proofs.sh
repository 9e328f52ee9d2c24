#!/bin/sh
# Proofs of a document that is amended: they start anew for the new version, and the old one keeps its own.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
export SOHOA_WAREHOUSE=$work/kho
authority_here
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
set -- key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" pin_command "" tsa "$authority/tsa" \
    tsa_timeout_s 20 review none jobs 1 retry_s 0.05 model vie separate file
while [ $# -gt 0 ]; do
    sed -i "s|^$1 =.*|$1 = $2|" "$work/kho/sohoa.conf"
    shift 2
done
state() { # STATE: how many proofs are in it
    "$SOHOA" --json status | jq "[.counts[]|select(.kind==\"proof\" and .state==\"$1\")][0].count"
}
level() { # VERSION LEVEL
    "$SOHOA" --json verify "$folder/v$1/data/representations/rep1/data/document.pdf" | jq -e ".whole and .verdicts[0].level == \"$2\""
}
"$SOHOA" import "$pages"/*.tif >/dev/null 2>&1
check "documents are stored and sealed" "$SOHOA" run
id=$("$SOHOA" --json search 'tran thi thu' | jq -r '.hits[0].document')
folder=$(find "$work/kho/store" -type d -name "$id")
newest() { find "$folder" -mindepth 1 -maxdepth 1 -name 'v*' | wc -l; }
all=$(state sealed) first=$(newest)
check "the newest version has all proofs" level "$first" B-LTA
sha256sum "$folder/v$first/data/representations/rep1/data/document.pdf" >"$work/sum"

# The authority is away: the amended document is stored and found, its proofs wait.
sed -i "s|^tsa =.*|tsa = $authority/gone|" "$work/kho/sohoa.conf"
check "it is amended" "$SOHOA" amend "$id" 'owner=Trần Thị Thương' --reason 'đọc sai'
check "its proofs start anew" [ "$(state waiting)" = 1 ]
check "asked for now, nothing is proven that is not stored yet" sh -c "'$SOHOA' seal; [ \$(find '$folder' -mindepth 1 -maxdepth 1 | wc -l) = $first ]"
check "run stores it without waiting" "$SOHOA" run
check "as the next version, without a proof" level $((first + 1)) B-B
check "found by the new name" sh -c "'$SOHOA' --json search 'Trần Thị Thương' | jq -e '.hits[0].version == $((first + 1))'"
check "and it waits" [ "$(state waiting)" = 1 ]
sed -i "s|^tsa =.*|tsa = $authority/tsa|" "$work/kho/sohoa.conf"
check "when the authority is back it is sealed" "$SOHOA" seal
check "as all others" [ "$(state sealed)" = "$all" ]
check "in a version behind it" level $((first + 2)) B-LTA
check "in one" [ "$(newest)" = $((first + 2)) ]
check "which still names who asked, and says what she says" sh -c "
    jq -e '.supersedes == \"$id/v$((first + 1))\" and .fields.owner.value == \"Trần Thị Thương\"' '$folder/v$((first + 2))/data/metadata/other/document.json' &&
    grep -c '\"amendment\"' '$folder/v$((first + 2))/data/metadata/other/events.jsonl' | grep -qx 1"
check "the old version keeps its proofs" level "$first" B-LTA
check "to the byte" sha256sum -c "$work/sum"
check "the store is whole" "$SOHOA" verify "$work/kho/store"
check "signed again under an authority it is sealed again" sh -c "'$SOHOA' amend '$id' --sign-again --reason 'thử' && '$SOHOA' run && '$SOHOA' verify '$work/kho/store'"
check "by two versions more" [ "$(newest)" = $((first + 4)) ]
tap_end
