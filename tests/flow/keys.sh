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
# ---- commands for the PIN that never come to an end
quick() { # SECONDS command...: which must have ended by then
    seconds=$1
    shift
    timeout "$seconds" "$@"
}
for bad in 'sleep 3611' 'sleep 3611; echo 1234' 'printf 12; sleep 3611' 'sleep 3611 | cat'; do
    refuse "a pin_command that gives no line is ended: $bad" 5 "gave no line within 1 seconds and was ended" \
        quick 20 "$SOHOA" --set "archive.key=pkcs11:token=kho;object=ky-so" --set "archive.pkcs11_module=$module" \
        --set "archive.certificate=$work/agency.crt" --set archive.pin_command_s=1 --set "archive.pin_command=$bad" run
done
refuse "doctor says so too" 5 "gave no line within 1 seconds" \
    quick 20 "$SOHOA" --set "archive.key=pkcs11:token=kho;object=ky-so" --set "archive.pkcs11_module=$module" \
    --set "archive.certificate=$work/agency.crt" --set archive.pin_command_s=1 --set "archive.pin_command=sleep 3611" doctor
refuse "one that prints without end and without a line is no PIN" 5 "longer than" \
    quick 20 "$SOHOA" --set "archive.key=pkcs11:token=kho;object=ky-so" --set "archive.pkcs11_module=$module" \
    --set "archive.certificate=$work/agency.crt" --set "archive.pin_command=yes | tr -d '\\n'" run
refuse "nor one of zeros" 5 "empty" \
    quick 20 "$SOHOA" --set "archive.key=pkcs11:token=kho;object=ky-so" --set "archive.pkcs11_module=$module" \
    --set "archive.certificate=$work/agency.crt" --set "archive.pin_command=cat /dev/zero" run
refuse "a passphrase for ZIP files is waited for no longer" 5 "gave no line within 1 seconds" \
    quick 20 "$SOHOA" --set archive.pin_command_s=1 export --to "$work/out" --passphrase-command 'sleep 3611' \
    bea66460-8eb5-853d-adaa-fdf31d8104c9
check "none of the commands is left" sh -c "! pgrep -f '[s]leep 3611'"
check "nothing was lost by any of it" sh -c "find '$work/kho/spool' -name '*.scan.tif' | wc -l | grep -qx 1"

check "with the right PIN the token signs, though its command goes on for ever" \
    quick 60 "$SOHOA" --set "archive.key=pkcs11:token=kho;object=ky-so" --set "archive.pkcs11_module=$module" \
    --set "archive.certificate=$work/agency.crt" --set "archive.trust=$work/agency.crt" \
    --set "archive.pin_command=yes 1234" --json run
check "then nothing waits any more" sh -c "'$SOHOA' --json status | jq -e '.waiting | length == 0'"
pdf=$(find "$work/kho/store" -name document.pdf)
check "pdfsig finds the token's signature valid" sh -c "pdfsig '$pdf' | grep -q 'Signature is Valid'"
check "verify names signer and trust" sh -c "
    '$SOHOA' --json --set 'archive.trust=$work/agency.crt' verify '$pdf' | jq -e '.verdicts[0].trusted and .verdicts[0].signer == \"agency\"'"
refuse "by another root it is not trusted" 1 "trust" "$SOHOA" verify "$pdf"
check "the PIN is in no file of the warehouse" sh -c "! grep -rq 'echo 1234' '$work/kho'"

# ---- one PIN for a run, forgotten after a time; a token that is pulled out in the middle
state() { # KIND STATE: how many
    "$SOHOA" --json status | jq "[.counts[]|select(.kind==\"$1\" and .state==\"$2\")][0].count // 0"
}
"$SOHOA" import "$samples/simplex/0002-1.tif" >/dev/null
refuse "a PIN is forgotten after its time, and the run says so" 5 "forgotten" \
    token 1234 --set archive.pin_timeout_s=0.2 run
check "the page was read all the same" [ "$(state page read)" = 2 ]
check "the document waits to be packed" [ "$(state document approved)" = 1 ]
check "status says why" sh -c "'$SOHOA' status | grep -q forgotten"
"$SOHOA" init "$work/held" --agency "UBND xã Thử Nghiệm" >/dev/null
"$SOHOA" --warehouse "$work/held" import "$samples/simplex/0002-1.tif" >/dev/null
refuse "where nothing waits for the key it was no loss" 3 "1 held for a person" \
    token 1234 --warehouse "$work/held" --set archive.pin_timeout_s=0.01 --set pipeline.review=all run
