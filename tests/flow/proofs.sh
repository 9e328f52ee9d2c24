#!/bin/sh
# Officer and agency sign, time-stamps and evidence follow when their authorities can be reached:
# against a CA, TSA, OCSP responder and CRL of the test's own making.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
. "$(dirname "$0")/../judges.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
authority_here

state() { # STATE: how many proofs are in it
    "$SOHOA" --json status | jq "[.counts[]|select(.kind==\"proof\" and .state==\"$1\")][0].count"
}
level() { # LEVEL: what the newest version of the document has
    pdf=$(find "$work/kho/store" -name document.pdf | sort -V | tail -n 1)
    "$SOHOA" --json verify "$pdf" | tee "$work/verdict" | jq -e ".whole and .verdicts[0].level == \"$1\" and .verdicts[0].trusted"
}

"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
set -- key "file:$ca/signer.pem" certificate "" officer_key "file:$ca/officer.pem" trust "$ca/ca.crt" \
    pin_command "" tsa "$authority/gone" tsa_timeout_s 20 review none jobs 1 retry_s 0.05
while [ $# -gt 0 ]; do
    sed -i "s|^$1 =.*|$1 = $2|" "$work/kho/sohoa.conf"
    shift 2
done
"$SOHOA" import "$samples/duplex/0001-1.tif" >"$work/import" 2>&1 || cat "$work/import"

check "without an authority the run ends all the same" "$SOHOA" run
check "the document is stored and found" sh -c "'$SOHOA' --json search --band 2006-2015 | jq -es '.[0]|.total == 1'"
check "it waits for its time-stamp, and status says so" [ "$(state waiting)" = 1 ]
check "status says what the authority did" sh -c "'$SOHOA' --json status | jq -es '.[0]|.waiting[0].why|test(\"gone\")'"
check "both have signed, level B-B" level B-B
check "of the officer's all that TT 15/2025 asks for is told, too" sh -c "
    '$SOHOA' verify '$pdf' | grep -A1 'signature 1 (officer)' | grep -q 'certification authority: test root; managing unit: .*; valid when signed: yes; time-stamp: .*; certificate: 20.* to 20'"
check "in JSON" sh -c "'$SOHOA' --json verify '$pdf' | jq -e '.verdicts[0].each[0] | .by == \"officer\" and .valid_when_signed and .issuer == \"test root\" and (.certificate_until | length) == 25'"
check "the officer first, then the agency" jq -e '.verdicts[0].signatures == 2 and .verdicts[0].signer == "test signer"' "$work/verdict"

for liar in slow refuse garbage nonce imprint stranger reject; do
    "$SOHOA" --set "archive.tsa=$authority/tsa/$liar" --set archive.tsa_timeout_s=1 seal >/dev/null 2>&1
    check "an authority that does \"$liar\" is not believed" [ "$(state waiting)" = 1 ]
done
check "no version was made of what they sent" sh -c "! find '$work/kho/store' -name v2 | grep -q ."

# A good one stands behind a bad one.
check "the next authority of the list is asked" "$SOHOA" --set "archive.tsa=$authority/tsa/refuse $authority/tsa" seal
check "the document is sealed" [ "$(state sealed)" = 1 ]
check "level B-LTA" level B-LTA
before=$(TZ=Asia/Ho_Chi_Minh date -d '1 hour ago' +%Y-%m-%dT%H:%M:%S+07:00)
refuse "a time-stamp of a time that has not come is not believed" 1 'after that at which it was there' env -u SOHOA_WAREHOUSE SOHOA_NOW="$before" \
    "$SOHOA" --set "archive.trust=$ca/ca.crt" verify "$pdf"
check "which is described as the first one is" sh -c "
    cd '$work'/kho/store/*/*/v1/data && find . -name '*.xml' | sort >'$work/first' &&
    cd ../../v2/data && find . -name '*.xml' | sort | cmp - '$work/first' && grep -q METS.xml '$work/first'"
check "in one new version" sh -c "find '$work/kho/store' -name 'v*' -type d | wc -l | grep -qx 2"
check "whose master is the same file on the disk" sh -c "[ \$(find '$work/kho/store' -name '*.scan.tif' -links 2 | wc -l) = 2 ]"
check "the store is whole" "$SOHOA" verify "$work/kho/store"
check "sealing again changes nothing" sh -c "'$SOHOA' seal && find '$work/kho/store' -name 'v*' -type d | wc -l | grep -qx 2" 

# What others say of the one file that has it all: two signatures, two time-stamps, the DSS.
judge "veraPDF finds it PDF/A-2u still" judge_verapdf 2u "$pdf"
# (pyHanko's LTA validation asks for time-stamps inside the signatures; EN 319 142-1 and DSS do not.)
judge "pyHanko finds it valid, time-stamped, and nothing but proofs behind the signatures" judge_pyhanko "$ca/ca.crt" T "$pdf"
judge "EU DSS finds it B-LTA" judge_dss "$ca/ca.crt" LTA "$pdf"
judge "pdfsig finds the signatures valid" judge_pdfsig "$ca/ca.crt" "$pdf"
judge "qpdf finds nothing wrong" judge_qpdf "$pdf"

# The time-stamp comes with the signature when the authority is there.
"$SOHOA" import "$samples/duplex/0006-1.tif" >/dev/null 2>&1
# This one shows the seal of the agency (profile of TT 02/2019).
python3 - "$work/seal.png" <<'END'
import struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\0" + b"".join(bytes((220, 20, 30, 255 if 6400 < (x - 100)**2 + (y - 100)**2 < 9600 else 0))
                                 for x in range(200)) for y in range(200))
