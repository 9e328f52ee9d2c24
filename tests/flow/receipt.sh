#!/bin/sh
# Receipts that come back to who handed over: those of the receiver, and those that somebody made.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
. "$(dirname "$0")/../reseal.sh"
authority_here
warehouse() { # NAME AGENCY KEY
    "$SOHOA" init "$work/$1" --agency "$2" >/dev/null || exit 1
    authority_settings "$work/$1" key "file:$ca/$3.pem" certificate "" trust "$ca/ca.crt" pin_command "" review none model vie
}
warehouse giver 'UBND xã Thử Nghiệm' signer
warehouse receiver 'Lưu trữ 3' officer
giver() { "$SOHOA" --warehouse "$work/giver" "$@"; }
{
    giver import "$(dirname "$0")/../data/crash/a.tif" && giver run &&
        giver export --to "$work/out" --all --receiver 'Lưu trữ 3' --plain thử &&
        "$SOHOA" --warehouse "$work/receiver" import "$work/out" --receipt "$work/good"
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }

forged() { # FILTER: the receipt as jq makes it, without a signature
    rm -rf "$work/forged"
    mkdir "$work/forged"
    jq "$1" "$work/good/receipt.json" >"$work/forged/receipt.json"
}
signed_by() { # NAME
    awk '/BEGIN CERT/ { n++ } n == 1' "$ca/$1.pem" >"$work/one.crt"
    openssl cms -sign -binary -in "$work/forged/receipt.json" -signer "$work/one.crt" -inkey "$ca/$1.pem" \
        -certfile "$ca/ca.crt" -outform DER -out "$work/forged/receipt.p7s" -cades -md sha256 -nosmimecap
}
comes_back() { giver export --receipt "$work/forged/receipt.json"; }
nothing_kept() { ! ls "$work"/giver/handovers/*/receipt.* 2>/dev/null; }

# ---- what it says
for lie in '.packages[0].result = "not_taken"' '.packages_taken = 9' '.packages_handed = 9' '.complete = false' \
    '.packages += .packages' '.packages = []' '.packages[0].files += 1' '.packages[0].pages += 1' '.packages[0].version += 1' \
    '.packages[0].package_sha256 = "0" * 64' '.packages[0].result = "mine"' '.receiver = "Ai đó"' '.giver = "Ai đó"' '.handed_at = .received_at + "x"'; do
    forged "$lie"
    refuse "a receipt with $lie is none" 3 'does not agree' comes_back
done
check "and none was kept" nothing_kept

# ---- who signed it
forged .
signed_by signer
refuse "one that the giver signed itself is none" 3 'key of this archive itself' comes_back
signed_by tsa
refuse "nor one by a certificate of another trade" 3 'another purpose' comes_back
authority_issue "$ca" lost signer >/dev/null 2>&1
signed_by lost
authority_revoke "$ca" lost
refuse "nor one by a revoked certificate" 3 'was revoked' comes_back
check "none was kept of these" nothing_kept
forged .
refuse "one without a signature is kept, and said to be that" 0 'not signed digitally' comes_back
refuse "the receiver's takes its place, and who signed is told" 0 'signed by test officer' giver export --receipt "$work/good/receipt.json"
check "in JSON, too" sh -c "'$SOHOA' --warehouse '$work/giver' --json export --receipt '$work/good/receipt.json' | jq -e '.signed and .signer == \"test officer\" and .complete'"
forged '.received_by = "ai do"'
refuse "a signed one is not given up for one that is not" 3 'kept is signed' comes_back
check "it is there as it was" cmp "$work/good/receipt.json" "$work"/giver/handovers/*/receipt.json
check "and so says the journal" giver journal verify

# ---- the receiver as a witness of the giver's journal
sequence=$(jq .journal.sequence "$work/out/export.json")
segment=$(ls "$work"/giver/journal/*.jsonl)
check "the list names the last entry of the journal" sh -c "sed -n '${sequence}p' '$segment' | jq -e --slurpfile list '$work/out/export.json' '.seq == \$list[0].journal.sequence and .hash == \$list[0].journal.hash'"
check "and the receipt is signed over the hash of that list" sh -c "test \"\$(jq -r .handed_sha256 '$work/good/receipt.json')\" = \"\$(sha256sum <'$work/out/export.json' | cut -d' ' -f1)\""
cp -a "$work/giver" "$work/kept"
again() {
    rm -rf "$work/giver"
    cp -a "$work/kept" "$work/giver"
    forge "$work/giver/sohoa.db" "DELETE FROM journal_mark"
}
again
sed -i "$sequence,\$d" "$segment"
refuse "a journal that was cut off before it is told, whatever else was taken away" 1 "handed.json: the journal was cut off: it ends with entry" giver journal verify
again
journal_anew "$segment" "$(grep -c . "$segment")"
refuse "one that was written anew with sound hashes, too" 1 "handed.json: the journal was written anew: entry $sequence " giver journal verify
again
for list in "$work"/giver/handovers/*/handed.json; do
    jq '.journal.sequence = 1 | .journal.hash = "0" * 64' "$list" >"$work/list" && cp "$work/list" "$list"
done
refuse "and a list that was written anew is not the one of the receipt" 1 "receipt is for another list" giver journal verify
rm -rf "$work/giver" && mv "$work/kept" "$work/giver"

# ---- lists that nobody handed over as they are
offered() { # FILTER: the hand-over with the list as jq makes it
    chmod -R u+w "$work/offered" 2>/dev/null
    rm -rf "$work/offered"
    cp -a "$work/out" "$work/offered"
    jq "$1" "$work/out/export.json" >"$work/offered/export.json"
}
taker() { "$SOHOA" --warehouse "$work/$at" "$@"; }
warehouse other 'Lưu trữ 3' officer
at=other
for lie in '.packages += .packages | .packages_count = 2' '.packages_count = 2' '.transfer = "0" * 32' '.receiver = "Ai đó"' \
    '.packages[0].package_sha256 = "0" * 64' '.packages[0].version += 1'; do
    offered "$lie"
    refuse "no receipt is signed for a list with $lie" 3 'does not agree with itself' taker import "$work/offered"
done
check "none was" sh -c "! ls '$work'/other/handovers/*/receipt.*"
offered '.packages += .packages | .packages_count = 2'
refuse "a package that is listed twice is named" 3 'names .* v1 twice' taker import "$work/offered"
refuse "by verify, too" 1 'names .* v1 twice' taker verify "$work/offered"
at=receiver
cp "$work"/receiver/handovers/*/receipt.json "$work/kept.json"
offered '.giver = "Ai đó" | .at = "2020-01-01T00:00:00+07:00"'
refuse "a receipt does not give way to one for another list of its name" 3 'another list of the same hand-over' taker import "$work/offered"
check "it is there as it was" cmp "$work/kept.json" "$work"/receiver/handovers/*/receipt.json
check "the true list makes it again" taker import "$work/out"
check "and the journal agrees" taker journal verify
tap_end
