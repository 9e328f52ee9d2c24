#!/bin/sh
# What other programs say of our signatures: poppler's pdfsig (its text: its exit code is 0 even for a
# digest mismatch) and openssl's CAdES verifier on the extracted blob.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../judges.sh"
tool=$BUILD/tests/contract/archive_token

# The blob and the signed bytes of the one signature of $1, by its ByteRange, into $work.
extract() {
    range=$(grep -a -o '/ByteRange \[0 [0-9 ]*\]' "$1" | tail -n 1 | tr -d '[]')
    # shellcheck disable=SC2086
    set -- "$1" $range
    head -c "$4" "$1" >"$work/content"
    tail -c "+$(($5 + 1))" "$1" | head -c "$6" >>"$work/content"
    head -c "$(($5 - 1))" "$1" | tail -c "+$(($4 + 2))" | xxd -r -p >"$work/padded.der"
    # the DER's own length: 30 82 hh ll
    size=$((0x$(xxd -s 2 -l 2 -p "$work/padded.der") + 4))
    head -c $size "$work/padded.der" >"$work/blob.der"
}

says() { # FILE WORDS...: pdfsig says all of them
    file=$1
    shift
    pdfsig -nssdir "$work/nss" "$file" >"$work/said" 2>&1
    cat "$work/said"
    for words in "$@"; do
        grep -q -- "$words" "$work/said" || return 1
    done
}

cades() { # FILE ROOT: openssl finds a valid CAdES signature
    extract "$1" &&
        openssl cms -verify -cades -binary -inform DER -in "$work/blob.der" -content "$work/content" \
            -CAfile "$2" -out /dev/null
}

attributes() { # FILE: exactly the three signed attributes of the baseline profile
    extract "$1" && openssl cms -cmsout -print -noout -inform DER -in "$work/blob.der" >"$work/cms" &&
        sed -n '/signedAttrs:/,/signatureAlgorithm:/p' "$work/cms" | grep 'object:' |
        grep -v 'pkcs7-data$' >"$work/objects"
    cat "$work/objects"
    [ "$(grep -c . "$work/objects")" -eq 3 ] && grep -q contentType "$work/objects" &&
        grep -q messageDigest "$work/objects" && grep -q signingCertificateV2 "$work/objects"
}

check "test keys are made" "$tool" keys "$work/keys"
key=$work/keys/agency.p12
"$tool" sample "$work/plain.pdf" "$(date -u +D:%Y%m%d%H%M%SZ)" || exit 1
check "a PDF is signed" "$tool" sign "file:$key" "$(cat "$work/keys/agency.pass")" "$work/plain.pdf" \
    "$work/signed.pdf"

mkdir "$work/nss"
certutil -N -d "sql:$work/nss" --empty-password
certutil -A -d "sql:$work/nss" -n test-ca -t CT,C,C -i "$work/keys/ca.pem"
check "pdfsig finds the signature valid and trusted" says "$work/signed.pdf" \
    "Signature is Valid" "Certificate is Trusted" "Total document signed" "ETSI.CAdES.detached" \
    "Signer Certificate Common Name: UBND x"
check "openssl verifies it as CAdES" cades "$work/signed.pdf" "$work/keys/ca.pem"
check "it has exactly the attributes of PAdES B-B" attributes "$work/signed.pdf"
check "qpdf finds nothing wrong in the signed file" qpdf --check "$work/signed.pdf"

# Reverse: the same tools must see a change, else the checks above say nothing.
sed 's/MediaBox \[0 0 595/MediaBox [0 0 596/' "$work/signed.pdf" >"$work/changed.pdf"
check "pdfsig sees a changed byte" says "$work/changed.pdf" "Digest Mismatch"
refuse "openssl sees a changed byte" 4 "content verify error" cades "$work/changed.pdf" "$work/keys/ca.pem"

# A token: the key and certificate of the test keys put on SoftHSM.
for MODULE in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
    [ -e "$MODULE" ] && break