open(sys.argv[1], "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 200, 200, 8, 6, 0, 0, 0))
                              + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
END
check "with an authority the run goes to the end" "$SOHOA" --set "archive.tsa=$authority/tsa" --set "archive.seal_image=$work/seal.png" run
check "all is sealed" [ "$(state sealed)" = 2 ]
late=$pdf
pdf=$(find "$work/kho/store" -path '*/v2/*' -name document.pdf | grep -vxF "$late")
check "the seal is on page 1" sh -c "pdfimages -list '$pdf' | grep -q 'stencil.* 200 '"
judge "veraPDF finds this one PDF/A-2u" judge_verapdf 2u "$pdf"
judge "pyHanko finds it B-LTA" judge_pyhanko "$ca/ca.crt" LTA "$pdf"
judge "EU DSS finds it B-LTA" judge_dss "$ca/ca.crt" LTA "$pdf"

# A clock that is wrong, a revoked certificate.
"$SOHOA" import "$samples/duplex/0006-2.tif" >/dev/null 2>&1
check "a clock an hour back gets no time-stamp" sh -c "
    SOHOA_NOW=\$(TZ=Asia/Ho_Chi_Minh date -d '1 hour ago' +%Y-%m-%dT%H:%M:%S+07:00) '$SOHOA' --set 'archive.tsa=$authority/tsa' run"
check "the document waits" [ "$(state waiting)" = 1 ]
check "status says that the clock is wrong" sh -c "'$SOHOA' --json status | jq -es '.[0]|.waiting[0].why|test(\"clock\")'"
check "with the right clock it is sealed" "$SOHOA" --set "archive.tsa=$authority/tsa" seal
check "it is" [ "$(state sealed)" = 3 ]

# Decades: what ends when, new time-stamps, one token for many.
check "nothing ends within a year" sh -c "'$SOHOA' --json verify --horizon 12m | jq -es '.[0]|.packages == 3 and .ending == 0'"
check "all ends within three years, and the certificates that sign" sh -c "'$SOHOA' --json verify --horizon 3y | jq -es '.[0]|.ending == 3 and .others_ending == 2 and .urgent == 0'"
later() { SOHOA_NOW=$(TZ=Asia/Ho_Chi_Minh date -d '18 months' +%Y-%m-%dT%H:%M:%S+07:00) "$SOHOA" "$@"; }
refuse "a year before the end it is urgent" 1 "'sohoa renew' renews" later verify --horizon 12m
cp "$work/.out" "$work/told"
check "the certificate that signs is part of it" grep -q "the certificate that signs now" "$work/told"
"$SOHOA" --set "archive.tsa=$authority/tsa" journal anchor >/dev/null 2>&1
refuse "so is the anchors' time-stamp" 1 "time-stamp of the journal's last anchor" later verify --horizon 12m
check "both as JSON, too" sh -c "'$SOHOA' --json verify --horizon 12m | jq -es '.[0]|(.anchor_until | length) == 25 and (.signer_until | length) == 25'"
refuse "a span that is none is refused" 2 "24m" "$SOHOA" verify --horizon soon
tsa="archive.tsa=$authority/tsa"
refuse "without an authority nothing is renewed" 4 "gone" "$SOHOA" renew --tree
check "one time-stamp for the whole store" sh -c "'$SOHOA' --set '$tsa' --json renew --tree | jq -es '.[0]|.packages == 3 and .tokens == 1'"
check "each package has its evidence record" sh -c "find '$work/kho/evidence' -name '*.er' | wc -l | grep -qx 3"
check "again there is nothing to do" sh -c "'$SOHOA' --set '$tsa' --json renew --tree | jq -es '.[0]|.packages == 0'"
check "a time-stamp that would not end later is none that is needed" sh -c "'$SOHOA' --set '$tsa' --json renew --tree --before 48 | jq -es '.[0]|.packages == 0 and .no_gain == 3'"
tsa="archive.tsa=$authority/tsa/long"
check "the records are extended when they age" sh -c "'$SOHOA' --set '$tsa' --json renew --tree --before 48 | jq -es '.[0]|.packages == 3 and .tokens == 1'"
check "verify --horizon reads them" sh -c "'$SOHOA' --json verify --horizon 20y | jq -es '.[0]|[.list[].record_until|select(. != \"\")]|length == 3'"
# The records by a reader written from RFC 4998 alone.
record=$(find "$work/kho/evidence" -name '*.er' | head -n 1)
object=$(find "$work/kho/store" -path "*$(basename "$record" | sed 's|-v\([0-9]*\).er|/v\1|')/tagmanifest-sha256.txt")
judge=$(cd "$(dirname "$0")/.." && pwd)/judges/evidence.py
check "another reader of RFC 4998 finds the object proven, by two time-stamps" sh -c "python3 '$judge' '$object' '$record' '$ca/ca.crt' | grep -qx 2"
{ cat "$object" && echo; } >"$work/longer"
refuse "and not for other bytes" 1 "not the one" python3 "$judge" "$work/longer" "$record" "$ca/ca.crt"
cp "$record" "$work/kept.er"
# A neighbour in the tree is proven by the same first list (RFC 4998 4.2); the third one is not.
for other in "$work"/kho/evidence/*.er "$work"/kho/evidence/*/*.er; do
    [ -f "$other" ] && ! python3 "$judge" "$object" "$other" "$ca/ca.crt" >/dev/null 2>&1 && break
done
chmod u+w "$record" && cp "$other" "$record"
check "a record of another package proves nothing" sh -c "'$SOHOA' --json verify --horizon 20y | jq -es '.[0]|[.list[].record_until|select(. != \"\")]|length == 2'"
refuse "verify finds that it does not hold" 1 "evidence record does not hold" "$SOHOA" verify "${object%/*}"
refuse "of the store too" 1 "evidence record does not hold" "$SOHOA" verify "$work/kho/store"
refuse "and fixity" 1 "evidence record does not hold" "$SOHOA" fixity
cp "$work/kept.er" "$record"
check "with its own record the package is whole" "$SOHOA" verify "${object%/*}"
"$SOHOA" fixity >/dev/null
versions=$(find "$work/kho/store" -name 'v*' -type d | wc -l)
check "each PDF gets a new time-stamp when it ages" "$SOHOA" --set "$tsa" renew --before 48
check "as a new version" sh -c "[ \$(find '$work/kho/store' -name 'v*' -type d | wc -l) = $((versions + 3)) ]"
check "the store is whole after that" "$SOHOA" verify "$work/kho/store"
check "again there is nothing to gain, and no version" sh -c "
    '$SOHOA' --set '$tsa' --json renew --before 120 | jq -es '.[0]|.renewed == 0 and .not_renewed == 0 and .no_gain == 3 and .gain != \"\"' &&
    [ \$(find '$work/kho/store' -name 'v*' -type d | wc -l) = $((versions + 3)) ]"
pdf=$(find "$work/kho/store" -path '*/v3/*' -name document.pdf | head -n 1)
judge "pyHanko accepts the renewed file" judge_pyhanko "$ca/ca.crt" T "$pdf"
judge "EU DSS finds it B-LTA" judge_dss "$ca/ca.crt" LTA "$pdf"
judge "veraPDF finds it PDF/A-2u" judge_verapdf 2u "$pdf"

"$SOHOA" import "$samples/duplex/0005-1.tif" >/dev/null 2>&1
"$SOHOA" run --no-sign >/dev/null 2>&1
check "a package without a signature is named" sh -c "'$SOHOA' verify --horizon 12m | grep -q 'no proof at all' && '$SOHOA' --json verify --horizon 12m | jq -es '.[0].bare | length == 1'"

authority_revoke "$ca" signer
"$SOHOA" import "$samples/duplex/0001-1.tif" --box second >/dev/null 2>&1
refuse "a revoked certificate signs nothing" 5 "was revoked" "$SOHOA" run
tap_end
