#!/bin/sh
# What came as a package lives on like what was scanned here: it gets its proofs, is renewed, leaves
# again; what is kept of a hand-over stays as it was given.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
authority_here

warehouse() { # NAME: with its authority
    "$SOHOA" init "$work/$1" --agency "Lưu trữ $1" >/dev/null || exit 1
    sed -i -e "s|^key =.*|key = file:$ca/signer.pem|" -e 's|^certificate =.*|certificate =|' -e "s|^trust =.*|trust = $ca/ca.crt|" \
        -e "s|^tsa =.*|tsa = $authority/tsa|" -e 's|^pin_command =.*|pin_command =|' -e 's|^review =.*|review = none|' \
        -e 's|^model =.*|model = vie|' "$work/$1/sohoa.conf"
}
at() { # NAME COMMAND...: in that warehouse
    at_name=$1
    shift
    "$SOHOA" --warehouse "$work/$at_name" "$@"
}
proofs() { # NAME STATE: how many are in it
    at "$1" --json status | jq "[.counts[]|select(.kind==\"proof\" and .state==\"$2\")][0].count"
}
versions() { find "$work/$1/store" -name 'v*' -type d | wc -l; }

# ---- as kept and sealed; without a time-stamp; without a signature
warehouse giver
{ at giver import --separate file "$pages"/a.tif "$pages"/b.tif && at giver run; } >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
at giver export --to "$work/sealed" --all >/dev/null
cp -a "$work/giver" "$work/plain"
warehouse bare
{ at bare --set archive.tsa= import --separate file "$pages"/a.tif "$pages"/b.tif && at bare --set archive.tsa= run && at bare export --to "$work/b-b" --all; } >/dev/null 2>&1
warehouse loose
{ at loose import "$pages"/a.tif && at loose run --no-sign && at loose export --to "$work/unsigned" --all; } >/dev/null 2>&1
check "what was packed without a signature has nothing to prove" [ "$(proofs loose unsigned)" = 1 ]
check "so nothing of it waits or is held" at loose seal

warehouse first
check "sealed packages come in" at first import "$work/sealed"
check "status shows them at once" sh -c "'$SOHOA' --warehouse '$work/first' status | grep -q 'document *indexed *2'"
check "as sealed as they are" [ "$(proofs first sealed)" = 2 ]
check "a run has nothing to do with them, and says so" sh -c "
    '$SOHOA' --warehouse '$work/first' --json run | jq -e '.documents_signed + .documents_stored + .documents_indexed == 0 and .proofs.sealed == 2'"
warehouse second
at second import "$work/sealed" >/dev/null
before=$(versions second)
check "without any run before they are renewed" sh -c "'$SOHOA' --warehouse '$work/second' --set 'archive.tsa=$authority/tsa/long' --json renew --before 60 | jq -e '.renewed == 2 and .not_renewed == 0'"
check "as new versions" [ "$(versions second)" = $((before + 2)) ]
check "and all is whole" at second verify "$work/second/store"
warehouse third
at third import "$work/b-b" >/dev/null
check "what came without a time-stamp waits for it, and status says so" [ "$(proofs third waiting)" = 2 ]
check "sealing needs no run before" at third seal
check "it is sealed" [ "$(proofs third sealed)" = 2 ]
check "whole and found" at third verify "$work/third/store"
check "unsigned packages come in" at third import "$work/unsigned"
check "they wait for nothing" sh -c "'$SOHOA' --warehouse '$work/third' seal && [ $(proofs third unsigned) = 1 ]"

# ---- the database lost, or from before
rm "$work"/third/sohoa.db*
check "with the ledger lost sealing finds all" at third seal
check "as far as it was" sh -c "[ $(proofs third sealed) = 2 ] && [ $(proofs third unsigned) = 1 ]"
rm "$work"/plain/sohoa.db*
at plain import "$work/b-b" >/dev/null
check "a run after the loss counts what it did: nothing signed or stored, and found again" sh -c "
    '$SOHOA' --warehouse '$work/plain' --json run | jq -e '.documents_signed == 0 and .documents_stored == 0 and .documents_indexed == 2'"