done
SOFTHSM2_CONF=$work/softhsm2.conf
export MODULE SOFTHSM2_CONF
mkdir "$work/tokens"
echo "directories.tokendir = $work/tokens" >"$SOFTHSM2_CONF"
openssl pkcs12 -in "$key" -passin "file:$work/keys/agency.pass" -nodes -nocerts -out "$work/key.pem"
openssl x509 -in "$work/keys/agency.pem" -outform DER -out "$work/agency.der"
{
    softhsm2-util --init-token --free --label agency --pin 1234 --so-pin 5678
    softhsm2-util --import "$work/key.pem" --token agency --label sign --id 0A --pin 1234
    pkcs11-tool --module "$MODULE" --token-label agency --login --pin 1234 \
        --write-object "$work/agency.der" --type cert --id 0A --label sign
} >"$work/.out" 2>&1 || sed 's/^/# /' "$work/.out"
check "a token signs" "$tool" sign "pkcs11:token=agency;object=sign" 1234 "$work/plain.pdf" \
    "$work/token.pdf"
check "pdfsig finds the token's signature valid and trusted" says "$work/token.pdf" \
    "Signature is Valid" "Certificate is Trusted" "Total document signed"
check "openssl verifies the token's signature as CAdES" cades "$work/token.pdf" "$work/keys/ca.pem"
refuse "a wrong PIN is refused" 3 "PIN of the token" \
    "$tool" sign "pkcs11:token=agency;object=sign" 0000 "$work/plain.pdf" "$work/never.pdf"
check "nothing was written then" [ ! -e "$work/never.pdf" ]

# Every digest by every kind of key; PSS with the parameters that others expect.
is_pss() { openssl cms -cmsout -print -noout -inform DER -in "$work/blob.der" | grep -q "rsassaPss"; }
for digest in 0 1 2; do
    for scheme in 0 1; do
        name="SHA-$(echo 256 384 512 | cut -d' ' -f$((digest + 1))), $(echo PKCS1 PSS | cut -d' ' -f$((scheme + 1)))"
        check "an RSA key signs ($name)" env DIGEST=$digest SCHEME=$scheme "$tool" sign "file:$key" \
            "$(cat "$work/keys/agency.pass")" "$work/plain.pdf" "$work/one.pdf"
        check "openssl verifies it as CAdES ($name)" cades "$work/one.pdf" "$work/keys/ca.pem"
        check "it has the attributes of PAdES B-B ($name)" attributes "$work/one.pdf"
        [ $scheme = 0 ] || check "it says PSS ($name)" is_pss
        check "a token signs ($name)" env DIGEST=$digest SCHEME=$scheme "$tool" sign \
            "pkcs11:token=agency;object=sign" 1234 "$work/plain.pdf" "$work/token.pdf"
        check "openssl verifies the token's as CAdES ($name)" cades "$work/token.pdf" "$work/keys/ca.pem"
        judge "pyHanko finds both valid ($name)" judge_pyhanko "$work/keys/ca.pem" B "$work/one.pdf" \
            "$work/token.pdf"
    done
done

# ECDSA, through a CA of openssl's making: P-256 and P-384.
for curve in P-256 P-384; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:$curve -nodes -keyout "$work/ec.key" \
        -out "$work/ec.crt" -subj "/CN=ec $curve" -addext basicConstraints=critical,CA:FALSE \
        -addext keyUsage=critical,digitalSignature,nonRepudiation 2>/dev/null
    cat "$work/ec.key" "$work/ec.crt" >"$work/ec.pem"
    "$tool" sample "$work/plain.pdf" "$(date -u +D:%Y%m%d%H%M%SZ)" || exit 1
    check "an ECDSA key on $curve signs" "$tool" sign "file:$work/ec.pem" "" "$work/plain.pdf" \
        "$work/ec.pdf"
    check "openssl verifies it as CAdES ($curve)" cades "$work/ec.pdf" "$work/ec.crt"
    check "pdfsig finds it valid ($curve)" says "$work/ec.pdf" "Signature is Valid" "Total document signed"
done
tap_end
