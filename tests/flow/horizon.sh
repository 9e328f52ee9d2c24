#!/bin/sh
# verify --horizon: what ends when; and it is said, with code 1, of what that cannot be told.
. "$(dirname "$0")/../tap.sh"
export SOHOA_WAREHOUSE=$work/kho
{
    "$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' &&
        "$SOHOA" import "$pages"/*.tif && "$SOHOA" --set ocr.model=vie --set pipeline.review=none run
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
horizon() { "$SOHOA" "$@" verify --horizon 24m; }

check "nothing ends, nothing is wrong" horizon
refuse "paths are no part of it" 2 "leave the paths out" "$SOHOA" verify --horizon 24m does/not/exist
refuse "nor are those that are there" 2 "leave the paths out" "$SOHOA" verify --horizon 24m "$work/kho/store"

# ---- packages of which nothing can be told
first=$(find "$work/kho/store" -name v1 | sort | head -n 1)
second=$(find "$work/kho/store" -name v1 | sort | tail -n 1)
pdf=$first/data/representations/rep1/data/document.pdf
cp -a "$pdf" "$work/kept.pdf"
put() { # FILE: in the PDF's place
    rm -f "$pdf"
    [ "$1" = - ] || cp "$1" "$pdf"
}
place=$(basename "$(dirname "$first")")/v1
head -c 5000 "$work/kept.pdf" >"$work/cut.pdf"
put "$work/cut.pdf"
refuse "a PDF that was cut off" 1 "$place: document.pdf cannot be read: " horizon
check "is not told as one without a proof" sh -c "! grep -q 'no proof at all' '$work/.out'"
check "JSON has it" sh -c "'$SOHOA' --json verify --horizon 24m | jq -e '.not_judged == 1 and .without_proof == 0 and (.faults | length) == 1'"
put -
refuse "a PDF that is gone" 1 "$place: document.pdf is missing" horizon
sed -E 's|(MediaBox \[ *0 0 )[0-8]|\19|' "$work/kept.pdf" >"$work/changed.pdf"
put "$work/changed.pdf"
refuse "a signature that does not hold" 1 "$place: document.pdf: a signature does not hold" horizon
"$SOHOA" import --to "$work/loose" "$pages"/a.tif >/dev/null 2>&1
"$SOHOA" --set ocr.model=vie --set archive.sign=no pack "$work/loose" --to "$work/unsigned.pdf" >/dev/null 2>&1
put "$work/unsigned.pdf"
refuse "a PDF without the signature that it had" 1 "carries no signature, and events.jsonl" horizon
put "$work/kept.pdf"
check "with its own PDF all is well" horizon
document=$second/data/metadata/other/document.json
cp -a "$document" "$work/document.json"
rm "$document"
refuse "a document.json that is gone" 1 "document.json" horizon
cp -a "$work/document.json" "$document"
mv "$(dirname "$second")" "$work/taken"
refuse "a document that is recorded and not in the store" 1 "$(basename "$(dirname "$second")") is missing" horizon
mv "$work/kho/sohoa.db" "$work/kept.db"
refuse "without the database the journal knows it" 1 "$(basename "$(dirname "$second")")" horizon
mv "$work/kept.db" "$work/kho/sohoa.db"
mv "$work/taken" "$(dirname "$second")"
check "with it back all is well" horizon
id=$(basename "$(dirname "$first")")
short=$(echo "$id" | cut -c1-2)
mkdir -p "$work/kho/evidence/$short"
echo nothing >"$work/kho/evidence/$short/$id-v1.er"
refuse "an evidence record that does not hold" 1 "$place: Its evidence record does not hold" horizon
rm "$work/kho/evidence/$short/$id-v1.er"

# ---- the certificates
check "the certificate in a PKCS#12 file is looked at" sh -c "'$SOHOA' --json verify --horizon 24m | jq -e '(.signer_until | length) == 25 and .signer_known'"
check "and told when it ends in time" sh -c "'$SOHOA' verify --horizon 10y | grep -q 'the certificate that signs now'"
check "without its passphrase that is said" sh -c "
    '$SOHOA' --set archive.pin_command= verify --horizon 24m </dev/null | grep -q 'not known: needs the PIN.*the certificate that signs now'"
check "in JSON, too" sh -c "'$SOHOA' --json --set archive.pin_command= verify --horizon 24m </dev/null | jq -e '.signer_until == \"\" and (.signer_known | not)'"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 100 -subj /CN=officer \
    -keyout "$work/officer.key" -out "$work/officer.crt" 2>/dev/null
cat "$work/officer.key" "$work/officer.crt" >"$work/officer.pem"
officer="archive.officer_key=file:$work/officer.pem"
refuse "the officer's certificate is looked at, too: it ends within a year" 1 "the officer's certificate" horizon --set "$officer"
check "in JSON, too" sh -c "'$SOHOA' --json --set '$officer' verify --horizon 24m | jq -e '(.officer_until | length) == 25 and .officer_known and .others_urgent == 1 and .urgent == 0'"
openssl pkcs12 -export -in "$work/officer.pem" -passout pass:bi-mat -out "$work/officer.p12"
officer="archive.officer_key=file:$work/officer.p12"
check "of a locked one it is said that it is not known" sh -c "
    '$SOHOA' --set '$officer' verify --horizon 24m </dev/null | grep -q \"not known: needs the PIN.*the officer's certificate\""
refuse "its own pin_command opens it" 1 "the officer's certificate" horizon --set "$officer" --set 'archive.officer_pin_command=echo bi-mat'
tap_end
