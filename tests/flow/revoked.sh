#!/bin/sh
# A signature whose own file brings the proof that its certificate was revoked: no validator calls it valid,
# nor do we; a proof that is not its authority's, or of another certificate, proves nothing.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
. "$(dirname "$0")/../judges.sh"
export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
authority_here
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
sed -i -e "s|^key =.*|key = file:$ca/signer.pem|" -e 's|^certificate =.*|certificate =|' \
    -e "s|^trust =.*|trust = $ca/ca.crt|" -e 's|^pin_command =.*|pin_command =|' \
    -e 's|^model =.*|model = vie|' "$work/kho/sohoa.conf"
"$SOHOA" import "$pages"/*.tif >/dev/null
"$SOHOA" run >"$work/run.out" 2>&1
pdf=$(find "$work/kho/store" -name document.pdf | head -n 1)
check "the signature is trusted as it is" "$SOHOA" verify "$pdf"

# Lists of revoked certificates, as their authority would have made them.
listed() { # NAME NOT-REVOKED-CERTIFICATE...: NAME.der, with the signer's revoked an hour ago
    openssl ca -config "$ca/ca.cnf" -gencrl -out "$work/$1.crl" 2>/dev/null &&
        openssl crl -in "$work/$1.crl" -outform DER -out "$work/$1.der"
}
cp "$ca/index.txt" "$work/index"
serial=$(openssl x509 -in "$ca/signer.crt" -noout -serial | cut -d= -f2)
other=$(openssl x509 -in "$ca/officer.crt" -noout -serial | cut -d= -f2)
revoke() { # SERIAL: in the authority's own books
    awk -F '\t' -v OFS='\t' -v serial="$1" -v at="$(date -u -d '1 minute ago' +%y%m%d%H%M%SZ)" \
        '$4 == serial { $1 = "R"; $3 = at } { print }' "$work/index" >"$ca/index.txt"
}
revoke "$serial"
listed signer
openssl ca -config "$ca/ca.cnf" -gencrl -keyfile "$ca/false.key" -cert "$ca/false.crt" -out "$work/false.crl" 2>/dev/null &&
    openssl crl -in "$work/false.crl" -outform DER -out "$work/false.der"
revoke "$other"
listed other
cp "$work/index" "$ca/index.txt"

# Lists become the DSS of the file, by an update behind the signature: without a list, garbage does.
cat >"$work/dss.py" <<'END'
import re, sys
old, target = open(sys.argv[1], "rb").read(), sys.argv[2]
lists = [open(name, "rb").read() for name in sys.argv[3:]] or [b"garbage"]
trailer = re.findall(rb"trailer\s*<<(.*?)>>\s*startxref", old, re.S)[-1]
prev = int(re.findall(rb"startxref\s+(\d+)", old)[-1])
size = int(re.search(rb"/Size (\d+)", trailer)[1])
root = int(re.search(rb"/Root (\d+)", trailer)[1])
catalog = re.findall(rb"(?<!\d)%d 0 obj(.*?)endobj" % root, old, re.S)[-1].strip()
catalog = re.sub(rb" /DSS (<<.*?>>|\d+ 0 R)", b"", catalog, flags=re.S)
named = b" ".join(b"%d 0 R" % (size + i) for i in range(len(lists)))
objects = {root: catalog[:-2] + b" /DSS << /CRLs [" + named + b"] >> >>"}
for i, der in enumerate(lists):
    objects[size + i] = b"<< /Length %d >>\nstream\n" % len(der) + der + b"\nendstream"
out, places = old, {}
for number, body in objects.items():
    places[number] = len(out)
    out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
table = len(out)
out += b"xref\n0 1\n0000000000 65535 f \n" + b"".join(b"%d 1\n%010d 00000 n \n" % (n, places[n]) for n in sorted(places))
trailer = re.sub(rb"/Size \d+", b"/Size %d" % (size + len(lists)), re.sub(rb"/Prev \d+", b"", trailer))
open(target, "wb").write(out + b"trailer\n<<" + trailer + b" /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (prev, table))
END
with_list() { # NAME: NAME.pdf
    python3 "$work/dss.py" "$pdf" "$work/$1.pdf" "$work/$1.der"
}
with_list signer
with_list other
with_list false
refuse "a list in the file that names the signer's certificate is heard" 1 "test signer was revoked" "$SOHOA" verify "$work/signer.pdf"
check "its bytes are whole all the same" sh -c "'$SOHOA' --json verify '$work/signer.pdf' | jq -e '.verdicts[0] | .intact and (.trusted | not)'"
check "one of another certificate is not" "$SOHOA" verify "$work/other.pdf"
check "nor one that another authority signed" "$SOHOA" verify "$work/false.pdf"
# Another DSS in its place does not make it unheard.
python3 "$work/dss.py" "$work/signer.pdf" "$work/unheard.pdf" "$work/other.der"
refuse "a list that a later update took out again is heard all the same" 1 "test signer was revoked" "$SOHOA" verify "$work/unheard.pdf"
python3 "$work/dss.py" "$work/signer.pdf" "$work/spoiled.pdf"
refuse "so is one in whose place garbage stands" 1 "test signer was revoked" "$SOHOA" verify "$work/spoiled.pdf"

# ---- proofs that prove nothing raise no level
level() { # LEVEL FILE
    "$SOHOA" --json verify "$2" | jq -e ".verdicts[0].level == \"$1\""
}
seal() { "$SOHOA" --set "archive.tsa=$authority/tsa" --set archive.tsa_timeout_s=20 "$@"; }
check "the document gets its time-stamp" seal --set archive.level=B-T seal "$pdf" --to "$work/bt.pdf"
check "it is B-T" level B-T "$work/bt.pdf"
check "and is made B-LTA" seal seal "$work/bt.pdf" --to "$work/lta.pdf"
check "which it is" level B-LTA "$work/lta.pdf"
python3 "$work/dss.py" "$work/bt.pdf" "$work/garbage.pdf"
refuse "a DSS of garbage is told" 1 "one of them cannot be read" "$SOHOA" verify "$work/garbage.pdf"
python3 "$work/dss.py" "$work/bt.pdf" "$work/stranger.pdf" "$ca/stranger.crl.der"
check "with a stranger's list it stays B-T" level B-T "$work/stranger.pdf"
python3 "$work/dss.py" "$work/bt.pdf" "$work/outdated.pdf" "$ca/old.crl.der"
check "with one of last year too" level B-T "$work/outdated.pdf"
check "sealing asks for what is missing" seal seal "$work/stranger.pdf" --to "$work/asked.pdf"
check "then it is B-LTA" level B-LTA "$work/asked.pdf"
python3 "$work/dss.py" "$work/lta.pdf" "$work/replaced.pdf" "$ca/stranger.crl.der"
refuse "other proofs in the place of those that were sealed are found" 1 "changed behind" "$SOHOA" verify "$work/replaced.pdf"

# ---- lists that say nothing of this certificate, from its own authority
cat >>"$ca/ca.cnf" <<'END'
[onlyca]
issuingDistributionPoint = critical,@ca_only
[ca_only]
onlyCA = TRUE
[delta]
2.5.29.27 = critical,DER:020101
END
made() { # NAME OPTION...
    openssl ca -config "$ca/ca.cnf" -gencrl -out "$work/$1.crl" "$2" "$3" 2>/dev/null &&
        openssl crl -in "$work/$1.crl" -outform DER -out "$ca/$1.crl.der"
}
made onlyca -crlexts onlyca && made delta -crlexts delta && made md5 -md md5 && made sha1 -md sha1
echo absent >"$ca/ocsp.mode"
for liar in onlyca delta md5 sha1; do
    echo "$liar" >"$ca/crl.mode"
    refuse "a list \"$liar\" is no answer" 4 "cannot be believed" seal seal "$work/bt.pdf" --to "$work/no.pdf"
done
rm "$ca/ocsp.mode" "$ca/crl.mode"

# ---- an authority for time-stamps that was revoked
authority_revoke "$ca" long
stamp_by() { # NAME TO
    "$SOHOA" --set "archive.tsa=$authority/tsa/$1" --set archive.level=B-T seal "$pdf" --to "$2"
}
refuse "a revoked authority's time-stamp is not taken" 4 "was revoked" stamp_by long "$work/late.pdf"
for old in md5 sha1; do
    refuse "nor one that was signed by $old" 4 "old digest" stamp_by "$old" "$work/$old.pdf"
done
echo absent >"$ca/crl.mode"
check "where nobody can be asked it is" stamp_by long "$work/late.pdf"
rm "$ca/crl.mode"
sleep 1.1 # it was revoked before this second
python3 "$work/dss.py" "$work/late.pdf" "$work/told.pdf" "$ca/ca.crl.der"
refuse "but a proof in the file that says so is heard" 1 "nothing proves that the time-stamp is older" "$SOHOA" verify "$work/told.pdf"
refused_by_dss() {
    judge_dss "$ca/ca.crt" B "$work/signer.pdf" >/dev/null
    case $? in 77) return 77 ;; 0) return 1 ;; esac
    grep -qi revoked "$work/.dss"
}
judge "EU DSS refuses it for the same reason" refused_by_dss
# ---- revoked between signing and sealing: the time-stamp is from before, and stands; more there cannot be
export SOHOA_WAREHOUSE=$work/later
"$SOHOA" init "$work/later" --agency "UBND xã Thử Nghiệm" >/dev/null
sed -i -e "s|^key =.*|key = file:$ca/signer.pem|" -e 's|^certificate =.*|certificate =|' -e "s|^officer_key =.*|officer_key = file:$ca/officer.pem|" \
    -e "s|^trust =.*|trust = $ca/ca.crt|" -e "s|^tsa =.*|tsa = $authority/tsa/refuse|" -e 's|^pin_command =.*|pin_command =|' \
    -e 's|^model =.*|model = vie|' "$work/later/sohoa.conf"
"$SOHOA" import "$pages/a.tif" >/dev/null
"$SOHOA" run >"$work/run.out" 2>&1
authority_revoke "$ca" officer
refuse "a certificate that was revoked meanwhile keeps the evidence out, and the document is held" 3 "was revoked" \
    sh -c "'$SOHOA' --set 'archive.tsa=$authority/tsa' seal; code=\$?; '$SOHOA' --json review 2>&1; '$SOHOA' --json seal 2>&1 | jq -r '.each[].why'; exit \$code"
check "it has its time-stamp, as a version" sh -c "ls -d '$work'/later/store/*/*/v2 && '$SOHOA' --json verify '$work'/later/store/*/*/v2/data/representations/rep1/data/document.pdf | jq -e '.verdicts[0].level == \"B-T\"'"
check "the catalogue knows it" "$SOHOA" index check
check "and the store is whole" "$SOHOA" verify "$work/later/store"
check "what waits is its evidence, not its time-stamp" sh -c "'$SOHOA' --json seal | jq -e '[.each[] | .state] == [\"timestamped\"]'"
check "no further version comes of asking again" sh -c "'$SOHOA' --set 'archive.tsa=$authority/tsa' seal; ! ls -d '$work'/later/store/*/*/v3"
tap_end
