#!/bin/sh
# Signing one small PDF with a key that is open: signatures a second of CPU and of the clock, soft keys and
# SoftHSM, as ratios to the soft RSA key. Each is written durably, read back and checked, as in a run.
set -eu
work=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
MODULE=$(find /usr/lib -name libsofthsm2.so 2>/dev/null | head -n 1)
SOFTHSM2_CONF=$work/softhsm2.conf
export MODULE SOFTHSM2_CONF SOHOA_LANG=en
mkdir "$work/tokens"
echo "directories.tokendir = $work/tokens" >"$SOFTHSM2_CONF"

make_key() { # NAME genpkey-options
    name=$1
    shift
    openssl genpkey "$@" -out "$work/$name.key" 2>/dev/null
    openssl req -x509 -key "$work/$name.key" -out "$work/$name.crt" -days 30 -subj "/CN=$name" \
        -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature,nonRepudiation
    cat "$work/$name.key" "$work/$name.crt" >"$work/$name.pem"
    [ -z "$MODULE" ] || {
        openssl pkcs8 -topk8 -nocrypt -in "$work/$name.key" -out "$work/$name.p8"
        softhsm2-util --import "$work/$name.p8" --token bench --label "$name" --id "$id" --pin 1234
    } >/dev/null
}
[ -z "$MODULE" ] || softhsm2-util --init-token --free --label bench --pin 1234 --so-pin 5678 >/dev/null
id=01 && make_key rsa-2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
id=02 && make_key rsa-4096 -algorithm RSA -pkeyopt rsa_keygen_bits:4096
id=03 && make_key p-256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
id=04 && make_key p-384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384

times=200
base_cpu='' base_wall=''
row() { # LABEL KEY CERTIFICATE PIN SCHEME
    "$BUILD/bench/sign" "$2" "$3" "$4" "$5" $times "$work" >"$work/took"
    read -r _ open cpu wall <"$work/took"
    base_cpu=${base_cpu:-$cpu} base_wall=${base_wall:-$wall}
    awk -v label="$1" -v n=$times -v open="$open" -v cpu="$cpu" -v wall="$wall" -v bc="$base_cpu" -v bw="$base_wall" \
        'BEGIN { printf "%-34s %9.0f %8.2f %9.0f %8.2f %10.1f\n", label, n / cpu, bc / cpu, n / wall, bw / wall, open * 1000 }'
}
printf 'Signing (PAdES B-B) - 1.00 is the soft RSA-2048 key\n\n'
printf '%-34s %9s %8s %9s %8s %10s\n' "" "per CPU s" "ratio" "per s" "ratio" "to open ms"
row "RSA 2048, file" "file:$work/rsa-2048.pem" "" "" 0
row "RSA 2048 PSS, file" "file:$work/rsa-2048.pem" "" "" 1
row "RSA 4096, file" "file:$work/rsa-4096.pem" "" "" 0
row "ECDSA P-256, file" "file:$work/p-256.pem" "" "" 0
row "ECDSA P-384, file" "file:$work/p-384.pem" "" "" 0
if [ -n "$MODULE" ]; then
    row "RSA 2048, SoftHSM" "pkcs11:token=bench;object=rsa-2048" "$work/rsa-2048.crt" 1234 0
    row "RSA 2048 PSS, SoftHSM" "pkcs11:token=bench;object=rsa-2048" "$work/rsa-2048.crt" 1234 1
    row "RSA 4096, SoftHSM" "pkcs11:token=bench;object=rsa-4096" "$work/rsa-4096.crt" 1234 0
    row "ECDSA P-256, SoftHSM" "pkcs11:token=bench;object=p-256" "$work/p-256.crt" 1234 0
    row "ECDSA P-384, SoftHSM" "pkcs11:token=bench;object=p-384" "$work/p-384.crt" 1234 0
else
    echo "SoftHSM is not installed (package softhsm2): its rows are missing."
fi