check "and what came in meanwhile is there, too" sh -c "'$SOHOA' --warehouse '$work/plain' verify '$work/plain/store'"
cp "$work/first/sohoa.db" "$work/old.db"
at first --set "archive.tsa=$authority/tsa/long" renew --before 60 >/dev/null
rm "$work"/first/sohoa.db*
cp "$work/old.db" "$work/first/sohoa.db"
refuse "a database of before a version knows nothing of it" 1 "not in the catalogue" at first verify "$work/first/store"
check "the next call enters it" at first seal
check "then all is whole" at first verify "$work/first/store"

# ---- onward
check "a SIP of a later version leaves" at giver export --to "$work/sip" --as sip --all --plain 'thử nghiệm'
warehouse fourth
check "and is taken over" at fourth import "$work/sip"
for kind in aip sip dip; do
    check "it leaves again as $kind" at fourth export --to "$work/again-$kind" --as $kind --all --plain 'thử nghiệm'
done
check "from the version on that is kept" sh -c "jq -e '[.packages[].version] == [2, 2]' '$work/again-aip/export.json'"
at fourth --set "archive.tsa=$authority/tsa/long" renew --before 60 >/dev/null
check "renewed it leaves with both" sh -c "'$SOHOA' --warehouse '$work/fourth' --json export --to '$work/both' --all | jq -e '[.packages[].version] | sort == [2, 2, 3, 3]'"
for kind in both again-sip; do
    warehouse "of-$kind"
    check "another takes it over ($kind)" sh -c "'$SOHOA' --warehouse '$work/of-$kind' --json import '$work/$kind' | jq -e '.refused == 0'"
    check "whole" at "of-$kind" verify "$work/of-$kind/store"
done

# ---- a list is not given up for one that names less
secret() { printf 'echo %s' "$1"; }
check "an encrypted export has its list" at giver export --to "$work/zip" --all --passphrase-command "$(secret 'con thuyền số 5')"
cp "$work/zip/export.json" "$work/list.json"
refuse "with another passphrase nothing goes over it" 3 "stays as it was: it names 4 packages" \
    at giver export --to "$work/zip" --all --passphrase-command "$(secret 'con thuyền số 6')" --receiver 'Ai đó'
check "the list is the one of what is there" cmp "$work/list.json" "$work/zip/export.json"
check "no hand-over of nothing is kept" test ! -e "$work/giver/handovers"
warehouse fifth
check "and all of it comes in" sh -c "'$SOHOA' --warehouse '$work/fifth' --json import '$work/zip' --passphrase-command 'echo con thuyền số 5' | jq -e '.taken == 4 and .extra == 0'"
refuse "a short passphrase encrypts nothing" 3 "fewer than 12 characters" at giver export --to "$work/short" --all --passphrase-command "$(secret 'số 5')"
check "nothing left" test ! -e "$work/short"

# ---- what is kept of a hand-over
at giver export --to "$work/given" --all --receiver 'Lưu trữ fifth' --plain 'thử nghiệm' >/dev/null
at fifth --set "archive.key=file:$ca/officer.pem" import "$work/given" --receipt "$work/receipt" >/dev/null
at giver export --receipt "$work/receipt/receipt.json" >/dev/null
for name in giver fifth; do
    kept=$(echo "$work/$name"/handovers/*)
    check "the journal agrees with what is kept ($name)" at $name journal verify
    for file in receipt.json record.txt; do
        cp "$kept/$file" "$work/kept"
        sed -i 's/4/5/' "$kept/$file"
        refuse "an edited $file is found by the journal ($name)" 1 "$file: this is not the file" at $name journal verify
        refuse "and by verify ($name)" 1 "$file: this is not the file" at $name verify "$work/$name/store"
        rm "$kept/$file"
        refuse "one that is gone, too ($name)" 1 "$file: it is missing" at $name journal verify
        cp "$work/kept" "$kept/$file"
    done
    check "put back it is as it was ($name)" at $name verify "$work/$name/store"
done
tap_end
