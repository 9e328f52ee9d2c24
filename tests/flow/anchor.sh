#!/bin/sh
# Anchors of the journal against a time-stamp authority of the test's own making: absent, lying, good.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
export SOHOA_WAREHOUSE=$work/kho
authority_here
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
set -- key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" pin_command "" tsa_timeout_s 2
while [ $# -gt 0 ]; do
    sed -i "s|^$1 =.*|$1 = $2|" "$work/kho/sohoa.conf"
    shift 2
done
anchor() { # TSA
    "$SOHOA" config archive.tsa >/dev/null # something new to anchor
    "$SOHOA" --json --set "archive.tsa=$1" journal anchor
}

check "an authority that is away does not keep the journal from being signed" sh -c "
    '$SOHOA' --json --set 'archive.tsa=$authority/gone' journal anchor | jq -e '.made and (.stamped | not)'"
anchor "$authority/tsa/imprint" >"$work/lie"
check "one that lies is not believed" jq -e '.made and (.stamped | not)' "$work/lie"
check "what waits is counted" sh -c "'$SOHOA' --json journal verify | jq -e '.whole and .anchors == 2 and .anchors_waiting == 2'"
anchor "$authority/tsa" >"$work/good"
check "a good one stamps the new anchor" jq -e '.made and .stamped' "$work/good"
check "and those that waited" sh -c "'$SOHOA' --json journal verify | jq -e '.whole and .anchors == 3 and .anchors_stamped == 3 and .anchors_waiting == 0'"
for json in "$work"/kho/journal/anchors/*.json; do
    check "OpenSSL finds token and signature of $(basename "$json") valid" sh -c "
        openssl ts -verify -data '${json%.json}.p7s' -in '${json%.json}.tst' -token_in -CAfile '$ca/ca.crt' &&
        openssl cms -verify -binary -inform DER -in '${json%.json}.p7s' -content '$json' -CAfile '$ca/ca.crt' -purpose any -out /dev/null"
done
check "the chain names each token" sh -c "'$SOHOA' --json journal --action anchor_stamped | jq -e '.matching == 3'"
anchor "$authority/tsa" >"$work/good"
check "and nothing more is to be anchored after it" sh -c "'$SOHOA' --json journal anchor | jq -e '.made | not'"
check "copies elsewhere are not counted twice" sh -c "
    '$SOHOA' journal anchor --to '$work/usb' && '$SOHOA' --json journal verify --anchors '$work/usb' | jq -e '.whole and .anchors == 4 and .anchors_stamped == 4 and .anchors_waiting == 0 and ([.signers[].anchors] | add) == 4'"
refuse "a folder of copies that is not there accuses nobody" 3 "no folder $work/nowhere with anchors" "$SOHOA" journal verify --anchors "$work/nowhere"
mkdir "$work/empty"
refuse "one that holds no anchor is no comparison" 3 "no anchor in $work/empty" "$SOHOA" journal verify --anchors "$work/empty"
first=$(find "$work/kho/journal/anchors" -name '*.tst' | sort | head -n 1)
printf X | dd of="$first" bs=1 seek=200 conv=notrunc 2>/dev/null
refuse "a damaged token is found" 1 "$(basename "$first")" "$SOHOA" journal verify
cp "$work/usb/$(basename "$first")" "$first"
check "the true one from the copies makes it whole" "$SOHOA" journal verify
rm "$first"
refuse "a token that was taken away is missed, and its anchor named" 1 "$(basename "$first"): The time-stamp of this anchor.*is missing" "$SOHOA" journal verify
anchor "$authority/tsa" >"$work/again"
refuse "another is not asked for in its place" 1 "$(basename "$first"): The time-stamp of this anchor.*is missing" "$SOHOA" journal verify
cp "${first%.tst}.p7s" "$first"
refuse "another file in its place is not the one" 1 "$(basename "$first"): This is not the time-stamp" "$SOHOA" journal verify
cp "$work/usb/$(basename "$first")" "$first"

# ---- whose anchors they are
check "who signed is told" sh -c "'$SOHOA' journal verify | grep -q 'Signed by test signer.*a certificate of the agency'"
check "and that no copies from elsewhere were compared" sh -c "'$SOHOA' journal verify | grep -q 'No copies of anchors'"
check "unless they were" sh -c "! '$SOHOA' journal verify --anchors '$work/usb' | grep -q 'No copies of anchors'"
"$SOHOA" config archive.tsa >/dev/null
check "three at once make one anchor, and the chain stays whole" sh -c "
    for i in 1 2 3; do '$SOHOA' --set 'archive.tsa=$authority/tsa' --json journal anchor | jq .made & done >'$work/made'; wait
    [ \$(grep -c true '$work/made') = 1 ] && '$SOHOA' journal verify"
authority_issue "$ca" signer signer >/dev/null 2>&1
check "a renewed certificate is the agency's, as the old one is" sh -c "'$SOHOA' config archive.tsa && '$SOHOA' journal anchor && '$SOHOA' --json journal verify | jq -e '.whole and ([.signers[].agency] | length == 2 and all)'"
"$SOHOA" config archive.tsa >/dev/null
"$SOHOA" --set "archive.key=file:$ca/officer.pem" journal anchor >/dev/null
refuse "somebody else's below a trusted root is not" 1 "signed by test officer: that is neither" "$SOHOA" journal verify
refuse "verify of the store tells it, too" 1 "signed by test officer: that is neither" "$SOHOA" verify "$work/kho/store"
"$SOHOA" import "$(dirname "$0")/../data/crash/a.tif" >/dev/null
"$SOHOA" --set "archive.key=file:$ca/officer.pem" --set ocr.model=vie --set pipeline.review=none run >/dev/null 2>&1
check "one that signed documents for the agency is" sh -c "'$SOHOA' --json journal verify | jq -e '.whole and ([.signers[].agency] | all)'"
before=$(TZ=Asia/Ho_Chi_Minh date -d '1 hour ago' +%Y-%m-%dT%H:%M:%S+07:00)
refuse "a time-stamp of a time that has not come is told" 1 'tst: .*after that at which it was there' env SOHOA_NOW="$before" "$SOHOA" journal verify
tap_end
