#!/bin/sh
# Evidence records bring what proves that their time-stamp authorities were not revoked: in the token
# itself (RFC 5652 crls, OCSP by RFC 5940), where the next time-stamp covers it. What cannot be had
# now is told, and completed later.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
tests=$(cd "$(dirname "$0")/.." && pwd)
authority_here
judge=$tests/judges/evidence.py
# two more of them: one whose certificate is asked about by OCSP alone, one whose names nobody
sed -n '/^\[tsa\]/,/^\[ocsp\]/p' "$ca/ca.cnf" | sed '/^\[ocsp\]/d' >"$work/extensions"
sed -n '/^\[tsa\]/,/^ess_cert_id_alg/p' "$ca/tsa.cnf" >"$work/section"
sed "s/^\[tsa\]/[answer]/; s|^crlDistributionPoints.*|authorityInfoAccess = OCSP;URI:$authority/ocsp|" "$work/extensions" >>"$ca/ca.cnf"
sed 's/^\[tsa\]/[nobody]/; /^crlDistributionPoints/d' "$work/extensions" >>"$ca/ca.cnf"
for name in answer nobody; do
    sed "s/^\[tsa\]/[$name]/; s|/tsa\.crt|/$name.crt|; s|/tsa\.key|/$name.key|" "$work/section" >>"$ca/tsa.cnf"
done
{ authority_issue "$ca" answer answer -days 3300 && authority_issue "$ca" nobody nobody -days 3500; } >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
{
    "$SOHOA" init "$work/made" --agency 'UBND xã Thử Nghiệm' || exit 1
    authority_settings "$work/made" key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" pin_command "" tsa "$authority/tsa" \
        tsa_patience_s 5 review none jobs 2 model vie separate file
    "$SOHOA" --warehouse "$work/made" import "$pages/a.tif" "$pages/c.tif" && "$SOHOA" --warehouse "$work/made" run
} >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
export SOHOA_WAREHOUSE=$work/kho
store=$work/kho/store
fresh() { # FROM: a copy of that warehouse
    chmod -R u+w "$work/kho" 2>/dev/null
    rm -rf "$work/kho"
    cp -a "$1" "$work/kho"
}
json() { # FILTER COMMAND...
    json_filter=$1
    shift
    "$@" >"$work/json"
    [ -s "$work/json" ] && jq -e "$json_filter" "$work/json"
}
judged() { # STAMPS: every record, by a program that knows nothing but the RFC
    find "$work/kho/evidence" -name '*.er' | while read -r one; do
        id=$(basename "$one" .er)
        object=$(find "$store" -path "*/${id%-v*}/v${id##*-v}/tagmanifest-sha256.txt")
        [ "$(python3 "$judge" "$object" "$one" "$ca/ca.crt")" = "$1" ] || exit 1
    done
}
unproven() { # NUMBER of the time-stamps of each newest record
    json "[.verdicts[] | select(.evidence.trusted and .evidence.unproven == $1)] | length == 2" "$SOHOA" --json verify "$store"/*/*/v2
}

