#!/bin/sh
# Evidence records as the proof that lasts: signatures are judged as of the moment that a record proves;
# what is over or not trusted is told and no fault of wholeness; a bad record stops nobody; the journal
# knows each.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
authority_here
long="archive.tsa=$authority/tsa/long"
{
    "$SOHOA" init "$work/made" --agency 'UBND xã Thử Nghiệm' || exit 1
    authority_settings "$work/made" key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" pin_command "" tsa "$authority/tsa" \
        review none jobs 2 model vie separate file
    "$SOHOA" --warehouse "$work/made" import "$pages"/*.tif && "$SOHOA" --warehouse "$work/made" run
} >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
export SOHOA_WAREHOUSE=$work/kho
store=$work/kho/store
documents=$(find "$work/made/store" -name v2 | wc -l)
fresh() { # FROM: a copy of that warehouse
    chmod -R u+w "$work/kho" 2>/dev/null
    rm -rf "$work/kho"
    cp -a "$1" "$work/kho"
}
in_2032() { SOHOA_NOW=2032-01-01T08:00:00+07:00 "$SOHOA" "$@"; }
json() { # FILTER COMMAND...
    json_filter=$1
    shift
    "$@" >"$work/json"
    jq -e "$json_filter" "$work/json"
}
records() { find "$work/kho/evidence" -name '*.er' | sort; }
flip() { # FILE OFFSET: one byte of it is another
    chmod u+w "$1"
    python3 -c 'import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2])); b = f.read(1); f.seek(-1, 1); f.write(bytes([b[0] ^ 1]))' "$@"
}

# ---- what a record proves, when the proofs of the PDFs are over
fresh "$work/made"
check "one time-stamp over all, that ends later" json ".packages == $documents and .tokens == 1" "$SOHOA" --set "$long" --json renew --tree
cp -a "$work/kho" "$work/planted"
check "in 2032 all is whole and trusted" in_2032 verify "$store"
check "as verify says: by the record, since when, until when" sh -c "
    SOHOA_NOW=2032-01-01T08:00:00+07:00 '$SOHOA' verify '$store'/*/*/v2 | grep -c 'Proven by an evidence record, since 2026.*until 20' | grep -qx $documents"
check "in JSON, too" json "[.verdicts[] | select(.pdf.by_record and .pdf.trusted and .pdf.level == \"B-LTA\" and .evidence.trusted and .evidence.record == \"named\")] | length == $documents" \
    in_2032 --json verify "$store"/*/*/v2
check "and the horizon says no more than that" json ".packages == $documents and .ending == 0" in_2032 --json verify --horizon 12m
check "renewal accepts it, and leaves the PDFs alone" json ".by_record == $documents and .renewed == 0 and .not_renewed == 0" in_2032 --json renew --before 12
record=$(records | head -n 1)
id=$(basename "$record" -v2.er)
rm -f "$record"
check "without its record a package is not trusted then" json ".verdicts[0].pdf | .trusted == false and .by_record == false" in_2032 --json verify "$store"/*/"$id"/v2
check "and the horizon says so" json ".ending == 1 and .urgent == 1" in_2032 --json verify --horizon 12m
fresh "$work/planted"
printf ' ' >>"$(find "$store/"*"/$id/v2" -name document.pdf)"
check "a record proves no other bytes" json '.verdicts[0].pdf.by_record == false and .whole == false' in_2032 --json verify "$store"/*/"$id"/v2

# ---- a PDF without a signature has nothing else
{
    "$SOHOA" init "$work/bare" --agency 'UBND xã Thử' && authority_settings "$work/bare" trust "$ca/ca.crt" tsa "$authority/tsa" review none model vie sign no &&
        "$SOHOA" --warehouse "$work/bare" import "$pages/a.tif" && "$SOHOA" --warehouse "$work/bare" run
} >"$work/log" 2>&1 || cat "$work/log"
bare() { "$SOHOA" --warehouse "$work/bare" "$@"; }
check "nobody gets a first record without asking for it" json ".records.packages == 0" bare --set "$long" --json renew --before 60
bare renew --tree >/dev/null
cp -a "$work/bare/evidence" "$work/bare.records"
check "a warehouse that signs nothing renews what proves its papers" json ".by_record == 1 and .records.packages == 1" bare --set "$long" --json renew --before 60
check "and then nothing ends" json ".ending == 0" bare --json verify --horizon 60m
chmod -R u+w "$work/bare/evidence" && rm -r "$work/bare/evidence" && cp -a "$work/bare.records" "$work/bare/evidence"
fresh "$work/made"
check "it comes to an archive that signs" sh -c "'$SOHOA' --warehouse '$work/bare' export --to '$work/bare.out' --all && '$SOHOA' import '$work/bare.out'"
check "which renews it with its own" json ".records.packages == 1 and .renewed == $documents" "$SOHOA" --set "$long" --json renew --before 60
check "so nothing of it ends" json ".ending == 0" "$SOHOA" --json verify --horizon 60m

# ---- what ends with an older version
fresh "$work/made"
"$SOHOA" renew --tree >/dev/null
"$SOHOA" --set "$long" renew --before 60 >/dev/null
check "a new version has its record, and those of older ones grow with it" json ".packages == $((2 * documents)) and .tokens == 1" "$SOHOA" --set "$long" --json renew --tree --before 60
fresh "$work/made"
"$SOHOA" renew --tree >/dev/null
"$SOHOA" --set "$long" renew --before 60 >/dev/null
check "of a version that is superseded a record may end" in_2032 verify "$store"
check "which is told" sh -c "SOHOA_NOW=2032-01-01T08:00:00+07:00 '$SOHOA' verify '$store' | grep -q 'Evidence records: 0 hold, $documents are not trusted or over'"
check "and no fault of wholeness" in_2032 fixity run

# ---- no backup takes a bad record over a good one
fresh "$work/planted"
check "records go into a backup" json "(.faults | length) == 0" "$SOHOA" --json backup "$work/backups"
record=$(records | head -n 1)
kept=$work/kho.er
cp "$record" "$kept"
flip "$record" 700
sleep 1
refuse "one that was damaged since is told, and the good one goes in" 1 "that of the snapshot before" "$SOHOA" backup "$work/backups"
newest=$(ls -d "$work"/backups/2* | tail -n 1)
check "which it is, to the byte" cmp "$kept" "$newest/evidence/${record#"$work/kho/evidence/"}"
check "so that backup could be restored" "$SOHOA" restore --check "$work/backups"
rm -f "$record"
sleep 1
refuse "so with one that is gone" 1 "that of the snapshot before" "$SOHOA" backup "$work/backups"
check "that backup has it" cmp "$kept" "$(ls -d "$work"/backups/2* | tail -n 1)/evidence/${record#"$work/kho/evidence/"}"
refuse "in a first backup it is told" 1 "evidence record does not hold" "$SOHOA" backup "$work/first"

# ---- whose authorities are trusted
fresh "$work/planted"
public="--set archive.trust=$ca/stranger.crt --set archive.trust_public=$ca/ca.crt"
check "any set of trusted roots will do" sh -c "'$SOHOA' $public verify '$store' && '$SOHOA' $public --json verify --horizon 20y | jq -e '[.list[] | select(.record_until != \"\")] | length == $documents'"
stranger="--set archive.trust=$ca/stranger.crt"
refuse "a record of an authority that is not trusted is told" 1 "time-stamp authority.*is not trusted" "$SOHOA" $stranger verify "$store"
check "as a matter of trust, not of wholeness" json ".not_whole == 0 and .records == 0 and .records_over == $documents" "$SOHOA" $stranger --json verify "$store"
check "fixity does not ask for it" "$SOHOA" $stranger fixity run
check "the horizon does not believe it" json '[.list[] | select(.record_until != "")] | length == 0' "$SOHOA" $stranger --json verify --horizon 20y
none="--set archive.trust="
check "without roots it is not judged" json '.evidence | .intact and (.trusted | not) and (.trust_judged | not)' sh -c "'$SOHOA' $none --json verify '$store'/*/'$id'/v2 | jq '.verdicts[0]'"
check "and lengthens nothing" json '[.list[] | select(.record_until != "")] | length == 0' "$SOHOA" $none --json verify --horizon 20y

# ---- one that is bad
damaged() { # NAME OFFSET WORDS
    fresh "$work/planted"
    record=$work/kho/evidence/$(echo "$id" | cut -c1-2)/$id-v2.er
    flip "$record" "$2"
    refuse "$1: verify finds it" 1 "$3" "$SOHOA" verify "$store"
    refuse "$1: and fixity" 1 "$3" "$SOHOA" fixity run
    check "$1: it is set aside and a new one begun, the others go on" json ".packages == 1 and .no_gain == $((documents - 1)) and .anew == 1 and .left == 0 and (.faults | length) == 1" \
        "$SOHOA" --set "$long" --json renew --tree --before 200
    check "$1: nothing of it is lost" [ -f "$record.bad" ]
    check "$1: all is whole again" sh -c "'$SOHOA' verify '$store' && '$SOHOA' fixity run"
}
damaged "a byte in the tree" 60 "evidence record does not hold"
damaged "a byte in the token" 900 "not the one that entry"
flip "$record" 60
refuse "a bad one that alone proves its package is not given up" 3 "Nothing else proves this package" in_2032 --set "$long" renew --tree
check "it lies where it lay" [ -f "$record" ]
fresh "$work/planted"
cp "$record" "$work/one.er"
rm -f "$record"
refuse "one that is gone is missed" 1 "evidence record is gone: entry" "$SOHOA" verify "$store"
refuse "by fixity, too" 1 "evidence record is gone: entry" "$SOHOA" fixity run
check "the next renewal says that it begins a new one" json ".packages == 1 and .anew == 1 and (.faults | length) == 1" "$SOHOA" --set "$long" --json renew --tree
fresh "$work/made"
"$SOHOA" --set "$long" renew --tree >/dev/null
cp "$work/one.er" "$record"
refuse "another one that holds is not taken for it" 1 "not the one that entry" "$SOHOA" verify "$store"
check "the next renewal mends it" sh -c "'$SOHOA' --set '$long' renew --tree && '$SOHOA' verify '$store'"

fresh "$work/made"
"$SOHOA" renew --tree >/dev/null
cp -a "$work/kho/journal" "$work/kho/sohoa.db" "$work/"
"$SOHOA" --set "$long" renew --tree --before 60 >/dev/null
rm -rf "$work/kho/journal" "$work/kho"/sohoa.db*
cp -a "$work/journal" "$work/sohoa.db" "$work/kho/" # stopped before the entries
check "one that goes on from the one that is named is whole" json '.whole and .records == '"$documents" "$SOHOA" --json verify "$store"

# ---- clocks
page=$(find "$pages" -name '*.tif' | sort | head -n 1)
office() { # NAME KEY: the open warehouse
    "$SOHOA" init "$work/$1" --agency 'UBND xã Thử Nghiệm' >/dev/null
    sed "s|^key =.*|key = file:$ca/$2.pem|" "$work/made/sohoa.conf" >"$work/$1/sohoa.conf"
    export SOHOA_WAREHOUSE="$work/$1"
}
office ahead signer
{
    "$SOHOA" import "$page"
    SOHOA_NOW=2027-06-01T08:00:00+07:00 "$SOHOA" --set "archive.tsa=$authority/gone" run
    "$SOHOA" seal
} >"$work/log" 2>&1
ahead=$(find "$work/ahead/store" -name v2)
check "a signature that says to be younger than its time-stamp is told: whose clock stood wrong" sh -c "'$SOHOA' verify '$ahead' | grep -q \"2027-06-01.*by the signer's clock, which stood WRONG: its time-stamp is of 20\""
check "in JSON, too" json '.verdicts[0].pdf.clock_ahead' "$SOHOA" --json verify "$ahead"

end=$(($(date +%s) + 150)) # within what a time-stamp's clock may be apart
authority_issue "$ca" brief signer -enddate "$(date -u -d "@$end" +%Y%m%d%H%M%SZ)" >/dev/null 2>&1
office brief brief
{ "$SOHOA" import "$page" && "$SOHOA" run; } >"$work/log" 2>&1
SOHOA_NOW=$(TZ=Asia/Ho_Chi_Minh date -d "@$((end + 20))" +%Y-%m-%dT%H:%M:%S+07:00)
export SOHOA_NOW
check "a sealed PDF whose signer's certificate is over is renewed" json '.renewed == 1 and .not_renewed == 0' "$SOHOA" --set "$long" --json renew --before 60
check "and whole" "$SOHOA" verify "$work/brief/store"
tap_end