cp "$samples/simplex/0002-1.tif" "$work/b.tif"
cp "$samples/simplex/0001-1.tif" "$work/c.tif"
"$SOHOA" import --separate file "$work/b.tif" "$work/c.tif" >/dev/null
root=$(cd "$(dirname "$0")/../.." && pwd)
${CC:-cc} -shared -fPIC -DREAL="\"$module\"" -o "$work/pulled.so" "$root/tests/contract/token/pulled.c" -ldl
export TOKEN_PULLED=$work/pulled TOKEN_LIFE=1
before=$(find "$work/kho/store" -name document.pdf | wc -l)
refuse "a token pulled out in the middle of a batch: the run says so" 5 "not plugged in" \
    token 1234 --set "archive.pkcs11_module=$work/pulled.so" --set pipeline.jobs=1 --set pipeline.retry_s=0.01 run
check "what it had signed is stored" [ "$(find "$work/kho/store" -name document.pdf | wc -l)" = $((before + 1)) ]
check "the others wait for their signature, none is held" sh -c "
    '$SOHOA' --json status | jq -e '(.held | length) == 0 and ([.waiting[] | select(.kind == \"document\") | .count] | add) == 2'"
check "all that could be read was read" [ "$(state page read)" = 4 ]
rm "$work/pulled"
unset TOKEN_LIFE
check "plugged in again, the next run signs the others" token 1234 --set "archive.pkcs11_module=$work/pulled.so" run
check "all are stored" [ "$(find "$work/kho/store" -name document.pdf | wc -l)" = $((before + 3)) ]

# ---- somebody holds the lock of the token's library and never gives it back
cp "$module" "$work/held.so"
cp "$samples/simplex/0003-1.jpg" "$work/d.jpg"
"$SOHOA" import "$work/d.jpg" >/dev/null
mkfifo "$work/until"
flock "$work/held.so" cat "$work/until" &
# shellcheck disable=SC2016 # the inner shell's own
check "a library that is held for ever holds up no signature" timeout 300 sh -c '
    until ! flock -n "$1" true; do sleep 0.05; done; shift; "$@"' _ "$work/held.so" "$SOHOA" \
    --set "archive.key=pkcs11:token=kho;object=ky-so" --set "archive.pkcs11_module=$work/held.so" \
    --set "archive.certificate=$work/agency.crt" --set "archive.trust=$work/agency.crt" \
    --set "archive.pin_command=echo 1234" run
echo >"$work/until"
check "and it is stored" [ "$(find "$work/kho/store" -name document.pdf | wc -l)" = $((before + 4)) ]

# ---- the officer's own PIN
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:officer-secret -out "$work/officer.key" 2>/dev/null
openssl req -x509 -key "$work/officer.key" -passin pass:officer-secret -out "$work/officer.crt" -days 365 -subj "/CN=officer" \
    -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature,nonRepudiation
cat "$work/officer.key" "$work/officer.crt" >"$work/officer.pem"
"$SOHOA" import "$samples/simplex/0001-1.tif" --box officer >/dev/null
officer() { token 1234 --set "archive.officer_key=file:$work/officer.pem" --set "archive.trust=" "$@"; }
printf 'officer-secret\n' >"$work/officer.pin"
refuse "without the officer's passphrase nothing is packed" 5 "officer" officer --set "archive.officer_pin_command=echo wrong" run
# shellcheck disable=SC2016 # the inner shell's own
check "each PIN comes by its own descriptor, once for all workers" sh -c '
    exec 7<"$1"; shift; SOHOA_OFFICER_PIN_FD=7 "$@"' _ "$work/officer.pin" env \
    "$SOHOA" --set "archive.key=pkcs11:token=kho;object=ky-so" --set "archive.pkcs11_module=$module" \
    --set "archive.certificate=$work/agency.crt" --set archive.trust= --set "archive.pin_command=echo 1234" \
    --set "archive.officer_key=file:$work/officer.pem" run
pdf=$(find "$work/kho/store" -name document.pdf -newer "$work/officer.pin")
check "officer and agency have signed it" sh -c "pdfsig '$pdf' | grep -c 'Signature is Valid' | grep -qx 2"
tap_end
