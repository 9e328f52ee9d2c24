#!/bin/sh
# Keys with the real binary: a token through PKCS#11, and each way a key can be wrong.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
module=$(find /usr/lib -name libsofthsm2.so 2>/dev/null | head -n 1)
export SOFTHSM2_CONF=$work/softhsm2.conf
mkdir "$work/tokens"
echo "directories.tokendir = $work/tokens" >"$SOFTHSM2_CONF"

# A key and a certificate, on the token and in files.
certificate() { # NAME DAYS-FROM DAYS-TO key-usage
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/$1.key" -out "$work/$1.crt" -days "$2" \
        -subj "/C=VN/O=THU NGHIEM/CN=$1" -addext basicConstraints=critical,CA:FALSE -addext "keyUsage=critical,$3" 2>/dev/null
}
certificate agency 365 digitalSignature,nonRepudiation
certificate encipher 365 keyEncipherment
softhsm2-util --init-token --free --label kho --pin 1234 --so-pin 5678 >/dev/null
openssl pkcs8 -topk8 -nocrypt -in "$work/agency.key" -out "$work/agency.p8"
softhsm2-util --import "$work/agency.p8" --token kho --label ky-so --id 01 --pin 1234 >/dev/null
cat "$work/agency.key" "$work/agency.crt" >"$work/agency.pem"
cat "$work/encipher.key" "$work/encipher.crt" >"$work/encipher.pem"

token() { # PIN command...: the settings of the token for one call
    pin=$1
    shift
    "$SOHOA" --set "archive.key=pkcs11:token=kho;object=ky-so" --set "archive.pkcs11_module=$module" \
        --set "archive.certificate=$work/agency.crt" --set "archive.trust=$work/agency.crt" \
        --set "archive.pin_command=echo $pin" "$@"
}
"$SOHOA" import "$samples/simplex/0001-1.tif" >/dev/null
export SOHOA_PIPELINE_REVIEW=none

# shellcheck disable=SC2016 # the file's own parameter
echo 'echo tried >>"$1"; echo 9999' >"$work/wrong-pin"
refuse "with a wrong PIN all is done but packing and signing" 5 "wait for their signature: 1" \
    token 9999 --set "archive.pin_command=sh '$work/wrong-pin' '$work/tries'" run -j 2
check "the PIN was tried once" sh -c "wc -l <'$work/tries' | grep -qx 1"
check "the page was read meanwhile" sh -c "'$SOHOA' --json status | jq -e '[.counts[]|select(.kind==\"page\" and .state==\"read\")][0].count == 1'"
check "status says that the document waits, and why" sh -c "'$SOHOA' status | grep -i 'PIN'"
check "and so as JSON" sh -c "'$SOHOA' --json status | jq -e '.waiting[0].kind == \"document\" and .waiting[0].state == \"approved\" and .waiting[0].count == 1 and (.held | length) == 0'"
refuse "a missing token is named" 5 "token" "$SOHOA" --set "archive.key=pkcs11:token=khac;object=x" \
    --set "archive.pkcs11_module=$module" --set "archive.certificate=$work/agency.crt" \
    --set "archive.pin_command=echo 1" run
refuse "a missing token library is named" 5 "none.so" "$SOHOA" --set "archive.key=pkcs11:token=kho;object=x" \
    --set "archive.pkcs11_module=$work/none.so" --set "archive.certificate=$work/agency.crt" run
refuse "an expired certificate is refused" 5 "expired" env SOHOA_NOW=2039-01-01T08:00:00+07:00 \
    "$SOHOA" --set "archive.key=file:$work/agency.pem" --set archive.certificate= --set archive.pin_command= run
refuse "a certificate that is not for signing is refused" 5 "sign" \
    "$SOHOA" --set "archive.key=file:$work/encipher.pem" --set archive.certificate= --set archive.pin_command= run
check "nothing was lost by any of it" sh -c "find '$work/kho/spool' -name '*.scan.tif' | wc -l | grep -qx 1"

check "with the right PIN the token signs" token 1234 --json run
check "then nothing waits any more" sh -c "'$SOHOA' --json status | jq -e '.waiting | length == 0'"
pdf=$(find "$work/kho/store" -name document.pdf)
check "pdfsig finds the token's signature valid" sh -c "pdfsig '$pdf' | grep -q 'Signature is Valid'"
check "verify names signer and trust" sh -c "
    '$SOHOA' --json --set 'archive.trust=$work/agency.crt' verify '$pdf' | jq -e '.verdicts[0].trusted and .verdicts[0].signer == \"agency\"'"
refuse "by another root it is not trusted" 1 "trust" "$SOHOA" verify "$pdf"
check "the PIN is in no file of the warehouse" sh -c "! grep -rq 'echo 1234' '$work/kho'"
tap_end
