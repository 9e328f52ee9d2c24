#!/bin/sh
# Signatures by algorithms that TT 15/2025 no longer allows are refused and called what they are, never valid
# and never plainly "broken".
. "$(dirname "$0")/../tap.sh"
if ! command -v python3 >/dev/null 2>&1; then
    skip "weak signatures are refused" "they are made with python3, which is not installed"
    tap_end
    exit
fi
# Made before anything is signed by them.
signer() { # NAME BITS MD
    openssl req -x509 -newkey "rsa:$2" "-$3" -nodes -keyout "$work/$1.key" -out "$work/$1.crt" -days 365 \
        -subj "/C=VN/O=Sở Cũ/CN=Old Sender" -utf8 -addext basicConstraints=critical,CA:FALSE \
        -addext "keyUsage=critical,digitalSignature,nonRepudiation" 2>/dev/null
}
signer good 2048 sha256
signer short 1024 sha256
signer dated 2048 sha1

export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
"$SOHOA" import --separate file "$(find "$pages" -name '*.tif' | sort | head -n 1)" >/dev/null
"$SOHOA" --set ocr.model=vie run >"$work/run.out" 2>&1
ours=$(find "$work/kho/store" -name document.pdf)
[ -f "$ours" ] || { cat "$work/run.out"; exit 1; }

cat >"$work/resign.py" <<'END'
import re, subprocess, sys
name, source, target, *options = sys.argv[1:]
data = open(source, "rb").read().replace(b"ETSI.CAdES.detached", b"adbe.pkcs7.detached")
a, b, c, d = map(int, re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", data).groups())
blob = subprocess.run(["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-nosmimecap",
                       "-signer", name + ".crt", "-inkey", name + ".key", *options],
                      input=data[a:a + b] + data[c:c + d], stdout=subprocess.PIPE, check=True).stdout
room = c - b - 2
hexed = blob.hex().upper().encode()
open(target, "wb").write(data[:b + 1] + hexed + b"0" * (room - len(hexed)) + data[c - 1:])
END
sign() { python3 "$work/resign.py" "$work/$1" "$ours" "$work/$2.pdf" "$3" "$4"; }
judge() { "$SOHOA" --set "archive.trust_public=$work/all.crt" "$@"; }
sign good strong -md sha256
sign good sha1 -md sha1
sign good md5 -md md5
sign short short -md sha256
sign dated dated -md sha256
cat "$work/good.crt" "$work/short.crt" "$work/dated.crt" >"$work/all.crt"

check "the same file, signed by what is allowed, is whole" judge --json verify "$work/strong.pdf"
weak() { # FILE WORDS WHAT
    refuse "$3 is refused, and named" 1 "$2" judge verify "$work/$1.pdf"
    check "$3 is no valid signature as JSON" sh -c "'$SOHOA' --json --set 'archive.trust_public=$work/all.crt' verify '$work/$1.pdf' |
        jq -e '(.whole | not) and (.verdicts[0] | .old_algorithm and (.valid_when_signed | not) and (.trusted | not))'"
    check "$3 is called old in the seven lines" sh -c "'$SOHOA' --lang vi --set 'archive.trust_public=$work/all.crt' verify '$work/$1.pdf' | grep -q 'thuật toán cũ'"
}
weak sha1 "old digest algorithm" "a SHA-1 digest"
weak md5 "old digest algorithm" "an MD5 digest"
weak short "RSA with 1024 bits" "a key of 1024 bits"
weak dated "SHA-1\|old" "a certificate that was signed with SHA-1"
check "nor does a received one count: it is kept, and reported" sh -c "
    '$SOHOA' import '$work/sha1.pdf' && '$SOHOA' --set ocr.model=vie run
    find '$work/kho' -name received.json | xargs cat | jq -e '(.trusted | not) and (.intact | not) and (.findings | length > 0)'"
tap_end
