#!/bin/sh
# The moment that is printed on a copy, signed and told of in its metadata is that of the signature: what was
# packed and then waited, for a key that may sign, is packed again.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
authority_here
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
authority_settings "$work/kho" key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" pin_command "" jobs 1 model vie

authority_revoke "$ca" signer
"$SOHOA" import "$pages/a.tif" >/dev/null
refuse "a certificate that was revoked signs nothing" 5 "was revoked" "$SOHOA" run
check "what was packed waits" sh -c "'$SOHOA' --json status | jq -e '[.counts[] | select(.kind == \"document\" and .state == \"packed\")][0].count == 1'"
waiting=$(find "$work/kho/spool" -name document.json)
before=$(jq -r .signed_at "$waiting")

# Some days later, with another key.
authority_settings "$work/kho" key "file:$ca/officer.pem"
SOHOA_NOW=$(TZ=Asia/Ho_Chi_Minh date -d "$before 3 days" +%Y-%m-%dT%H:%M:%S+07:00)
export SOHOA_NOW
check "days later it is signed" "$SOHOA" run
package=$(find "$work/kho/store" -type d -name v1)
pdf=$package/data/representations/rep1/data/document.pdf
check "at that moment" sh -c "'$SOHOA' --json verify '$pdf' | jq -e '.verdicts[0].signed_at == \"$SOHOA_NOW\"'"
check "which is printed on the copy" sh -c "pdftotext '$pdf' - | grep -F '$SOHOA_NOW' && ! pdftotext '$pdf' - | grep -F '$before'"
check "and stands in what the PDF and document.json say" sh -c "pdfinfo -meta '$pdf' | grep -F 'CreateDate>$SOHOA_NOW<' && jq -e '.signed_at == \"$SOHOA_NOW\"' '$package/data/metadata/other/document.json'"
check "that it was packed again is told" sh -c "jq -se '[.[] | select(.type == \"packing\") | .detail] | length == 2 and (.[1] | endswith(\"packed again, to be signed on $SOHOA_NOW\"))' '$package/data/metadata/other/events.jsonl'"
check "the store is whole" "$SOHOA" verify "$work/kho/store"

# A few minutes are nothing: the same bytes.
authority_settings "$work/kho" key "file:$ca/signer.pem"
"$SOHOA" import "$pages/b.tif" >/dev/null
unset SOHOA_NOW
"$SOHOA" run >/dev/null 2>&1
waiting=$(find "$work/kho/spool" -name document.json)
before=$(jq -r .signed_at "$waiting")
authority_settings "$work/kho" key "file:$ca/officer.pem"
SOHOA_NOW=$(TZ=Asia/Ho_Chi_Minh date -d "$before 10 minutes" +%Y-%m-%dT%H:%M:%S+07:00)
export SOHOA_NOW
check "what waited for minutes is signed as it was packed" sh -c "'$SOHOA' run && '$SOHOA' --json verify '$work/kho/store' >/dev/null &&
    jq -se '[.[] | select(.signed_at == \"$before\")] | length == 1' '$work'/kho/store/*/*/v1/data/metadata/other/document.json"
check "all is whole" "$SOHOA" verify "$work/kho/store"
tap_end
