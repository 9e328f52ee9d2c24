#!/bin/sh
# What doctor says of keys, roots and authorities, and what verify says once the test key was left behind.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
authority_here
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
sed -i 's|^model =.*|model = vie|' "$work/kho/sohoa.conf"

says() { # WHAT LEVEL WORDS, with settings for one call after them
    says_what=$1 says_level=$2 says_words=$3
    shift 3
    "$SOHOA" "$@" --json doctor >"$work/told" 2>/dev/null
    jq -e ".findings[] | select(.what == \"$says_what\" and .level == \"$says_level\" and (.sentence | test(\"$says_words\")))" "$work/told" ||
        { cat "$work/told"; return 1; }
}
check "a test certificate is no good finding" says "signing key" note "TEST certificate"
real() { says_real_what=$1 says_real_level=$2 says_real_words=$3 && shift 3 &&
    says "$says_real_what" "$says_real_level" "$says_real_words" --set "archive.key=file:$ca/signer.pem" --set archive.certificate= --set archive.pin_command= "$@"; }
check "a real one is, with the days it has left" real "signing key" good "[0-9]+ days left"
authority_issue "$ca" short signer -days 20 -startdate "$(date -u -d '1 day ago' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d '20 days' +%Y%m%d%H%M%SZ)" >"$work/made" 2>&1 || cat "$work/made"
check "one that ends soon is told of" says "signing key" note "ends in (19|20) days" --set "archive.key=file:$ca/short.pem" --set archive.certificate= --set archive.pin_command=
check "the officer's key is looked at" real "officer's key" good "test officer" --set "archive.officer_key=file:$ca/officer.pem"
check "one that is not there is missing" real "officer's key" missing "." --set "archive.officer_key=file:$ca/nobody.pem"
cp "$ca/officer.pem" "$work/kho/keys/officer.pem"
check "the officer's key in the warehouse is named from there, as the agency's is" real "officer's key" good "test officer" --set "archive.officer_key=file:keys/officer.pem"
openssl pkcs12 -export -in "$ca/officer.pem" -out "$work/officer.p12" -passout pass:1234 2>/dev/null
check "of one that nobody gives a PIN for its own setting is named" real "officer's key" missing "archive.officer_pin_command" --set "archive.officer_key=file:$work/officer.p12"
check "authorities are named" says "time-stamps" good "$authority/tsa" --set "archive.tsa=$authority/tsa"
check "none is a note" says "time-stamps" note "no authority"
echo nonsense >"$work/bad.pem"
check "roots that cannot be read are a fault" says "trusted roots" missing "bad.pem" --set "archive.trust=$work/bad.pem"
check "without roots doctor says that nobody is asked" says "trusted roots" note "revoked" --set archive.trust=

# ---- signing without roots is recorded
first=$(find "$pages" -name '*.tif' | sort | head -n 1)
"$SOHOA" import "$first" >/dev/null 2>&1
check "without roots a run signs" "$SOHOA" --set archive.trust= run
check "and the event says that nobody was asked, and why" sh -c "
    find '$work/kho/store' -name events.jsonl -exec cat {} + | jq -es 'any(.[]; .type == \"signing\" and (.detail | test(\"revocation not asked: no trusted roots\")))'"

# ---- from the test key to a real one
sed -i "s|^trust =.*|trust = $ca/ca.crt|; s|^key =.*|key = file:$ca/signer.pem|; s|^certificate =.*|certificate =|; s|^pin_command =.*|pin_command =|" "$work/kho/sohoa.conf"
refuse "papers of the test key are told as such, and the store is whole" 1 "All is whole, but signers are not trusted .*: 1)" "$SOHOA" verify "$work/kho/store"
cp "$work/.out" "$work/store"
check "by the name of a test" grep -q "TEST certificate" "$work/store"
check "nothing is said not to be whole" sh -c "! grep -q 'Not whole' '$work/store' && '$SOHOA' --json verify '$work/kho/store' | jq -e '.not_whole == 0 and .untrusted == 1'"
check "in Vietnamese too" sh -c "'$SOHOA' --lang vi verify '$work/kho/store' | grep -q 'chưa được tin cậy (chứng thư thử nghiệm'"
check "looking at it again in its turn finds it whole" "$SOHOA" fixity
chmod -R u+w "$work/kho/store"
printf x >>"$(find "$work/kho/store" -name '*.scan.tif' | head -n 1)"
refuse "what is damaged is not whole all the same" 1 "Not whole" "$SOHOA" verify "$work/kho/store"

# ---- a certificate that some programs refuse
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/plain.key" -out "$work/plain.crt" -days 400 -subj "/CN=plain" \
    -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature 2>/dev/null
cat "$work/plain.key" "$work/plain.crt" >"$work/plain.pem"
plain() { "$SOHOA" --json --set "archive.key=file:$work/$1" --set archive.certificate= doctor | jq -e "any(.findings[]; .sentence | test(\"lacks non-repudiation\")) == $2"; }
check "a certificate without non-repudiation is told" plain plain.pem true
check "one that has it is not" plain ca/signer.pem false
refuse "and signs nothing" 3 "lacks non-repudiation" "$SOHOA" --set "archive.key=file:$work/plain.pem" --set archive.certificate= journal anchor

# ---- anchors and receipts by a revoked certificate
check "an anchor is made by a good certificate" "$SOHOA" journal anchor
"$SOHOA" status >/dev/null
authority_revoke "$ca" signer
refuse "and by a revoked one none" 3 "was revoked" "$SOHOA" journal anchor

# ---- nobody's copies
"$SOHOA" init "$work/nobody" >"$work/init.out"
check "without an agency init says what is wanted" grep -q 'custodian' "$work/init.out"
export SOHOA_WAREHOUSE=$work/nobody SOHOA_PIPELINE_REVIEW=none
refuse "and doctor does" 1 "custodian names nobody" "$SOHOA" doctor
authority_settings "$work/nobody" key "file:$ca/officer.pem" certificate "" trust "$ca/ca.crt" pin_command "" model vie
"$SOHOA" import "$pages" >/dev/null 2>&1
refuse "a real key signs no copy that does not say who made it" 5 "archive.custodian" "$SOHOA" run
check "documents wait for it" sh -c "'$SOHOA' --json status | jq -e '[.counts[] | select(.kind == \"document\" and .state == \"approved\")][0].count > 0'"
authority_settings "$work/nobody" custodian "UBND xã Thử Nghiệm"
check "with its name they are signed" sh -c "'$SOHOA' run && pdftotext \$(find '$work/nobody/store' -name document.pdf | head -n 1) - | grep -q 'UBND xã Thử Nghiệm'"
tap_end
