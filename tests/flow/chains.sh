#!/bin/sh
# Certificates as they come: a new root that the old one vouches for, key files with more in them than a
# chain, names that hide something. What is signed with them holds, for us and for others.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../judges.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
"$SOHOA" import "$samples/simplex/0001-1.tif" --to "$work/pages" >/dev/null

cat >"$work/ext" <<EXT
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
EXT
key() { openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/$1.key" 2>/dev/null; }
certificate() { # NAME OF-KEY SUBJECT KIND ISSUER (none: by itself)
    openssl req -new -utf8 -key "$work/$2.key" -subj "$3" -out "$work/$1.csr" 2>/dev/null
    if [ -n "${5-}" ]; then
        set -- "$1" "$2" "$3" "$4" -CA "$work/$5.crt" -CAkey "$work/$5.key" -CAcreateserial
    else
        set -- "$1" "$2" "$3" "$4" -signkey "$work/$2.key"
    fi
    name=$1 kind=$4
    shift 4
    openssl x509 -req -in "$work/$name.csr" -days 700 -extfile "$work/ext" -extensions "$kind" "$@" \
        -out "$work/$name.crt" 2>/dev/null
}
for name in old new alien signer; do key $name; done
certificate old old "/C=VN/CN=Old root" ca
certificate new new "/C=VN/CN=New root" ca
certificate crossed new "/C=VN/CN=New root" ca old
certificate signer signer "/C=VN/O=UBND/CN=Signer" signer new
certificate alien alien "/CN=Alien" signer
certificate hiding signer "/CN=$(printf 'A\342\200\256gnp.B\302\255')" signer new

sign() { # NAME CERTIFICATE...: by a key file that holds these
    signed=$1
    cp "$work/signer.key" "$work/$signed.pem"
    shift
    for name; do cat "$work/$name.crt" >>"$work/$signed.pem"; done
    "$SOHOA" --set "archive.key=file:$work/$signed.pem" pack "$work/pages" --sign --to "$work/$signed.pdf"
}
holds() { "$SOHOA" --set "archive.trust=$work/old.crt" verify "$work/$1.pdf"; }

check "a key file with the new root and the cross certificate signs" sign crossed signer new crossed
check "who trusts the old root alone finds the signature trusted" holds crossed
refuse "who trusts the new one alone, and does not know who crossed it, is told why it is not" 1 "who issued it is not known here" \
    "$SOHOA" --set "archive.trust=$work/new.crt" verify "$work/crossed.pdf"
check "with another's certificate in the file it signs" sign alien signer alien crossed
check "the signature carries the chain and not that one" sh -c "
    grep -a -qi '$(printf Signer | od -An -tx1 | tr -d ' ')' '$work/alien.pdf' && ! grep -a -qi '$(printf Alien | od -An -tx1 | tr -d ' ')' '$work/alien.pdf'"
check "and holds" holds alien
check "a name that hides something signs" sign hiding hiding crossed
check "it is shown without what is hidden" sh -c "
    '$SOHOA' --json --set 'archive.trust=$work/old.crt' verify '$work/hiding.pdf' | jq -e '[.. | .signer? // empty | strings] | length > 0 and all(. == \"A gnp.B \")'"
check "by a root that none of them leads to it is not trusted" sh -c "
    ! '$SOHOA' --set 'archive.trust=$work/alien.crt' verify '$work/crossed.pdf'"
judge "pyHanko: all are valid by the old root" judge_pyhanko "$work/old.crt" B "$work/crossed.pdf" "$work/alien.pdf" "$work/hiding.pdf"
tap_end
