#!/bin/sh
# A signature without a time-stamp whose certificate is over: the root is trusted, so no advice to add one; what is
# missing is a proof of the time, and signing again mends it. Numbers of one are told as one.
. "$(dirname "$0")/../tap.sh"
export SOHOA_WAREHOUSE=$work/kho
{
    "$SOHOA" init "$work/kho" --agency 'UBND xã Thử' &&
        "$SOHOA" import "$pages/a.tif" && "$SOHOA" --set ocr.model=vie --set pipeline.review=none run
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
package=$(find "$work/kho/store" -name v1)
pdf=$package/data/representations/rep1/data/document.pdf
in_2033() { SOHOA_NOW=2033-01-01T08:00:00+07:00 "$SOHOA" "$@"; }

for what in "$pdf" "$package" "$work/kho/store"; do
    name=${what##*/}
    in_2033 verify "$what" >"$work/$name"
    code=$?
    check "it is told with code 1 ($name)" [ $code -eq 1 ]
    check "as a certificate that is over ($name)" grep -q 'has expired, and no time-stamp proves' "$work/$name"
    check "not as a root that is missing ($name)" sh -c "! grep -qE 'NOT trusted|reason to trust|not trusted' '$work/$name'"
    check "and with what to do ($name)" grep -q 'sohoa amend --untrusted' "$work/$name"
done
check "line 1 says so" grep -q '^ 1\..*its root is trusted; the certificate is OVER' "$work/document.pdf"
check "each signature, too" grep -q 'signature 1 (.*whole, its certificate is OVER' "$work/document.pdf"
check "and the signers of a store" grep -qE '^ +1 .*its certificate is OVER' "$work/store"
check "none is counted as one who is not trusted" grep -q '1 signed, 0 unsigned, 0 by an untrusted signer; 0 faults' "$work/store"
in_2033 --json verify "$package" >"$work/json"
check "JSON has it apart" jq -e '.untrusted == 1 and .over == 1 and .not_whole == 0 and (.verdicts[0].pdf | .over and (.trusted | not)) and .verdicts[0].pdf.volumes[0].each[0].over' "$work/json"

# ---- in a set of roots that is not the first
sed -i 's|^trust =.*|trust =|; s|^trust_public =.*|trust_public = keys/ca.pem|; s|^trust_government =.*|trust_government = other.pem|' "$work/kho/sohoa.conf"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/o.key" -out "$work/kho/other.pem" -days 9000 -subj /CN=other 2>/dev/null
in_2033 verify "$pdf" >"$work/second"
check "the roots by which it is over decide" sh -c "grep -q 'its root is trusted; the certificate is OVER' '$work/second' && grep -q 'has expired, and no time-stamp proves' '$work/second'"
check "while it is valid these trust it" "$SOHOA" verify "$pdf"

# ---- a root that is not there at all is another matter, then as now
sed -i 's|^trust_public =.*|trust_public =|' "$work/kho/sohoa.conf"
in_2033 verify "$pdf" >"$work/stranger"
check "a stranger is not called over" sh -c "grep -q 'NOT trusted' '$work/stranger' && grep -q 'reason to trust' '$work/stranger' && ! grep -q 'OVER' '$work/stranger'"
sed -i 's|^trust =.*|trust = keys/ca.pem|; s|^trust_government =.*|trust_government =|' "$work/kho/sohoa.conf"

# ---- mended by signing again, with a key that is valid then
cp -a "$work/kho" "$work/later"
openssl req -newkey rsa:2048 -nodes -keyout "$work/new.key" -out "$work/new.csr" -subj "/C=VN/O=UBND/CN=new agency" 2>/dev/null
printf 'keyUsage=critical,digitalSignature,nonRepudiation\n' >"$work/new.ext"
openssl x509 -req -in "$work/new.csr" -CA "$work/kho/other.pem" -CAkey "$work/o.key" -CAcreateserial -days 8000 -extfile "$work/new.ext" -out "$work/new.pem" 2>/dev/null
openssl pkcs12 -export -inkey "$work/new.key" -in "$work/new.pem" -out "$work/later/keys/new.p12" -passout pass:1234
cat "$work/kho/other.pem" >>"$work/later/keys/ca.pem"
sed -i 's|^key =.*|key = file:keys/new.p12|; s|^certificate =.*|certificate =|; s|^pin_command =.*|pin_command = echo 1234|' "$work/later/sohoa.conf"
later() { in_2033 --warehouse "$work/later" "$@"; }
check "what is over is found for signing again" sh -c "SOHOA_NOW=2033-01-01T08:00:00+07:00 '$SOHOA' --warehouse '$work/later' amend --untrusted --reason 'its certificate is over' &&
    SOHOA_NOW=2033-01-01T08:00:00+07:00 '$SOHOA' --warehouse '$work/later' run"
check "and then all is whole and trusted" later verify "$work/later/store"

# ---- one is one
"$SOHOA" journal anchor >/dev/null 2>&1
printf X | dd of="$package/data/metadata/other/document.json" bs=1 seek=30 conv=notrunc 2>/dev/null || {
    chmod -R u+w "$package" && printf X | dd of="$package/data/metadata/other/document.json" bs=1 seek=30 conv=notrunc 2>/dev/null
}
{
    "$SOHOA" verify "$work/kho/store"
    "$SOHOA" journal verify
    "$SOHOA" fixity run
    "$SOHOA" status
    "$SOHOA" backup "$work/copies"
    "$SOHOA" restore --check "$work/copies"
    "$SOHOA" verify --horizon 24m
    "$SOHOA" fixity repair --from "$work/copies"
} >"$work/one" 2>&1
check "nothing is 1 faults, 1 packages, 1 anchors, 1 entries" sh -c "! grep -nE '(^|[^0-9.,])1 (faults|packages|anchors|entries|files|rows|months|documents|places)\b' '$work/one'"
check "one package is told of" grep -q '1 package[^s]' "$work/one"
tap_end
