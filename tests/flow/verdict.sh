#!/bin/sh
# What verify says of one document: the seven lines of TT 15/2025/TT-BKHCN by their content, every signature with
# its role, ticks only where a claim holds, volumes that differ.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
. "$(dirname "$0")/../reseal.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
authority_here
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
set -- key "file:$ca/signer.pem" certificate "" officer_key "file:$ca/officer.pem" trust_government "$ca/ca.crt" \
    pin_command "" tsa "$authority/tsa" tsa_timeout_s 20 review none jobs 1
while [ $# -gt 0 ]; do
    sed -i "s|^$1 =.*|$1 = $2|" "$work/kho/sohoa.conf"
    shift 2
done
"$SOHOA" --set archive.flavour=3u import "$samples/duplex/0001-1.tif" >"$work/made" 2>&1
"$SOHOA" --set archive.flavour=3u run >"$work/made" 2>&1 || cat "$work/made"
"$SOHOA" seal >"$work/made" 2>&1 || cat "$work/made"
package=$(find "$work/kho/store" -mindepth 3 -maxdepth 3 -type d | sort -V | tail -n 1)
pdf=$package/data/representations/rep1/data/document.pdf
"$SOHOA" verify "$pdf" >"$work/file"
"$SOHOA" verify "$package" >"$work/package"
"$SOHOA" --json verify "$pdf" >"$work/file.json"
"$SOHOA" --json verify "$package" >"$work/package.json"
says() { # NUMBER WORDS: the line of that number
    # shellcheck disable=SC2016
    check "line $1 says: $2" sh -c 'grep "^ $1\. " "$2" | grep -qF -- "$3"' _ "$1" "$work/file" "$2"
}
day() { LC_ALL=C TZ=Asia/Ho_Chi_Minh date -d "$1" +%Y-%m-%d; }

# ---- the seven lines
openssl x509 -in "$ca/signer.pem" -noout -dates >"$work/dates"
signed=$(jq -r '.verdicts[0].signed_at' "$work/file.json")
says 1 'Certification authority'
says 1 "$(openssl x509 -in "$ca/signer.pem" -noout -issuer -nameopt multiline | sed -n 's/.*commonName *= //p')"
says 1 "officials' chain"
says 2 "$(openssl x509 -in "$ca/signer.pem" -noout -subject -nameopt multiline | sed -n 's/.*commonName *= //p')"
says 3 'Managing unit'
says 4 "$(day "$signed")"
says 4 'time-stamp'
says 5 'whole, nothing was changed since'
says 6 'Valid when signed          valid'
check "that no authority was asked yet whether it was revoked is told" sh -c "
    '$SOHOA' verify \"\$(dirname '$package')/v1\" | grep '^ 6\\. ' | grep -q 'no proof yet that it was not revoked' && ! grep -q 'no proof yet' '$work/file'"
says 7 "$(day "$(sed -n 's/notBefore=//p' "$work/dates")")"
says 7 "$(day "$(sed -n 's/notAfter=//p' "$work/dates")")"
check "there are seven" sh -c "grep -cE '^ [1-7]\\. ' '$work/file' | grep -qx 7"
check "and the same seven of its package" sh -c "grep -E '^ [1-7]\\. ' '$work/package' | cmp - '$work/seven' 2>/dev/null || { grep -E '^ [1-7]\\. ' '$work/file' >'$work/seven'; grep -E '^ [1-7]\\. ' '$work/package' | cmp - '$work/seven'; }"
check "without roots trust is not judged, anywhere" sh -c "
    '$SOHOA' --set archive.trust= --set archive.trust_government= verify '$pdf' >'$work/blind'; grep -q 'names no roots' '$work/blind' && ! grep -qiE '(not|NOT) trusted' '$work/blind' && grep -q 'trust not judged' '$work/blind'"

# ---- which PDF/A, whose signatures
check "a 3u is called one" grep -q 'PDF/A-3u: yes' "$work/file"
check "in JSON too" jq -e '.verdicts[0] | .pdfa == "3u" and .pdfa_whole and (.pdfa_2u | not)' "$work/file.json"
for one in file package; do
    check "the officer's signature is told ($one)" grep -qE 'signature 1 \(officer\): test officer, .* trusted$' "$work/$one"
    check "the agency's too ($one)" grep -qE 'signature 2 \(agency\): test signer, .* trusted$' "$work/$one"
    check "a time-stamp is called one ($one)" grep -qE 'time-stamp 1: test tsa, .* trusted$' "$work/$one"
    check "and no signature has no name ($one)" sh -c "! grep -E 'signature [0-9]+.*: —' '$work/$one'"
done
check "in Vietnamese it is a dấu thời gian" sh -c "'$SOHOA' --lang vi verify '$pdf' | grep -q 'dấu thời gian 1: '"
check "JSON of a package lists them" jq -e '.verdicts[0].pdf.volumes[0].each | map(.by)[0:3] == ["officer", "agency", "authority"]' "$work/package.json"
check "every link of a whole package has its tick" sh -c "[ \$(grep -c '^  ✓' '$work/package') -eq 9 ] && ! grep -q '^  [✗•]' '$work/package'"

# ---- ticks only where the claim holds
cp -a "$package" "$work/v2" # a byte of the page's image
chmod -R u+w "$work/v2"
printf X | dd of="$work/v2/data/representations/rep1/data/document.pdf" bs=1 seek=3000 conv=notrunc 2>/dev/null
reseal_whole "$work/v2"
"$SOHOA" verify "$work/v2" >"$work/broken"
check "whether it was valid nobody can tell of what is broken" sh -c "
    grep '^ 6\\. ' '$work/broken' | grep -q 'not to be told' && '$SOHOA' --json verify '$work/v2/data/representations/rep1/data/document.pdf' | jq -e '.verdicts[0].valid_when_signed | not'"
check "a broken signature has a cross" grep -q '✗ PDF object → signature.*BROKEN' "$work/broken"
sed 's/\/Contents <308/\/Contents <318/g' "$pdf" >"$work/unread.pdf"
"$SOHOA" verify "$work/unread.pdf" >"$work/unread" 2>&1
check "what a signature that cannot be read does not tell is a dash" sh -c "
    for line in 1 2 3 4 7; do grep -q \"^ \$line\\. [^0-9]* —\" '$work/unread' || exit 1; done"
check "what is broken is not called untrusted, and which it is is said" sh -c "
    ! grep -q 'NOT trusted\|1 by an untrusted' '$work/broken' && grep -q 'Officer: The document was changed' '$work/broken' && grep -q 'Signature1: The document was changed' '$work/broken'"
check "the manifest, which was made anew, its tick" grep -q '✓ signature → manifest' "$work/broken"
damaged() { # NAME COMMAND: a copy of the package, in which the command was run, verified
    rm -rf "$work/v2"
    cp -a "$package" "$work/v2"
    chmod -R u+w "$work/v2"
    (cd "$work/v2" && sh -c "$2")
    "$SOHOA" verify "$work/v2" >"$work/$1" 2>&1
}
# shellcheck disable=SC2016 # the inner shell's own
damaged rotten 'for f in data/representations/rep2/data/*; do printf X | dd of="${f:?}" bs=1 seek=3000 conv=notrunc; done'
check "a rotten scan is traced to nothing" grep -qE '✗ scan → image in the PDF +0 of 1 pages' "$work/rotten"
check "and proves no signature" grep -q '✗ scan → signature.*damaged or gone' "$work/rotten"
damaged gone 'rm data/representations/rep2/data/*'
check "neither does one that is gone" sh -c "grep -qE '✗ scan → image in the PDF +0 of 1 pages' '$work/gone' && grep -q '✗ scan → signature' '$work/gone'"
damaged empty 'rm data/representations/rep1/data/document.pdf'
check "a PDF that is gone has a cross" grep -q '✗ PDF object → signature.*missing' "$work/empty"
damaged loose 'rm manifest-sha256.txt'
check "without its manifest METS is not held against nothing" sh -c "! grep -q 'METS.xml names' '$work/loose' && grep -q 'manifest-sha256.txt' '$work/loose'"
check "of a warehouse its store is verified" sh -c "'$SOHOA' verify '$work/kho' | grep -q '^$work/kho/store: '"

"$SOHOA" --set archive.sign=no import "$samples/simplex/0003-1.jpg" >/dev/null 2>&1
"$SOHOA" --set archive.sign=no run >/dev/null 2>&1
bare=$(find "$work/kho/store" -mindepth 3 -maxdepth 3 -type d -newer "$work/broken" | head -n 1)
check "no signature is no tick" sh -c "'$SOHOA' verify '$bare' | grep -q '• PDF object → signature *no signature'"
forge "$work/kho/sohoa.db" "UPDATE catalog_entry SET title = 'khác'"
check "a row that differs has a cross" sh -c "'$SOHOA' verify '$bare' | grep -q '✗ journal → catalogue.*something else'"
mv "$work/kho/sohoa.db" "$work/db"
check "without a catalogue there is neither" sh -c "'$SOHOA' verify '$bare' | grep -q '• journal → catalogue.*no catalogue'"
mv "$work/db" "$work/kho/sohoa.db"

# ---- a document that was split
: >"$work/before"
"$SOHOA" --set archive.sign=yes import --separate batch "$samples/simplex/0003-1.jpg" "$samples/simplex/0012-1.jpg" "$samples/simplex/0001-1.tif" >"$work/made" 2>&1
"$SOHOA" --set archive.volume_mb=1 run >"$work/made" 2>&1
split=$(find "$work/kho/store" -name document-2.pdf -newer "$work/before" | sort -V | tail -n 1)
split=${split%/data/representations/*}
check "volumes are named, each with its signatures" sh -c "
    '$SOHOA' verify '$split' >'$work/split'; grep -q '^  document-1.pdf: whole' '$work/split' && grep -q '^  document-2.pdf: whole' '$work/split' && [ \$(grep -c '(agency)' '$work/split') -ge 2 ]"
cp -a "$split" "$work/v1"
chmod -R u+w "$work/v1"
printf X | dd of="$work/v1/data/representations/rep1/data/document-1.pdf" bs=1 seek=3000 conv=notrunc 2>/dev/null
reseal_whole "$work/v1"
"$SOHOA" verify "$work/v1" >"$work/split"
check "the worst volume decides, not the last" sh -c "grep -q 'decides: document-1.pdf' '$work/split' && grep -q '^ 5\\. .*BROKEN' '$work/split' && grep -q '✗ PDF object' '$work/split'"
tap_end
