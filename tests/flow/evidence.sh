#!/bin/sh
# Evidence records (RFC 4998) leave with their packages and arrive with them, beside a folder and in a
# ZIP; what does not prove its package is refused, and nothing is lost by that.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
tests=$(cd "$(dirname "$0")/.." && pwd)
samples=$(cd "$tests/../samples" && pwd)
authority_here

warehouse() { # NAME
    "$SOHOA" init "$work/$1" --agency 'UBND xã Thử Nghiệm' >/dev/null || exit 1
    cp "$ca/ca.crt" "$work/$1/keys/ca.pem"
}
at() { # NAME COMMAND...: in that warehouse
    at_name=$1
    shift
    "$SOHOA" --warehouse "$work/$at_name" "$@"
}
proven() { # NAME COUNT: packages whose record is read, in 20 years' sight
    at "$1" --json verify --horizon 20y | tee "$work/horizon" | jq -es ".[0] | [.list[].record_until | select(. != \"\")] | length == $2"
}
warehouse giver
set -- key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" tsa "$authority/tsa" review none jobs 2
while [ $# -gt 0 ]; do
    sed -i "s|^$1 =.*|$1 = $2|" "$work/giver/sohoa.conf"
    shift 2
done
{
    at giver import "$samples/duplex/0001-1.tif" "$samples/duplex/0006-1.tif" "$samples/simplex/0001-1.tif" --separate file &&
        at giver run && at giver renew --tree
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
check "each package has its record" sh -c "find '$work/giver/evidence' -name '*.er' | wc -l | grep -qx 3"

# ---- folders
check "they leave" at giver export --to "$work/aip" --all
check "each record lies beside its package" sh -c "cd '$work/aip' && ls -d *.er | wc -l | grep -qx 3 && for r in *.er; do [ -d \"\${r%.er}\" ] || exit 1; done"
listed() {
    jq -r '.packages[] | select(.record_sha256) | "\(.record_sha256)  \(.name).er"' "$work/aip/export.json" >"$work/sums" &&
        [ "$(wc -l <"$work/sums")" = 3 ] && (cd "$work/aip" && sha256sum -c "$work/sums")
}
check "export.json lists each with its SHA-256" listed
check "again they are there already" sh -c "'$SOHOA' --warehouse '$work/giver' --json export --to '$work/aip' --all | jq -e '.there == .packages_count and (.faults | length) == 0'"
warehouse copy
check "they come in" sh -c "'$SOHOA' --warehouse '$work/copy' --json import '$work/aip' | jq -e '.refused == 0 and ([.packages[] | select(.record)] | length) == 3'"
check "the records are the giver's" diff -r "$work/giver/evidence" "$work/copy/evidence"
check "and prove the receiver's packages" proven copy 3
check "again nothing changes" sh -c "'$SOHOA' --warehouse '$work/copy' --json import '$work/aip' | jq -e '.taken == 0 and .refused == 0' && diff -r '$work/giver/evidence' '$work/copy/evidence'"
check "the receiver can renew them" sh -c "'$SOHOA' --warehouse '$work/copy' --set 'archive.tsa=$authority/tsa/long' --json renew --tree --before 48 | jq -es '.[0].packages == 3'"
longer=$(find "$work/copy/evidence" -name '*.er' | sort | head -n 1)
cp "$longer" "$work/longer.er"
check "a longer record is not given up for the one that it goes on from" sh -c "'$SOHOA' --warehouse '$work/copy' import '$work/aip' && cmp '$longer' '$work/longer.er'"
check "a SIP, described anew, has none" sh -c "'$SOHOA' --warehouse '$work/giver' export --to '$work/sip' --as sip --plain audit --all && ! ls '$work'/sip/*.er"
check "nor has a copy for use" sh -c "'$SOHOA' --warehouse '$work/giver' export --to '$work/dip' --as dip --plain audit --all && ! ls '$work'/dip/*.er"

# ---- ZIP files, encrypted
check "encrypted they leave" at giver export --to "$work/zip" --all --zip --passphrase-command 'echo mat-khau-thu'
check "the record is in the ZIP" sh -c "for z in '$work'/zip/*.zip; do n=\$(basename \"\$z\" .zip); case \$n in *.v*) continue ;; esac; python3 -m zipfile -l \"\$z\" | grep -q \"^\$n.er \" || exit 1; done"
warehouse other
check "and comes in with it" sh -c "'$SOHOA' --warehouse '$work/other' --json import '$work/zip' --passphrase-command 'echo mat-khau-thu' | jq -e '.refused == 0 and ([.packages[] | select(.record)] | length) == 3'"
check "it proves the package there" proven other 3

# ---- a hand-over names them
check "the list of a hand-over has a column for them" sh -c "
    jq -r '.packages[].id' '$work/aip/export.json' | sort -u >'$work/list.csv' && sed -i '1i id' '$work/list.csv' &&
    '$SOHOA' --warehouse '$work/giver' export --to '$work/given' --list '$work/list.csv' --receiver 'Lưu trữ' --plain audit &&
    grep -c ',[0-9a-f]\{64\}\$' '$work/given/handover.csv' | grep -qx 3"

check "verify judges the records, too" sh -c "'$SOHOA' --warehouse '$work/giver' --json verify '$work/aip' | jq -e '.whole and ([.verdicts[].record_beside | select(.) | .intact] | length) == 3'"
check "in a ZIP as well" sh -c "'$SOHOA' --warehouse '$work/giver' verify --passphrase-command 'echo mat-khau-thu' '$work/zip' | grep -c 'evidence record beside it proves' | grep -qx 3"

# ---- bad ones
record=$(find "$work/aip" -maxdepth 1 -name '*.er' | sort | head -n 1)
package=${record%.er}
for foreign in "$work"/aip/*.er; do
    python3 "$tests/judges/evidence.py" "$package/tagmanifest-sha256.txt" "$foreign" "$ca/ca.crt" >/dev/null 2>&1 || break
done
unlisted() { jq 'del(.packages[].record_sha256)' "$work/aip/export.json" >"$work/bad/export.json"; }
bad() { # NAME WORDS COMMAND: done to the record of a fresh copy of the packages
    bad_name=$1 bad_words=$2
    rm -rf "$work/bad" "$work/taker"
    cp -r "$work/aip" "$work/bad"
    warehouse taker
    bad_record=$work/bad/$(basename "$record")
    eval "$3"
    refuse "$bad_name: verify finds it" 1 "$bad_words" at giver verify "$work/bad"
    refuse "$bad_name: the package is refused" 3 "$bad_words" at taker import "$work/bad"
    check "$bad_name: the others are in, with theirs" proven taker 2
    check "$bad_name: nothing of it is in the store" sh -c "'$SOHOA' --warehouse '$work/taker' verify '$work/taker/store' && [ \$(find '$work/taker/evidence' -name '*.er' | wc -l) = 2 ]"
    cp "$record" "$bad_record"
    cp "$work/aip/export.json" "$work/bad/export.json"
    check "$bad_name: with its own record it comes in" sh -c "'$SOHOA' --warehouse '$work/taker' --json import '$work/bad' | jq -e '.refused == 0'"
    check "$bad_name: and nothing was lost" proven taker 3
}
bad "another package's record" "is for something else" "cp '$foreign' \"\$bad_record\" && unlisted"
bad "a damaged record" "is damaged" "head -c 900 '$record' >\"\$bad_record\" && unlisted"
bad "a record that is not the listed one" "not the evidence record on the list" "cp '$foreign' \"\$bad_record\""
bad "a record that did not come" "list names an evidence record, and none" "rm \"\$bad_record\""

kept=$(find "$work/giver/evidence" -name '*.er' | sort | head -n 1)
chmod u+w "$kept"
cp "$kept" "$work/kept.er"
head -c 900 "$work/kept.er" >"$kept"
refuse "a record that does not hold stays behind, and is told" 3 "stays behind" at giver export --to "$work/aip2" --all
check "its package is out all the same" sh -c "[ \$(ls -d '$work'/aip2/*/ | wc -l) = \$(ls -d '$work'/aip/*/ | wc -l) ] && ls '$work'/aip2/*.er | wc -l | grep -qx 2"
tap_end
