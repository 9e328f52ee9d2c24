#!/bin/sh
# Those who say whether a certificate is still good: slow, refusing, lying, absent. Signing goes on with a
# recorded warning, no evidence is made of what cannot be believed, and what a good one says counts.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
authority_here

state() { # STATE: how many proofs are in it
    "$SOHOA" --json status | jq "[.counts[]|select(.kind==\"proof\" and .state==\"$1\")][0].count"
}
lies() { # OCSP CRL: how each behaves from now on
    echo "$1" >"$ca/ocsp.mode"
    echo "$2" >"$ca/crl.mode"
}

"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
set -- key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" pin_command "" tsa "$authority/tsa" \
    tsa_timeout_s 1 review none jobs 1 retry_s 0.05
while [ $# -gt 0 ]; do
    sed -i "s|^$1 =.*|$1 = $2|" "$work/kho/sohoa.conf"
    shift 2
done

lies refuse refuse
"$SOHOA" import "$samples/duplex/0001-1.tif" >/dev/null 2>&1
check "when nobody can be asked about the certificate, signing goes on" "$SOHOA" run
check "and the record says that it was not asked" sh -c "
    find '$work/kho/store' -name events.jsonl -exec cat {} + | jq -es 'any(.[]; .type == \"signing\" and (.detail | test(\"revocation not asked\")))'"
check "the time-stamp is there, the evidence waits" [ "$(state timestamped)" = 1 ]
check "status says for what" sh -c "'$SOHOA' --json status | jq -e '.waiting[] | select(.kind == \"proof\") | .why | length > 0'"
versions=$(find "$work/kho/store" -name 'v*' -type d | wc -l)
for pair in "slow slow" "garbage garbage" "absent absent" "stranger stranger" "other old" "garbage stranger" "other slow"; do
    # shellcheck disable=SC2086 # two words
    lies $pair
    "$SOHOA" seal >/dev/null 2>&1
    check "an OCSP responder and a list of revoked certificates that do \"$pair\" prove nothing" \
        [ "$(state timestamped)" = 1 ]
done
check "no version was made of any of it" [ "$(find "$work/kho/store" -name 'v*' -type d | wc -l)" = "$versions" ]
lies other ""
check "where the responder lies, the list is asked" "$SOHOA" seal
check "the document is sealed" [ "$(state sealed)" = 1 ]
pdf=$(find "$work/kho/store" -name document.pdf | sort -V | tail -n 1)
check "its evidence holds" sh -c "'$SOHOA' --json verify '$pdf' | jq -e '.whole and .verdicts[0].level == \"B-LTA\"'"

# ---- asked before signing
lies "" ""
authority_revoke "$ca" officer
"$SOHOA" import "$samples/duplex/0006-1.tif" >/dev/null 2>&1
refuse "an officer's certificate that was revoked signs nothing" 5 "was revoked" \
    "$SOHOA" --set "archive.officer_key=file:$ca/officer.pem" run
check "the document waits, it is not held" sh -c "
    '$SOHOA' --json status | jq -e '(.held | length) == 0 and any(.waiting[]; .kind == \"document\" and (.why | test(\"revoked\")))'"
lies stranger refuse
check "what a liar says of it revokes nothing: the agency signs" "$SOHOA" run
check "with the warning" sh -c "
    find '$work/kho/store' -name events.jsonl -exec cat {} + | jq -es '[.[] | select(.type == \"signing\" and (.detail | test(\"revocation not asked\")))] | length >= 2'"

# ---- certificates that are not fit, each with its sentence
lies "" ""
authority_issue "$ca" later signer -startdate 20400101000000Z -enddate 20410101000000Z >/dev/null 2>&1
authority_issue "$ca" sealer tsa >/dev/null 2>&1
authority_issue "$ca" past signer -startdate 20250101000000Z -enddate 20250201000000Z >/dev/null 2>&1
"$SOHOA" import "$samples/duplex/0006-2.tif" >/dev/null 2>&1
refuse "a certificate that is not yet valid signs nothing" 5 "valid from" "$SOHOA" --set "archive.key=file:$ca/later.pem" run
refuse "an expired one signs nothing" 5 "expired" "$SOHOA" --set "archive.key=file:$ca/past.pem" run
refuse "one for time-stamps signs nothing" 5 "another purpose" "$SOHOA" --set "archive.key=file:$ca/sealer.pem" run
authority_revoke "$ca" signer
refuse "a revoked one signs nothing" 5 "was revoked" "$SOHOA" run
check "the document waits for a good one" sh -c "'$SOHOA' --json status | jq -e '(.held | length) == 0'"

# ---- by hand: sohoa pack
"$SOHOA" import "$samples/../tests/data/crash/a.tif" --to "$work/pages" >/dev/null
pack() { "$SOHOA" --set ocr.model=vie "$@" pack "$work/pages" --to "$work/hand.pdf" --sign; }
refuse "a revoked one packs and signs nothing by hand either" 3 "was revoked" pack
check "there is no file" test ! -e "$work/hand.pdf"
authority_issue "$ca" agency signer >/dev/null 2>&1
authority_issue "$ca" clerk signer >/dev/null 2>&1
refuse "nor does an officer's" 3 "was revoked" pack --set "archive.key=file:$ca/agency.pem" --set "archive.officer_key=file:$ca/officer.pem"
check "where there is an officer, both sign" sh -c "
    '$SOHOA' --set ocr.model=vie --set 'archive.key=file:$ca/agency.pem' --set 'archive.officer_key=file:$ca/clerk.pem' pack '$work/pages' --to '$work/hand.pdf' --sign &&
    '$SOHOA' --json verify '$work/hand.pdf' | jq -e '.whole and ([.verdicts[0].each[].by] == [\"officer\", \"agency\"])'"
lies refuse refuse
check "when nobody can be asked, that is told" sh -c "
    '$SOHOA' --set ocr.model=vie --set 'archive.key=file:$ca/agency.pem' pack '$work/pages' --to '$work/hand.pdf' --sign 2>&1 >/dev/null | grep -q 'sohoa: .'"
check "nothing is left beside it" sh -c "! ls '$work'/hand.pdf.*"
tap_end