# ---- nobody answers when they are made
fresh "$work/made"
echo absent >"$ca/crl.mode"
refuse "without an answer they are made all the same, and it is told" 4 "2 records bring no proof yet that their time-stamp authority" "$SOHOA" renew --tree
check "verify tells it of each" unproven 1
check "and of the store, in words" sh -c "'$SOHOA' verify '$store' | grep 'renew --tree'"
check "and in JSON" json '.whole and .records == 2 and .records_unproven == 2' "$SOHOA" --json verify "$store"
check "so does the horizon" json '.records_unproven == 2' "$SOHOA" --json verify --horizon 1m
check "what goes out with its record says so" sh -c "'$SOHOA' export --to '$work/out' --all && '$SOHOA' verify '$work/out' | grep 'Of 1 of its 1 time-stamps nothing proves'"
check "again it is told, and nothing is stamped" json '.packages == 0 and .tokens == 0 and .unproven == 2' "$SOHOA" --json renew --tree
cp -a "$work/kho" "$work/waiting"
rm "$ca/crl.mode"
check "when the list is there they are completed, without a new time-stamp" json '.completed == 2 and .tokens == 0 and .packages == 0 and .unproven == 0' "$SOHOA" --json renew --tree
check "then each proves its authority" unproven 0
check "and all is whole" json '.whole and .records_unproven == 0' "$SOHOA" --json verify "$store"
check "offline, too" sh -c "mv '$ca/ca.crl.der' '$ca/away.crl.der'; '$SOHOA' --json verify '$store' | jq -e '.whole and .records_unproven == 0'; code=\$?; mv '$ca/away.crl.der' '$ca/ca.crl.der'; exit \$code"
check "a program that knows the RFC alone agrees" judged 1
check "again there is nothing to do" json '.completed == 0 and .packages == 0 and .tokens == 0' "$SOHOA" --json renew --tree
cp -a "$work/kho" "$work/completed"
rm -rf "$work/kho/journal" "$work/kho"/sohoa.db*
cp -a "$work/waiting/journal" "$work/waiting/sohoa.db" "$work/kho/"
check "stopped before its entry, a completed record is the one that the journal names" json '.whole and .records == 2' "$SOHOA" --json verify "$store"

# ---- renewed
fresh "$work/completed"
list=$(openssl crl -in "$ca/ca.crl" -noout -crlnumber)
authority_crl "$ca" >/dev/null 2>&1
check "the next time-stamp" json '.packages == 2 and .tokens == 1 and .unproven == 0' "$SOHOA" --set "archive.tsa=$authority/tsa/as/answer" --json renew --tree --before 60
check "has an OCSP response, the one before a list: both prove" unproven 0
check "two each, as the RFC has it" judged 2
newer() { # the list in the first token is the one of the renewal
    cat "$ca/ca.crl.der" >"$work/list" &&
        python3 -c 'import sys; sys.exit(open(sys.argv[1], "rb").read() not in open(sys.argv[2], "rb").read())' "$work/list" "$(find "$work/kho/evidence" -name '*.er' | head -n 1)"
}
check "the list that the renewal covers is of its own day ($list was the one before)" newer
check "and all is whole" "$SOHOA" verify "$store"
check "a third" json '.packages == 2 and .unproven == 0 and .unprovable == 2' "$SOHOA" --set "archive.tsa=$authority/tsa/as/nobody" --json renew --tree --before 200
check "of an authority that names nobody to ask is told, and no reason to ask again" sh -c "'$SOHOA' renew --tree | grep 'none can be had.*does not say where'"

# ---- what does not hold
flip_last() { # COUNT FROM THE END OF THE LIST
    python3 -c '
import sys
record, crl, back = sys.argv[1], open(sys.argv[2], "rb").read(), int(sys.argv[3])
data = bytearray(open(record, "rb").read())
at = data.rindex(crl) + len(crl) - back
data[at] ^= 1
open(record, "wb").write(data)' "$1" "$ca/old-list.der" "$2"
}
fresh "$work/completed"
openssl crl -in "$ca/ca.crl" -outform DER -out "$ca/now.der"
record=$(find "$work/kho/evidence" -name '*.er' | sort | head -n 1)
chmod u+w "$record"
python3 - "$record" "$ca/old-list.der" <<'P'
import sys
data = open(sys.argv[1], "rb").read()
at = data.index(b"test root")  # of the certificate or list; the list is the SEQUENCE in [1]
at = data.rindex(b"\xa1\x82")
inner = data[at + 4:at + 4 + int.from_bytes(data[at + 2:at + 4], "big")]
open(sys.argv[2], "wb").write(inner)
P
flip_last "$record" 3
refuse "a byte of the list is another: told" 1 "brings proofs that its authorities did not give" "$SOHOA" verify "$store"
refuse "by fixity, too" 1 "evidence record" "$SOHOA" fixity run

fresh "$work/waiting"
{ openssl ca -config "$ca/ca.cnf" -revoke "$ca/tsa.crt" -crl_reason keyCompromise && authority_crl "$ca"; } >"$work/log" 2>&1
check "an authority whose key was lost since is told, and a record begun anew where the package stands alone" \
    sh -c "'$SOHOA' --set 'archive.tsa=$authority/tsa/long' renew --tree | grep -c 'was revoked on.*set aside' | grep -qx 2"
check "what is there then proves it" unproven 0
fresh "$work/completed"
check "a record that holds by what it has is not gone on from when its authority was revoked" \
    sh -c "'$SOHOA' --set 'archive.tsa=$authority/tsa/long' renew --tree --before 60 | grep -c 'was revoked on.*set aside' | grep -qx 2"
# ---- the authority's own issuer gets a second certificate, by another root
sub=$work/sub
mkdir "$sub"
sed -n '/^\[root\]/,/^\[signer\]/p' "$ca/ca.cnf" | sed "/^\[signer\]/d; s/^\[root\]/[sub]/
/^subjectKey/a authorityKeyIdentifier = keyid\ncrlDistributionPoints = URI:$authority/crl" >"$sub/issuer"
cat "$sub/issuer" >>"$ca/ca.cnf"
{
    authority_issue "$ca" sub sub -days 3600 && authority_config "$sub" "${authority##*:}" &&
        sed -i "/^\[tsa\]/,/^\[ocsp\]/s|URI:.*/crl$|URI:$authority/crl/sub|" "$sub/ca.cnf" &&
        cp "$ca/sub.crt" "$sub/ca.crt" && cp "$ca/sub.key" "$sub/ca.key" && : >"$sub/index.txt" &&
        echo 2000 >"$sub/serial" && echo 01 >"$sub/crlnumber" && authority_issue "$sub" tsa tsa -days 3500 && authority_crl "$sub" &&
        cp "$sub/ca.crl.der" "$ca/sub.crl.der" && cp "$sub/tsa.key" "$ca/below.key" && cp "$sub/tsa.crt" "$ca/below.crt" && cp "$ca/sub.crt" "$ca/below.ca.crt" &&
        sed 's/^\[tsa\]/[below]/; s|/tsa\.crt|/below.crt|; s|/tsa\.key|/below.key|; s|/tsa\.ca\.crt|/below.ca.crt|' "$work/section" >>"$ca/tsa.cnf" &&
        openssl req -x509 -newkey rsa:2048 -nodes -keyout "$sub/other.key" -out "$sub/other.crt" -days 3650 -subj "/CN=another root" \
            -addext keyUsage=critical,keyCertSign,cRLSign && sed '/^crlDistribution/d; /^\[sub\]/d' "$sub/issuer" >"$sub/extensions" &&
        openssl x509 -req -in "$ca/sub.csr" -CA "$sub/other.crt" -CAkey "$sub/other.key" -days 3600 -extfile "$sub/extensions" -out "$sub/twin.crt"
} >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
fresh "$work/made"
cp "$ca/ca.crt" "$work/roots.pem"
authority_settings "$work/kho" trust "$work/roots.pem"
check "an authority below another is proven by the lists of both" sh -c "'$SOHOA' --set 'archive.tsa=$authority/tsa/as/below' renew --tree && '$SOHOA' verify '$store'"
check "nothing of it is unproven" unproven 0
cat "$sub/twin.crt" "$sub/other.crt" >>"$work/roots.pem"
check "a second certificate of its issuer, by a root that came later, makes no record damaged" "$SOHOA" verify "$store"
"$SOHOA" --set "archive.tsa=$authority/tsa/as/below" renew --tree >"$work/log" 2>&1
check "and none is set aside" sh -c "! find '$work/kho/evidence' -name '*.bad' | grep ."
tap_end
