#!/bin/sh
# Documents of several versions pass from one archive to another, and one of them is lost on the way:
# nothing is called whole that is not, and nothing is called wrong that is as it was agreed.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../judges.sh"
. "$(dirname "$0")/../authority.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
authority_here
plan='unit,procedure,year,papers,pages
Xã Thử Nghiệm,2.000635,2012,3,3'

warehouse() { # NAME AGENCY
    "$SOHOA" init "$work/$1" --agency "$2" >/dev/null || exit 1
    cp "$ca/ca.crt" "$work/$1/keys/ca.pem"
    printf '%s\n' "$plan" >"$work/plan.csv"
    "$SOHOA" --warehouse "$work/$1" inventory "$work/plan.csv" >/dev/null || exit 1
}
at() { # NAME COMMAND...: in that warehouse
    at_name=$1
    shift
    "$SOHOA" --warehouse "$work/$at_name" "$@"
}
warehouse giver 'UBND xã Thử Nghiệm'
set -- key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" tsa "$authority/tsa" review none jobs 2
while [ $# -gt 0 ]; do
    sed -i "s|^$1 =.*|$1 = $2|" "$work/giver/sohoa.conf"
    shift 2
done
{
    at giver import "$samples/duplex/0001-1.tif" "$samples/duplex/0006-1.tif" --separate file && at giver run &&
        at giver --set "archive.tsa=$authority/tsa/long" renew --before 48
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
check "the giver's documents have three versions each" sh -c "[ \$(ls -d '$work'/giver/store/*/*/v3 | wc -l) = 2 ]"
id=$(at giver --json search --band 2006-2015 | jq -r '.hits[0].document')
upper=$(echo "$id" | tr a-f A-F)

rows() { # NAME: all that the catalogue says, but for its own numbers
    python3 - "$work/$1/sohoa.db" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
columns = [row[1] for row in db.execute("PRAGMA table_info(catalog_entry)") if row[1] not in ("id", "unit_id")]
for row in db.execute("SELECT %s, (SELECT name FROM catalog_unit u WHERE u.id = e.unit_id) FROM catalog_entry e ORDER BY document_id"
                      % ", ".join(columns)): print(row)
for table in ("catalog_person", "catalog_identifier", "catalog_page", "catalog_images"):
    own = [row[1] for row in db.execute("PRAGMA table_info(%s)" % table) if row[1] not in ("id", "entry_id")]
    for row in db.execute("SELECT e.document_id, %s FROM %s t JOIN catalog_entry e ON e.id = t.entry_id ORDER BY 1, %s"
                          % (", ".join("t." + c for c in own), table, ", ".join("t." + c for c in own))): print(table, row)
END
}

# ---- as kept: all versions, the same catalogue, the same account
warehouse copy 'Lưu trữ lịch sử'
check "all of it leaves" at giver export --to "$work/aip" --all
check "all versions come in under their own names" sh -c "'$SOHOA' --warehouse '$work/copy' --json import '$work/aip' | jq -e '.taken == 6 and .refused == 0'"
check "the packages are the same to the byte" diff -r "$work/giver/store" "$work/copy/store"
rows giver >"$work/rows.giver"
rows copy >"$work/rows.copy"
check "the catalogue has rows" grep -q "$id" "$work/rows.giver"
check "they are the source's" diff "$work/rows.giver" "$work/rows.copy"
at giver --json progress --by unit,procedure >"$work/progress.giver"
at copy --json progress --by unit,procedure >"$work/progress.copy"
check "the account is the source's" cmp "$work/progress.giver" "$work/progress.copy"
check "the copy is whole" at copy verify "$work/copy/store"
check "so are all versions of one document" at copy verify "$(dirname "$(ls -d "$work"/copy/store/*/"$id"/v1)")"

# ---- one of ours that is not whole is not another program's
warehouse strict 'Lưu trữ 2'
for lost in METS.xml metadata/other/document.json; do
    cp -a "$work/aip/urn_000_uuid_$upper" "$work/bare"
    chmod -R u+w "$work/bare"
    rm "$work/bare/data/$lost"
    (cd "$work/bare" && find data -type f | LC_ALL=C sort | xargs sha256sum >manifest-sha256.txt)
    refuse "a package of ours without $lost is refused" 3 "was made by sohoa" at strict import "$work/bare"
    rm -r "$work/bare"
done
check "nothing of it came in" sh -c "[ -z \"\$(find '$work/strict/store' -type f)\" ]"

# ---- a SIP: the newest version only, and that is no fault
warehouse receiver 'Lưu trữ lịch sử tỉnh'
check "the newest version of each leaves as a SIP" at giver export --to "$work/sip" --as sip --plain thử --all
check "it is taken in" sh -c "'$SOHOA' --warehouse '$work/receiver' --json import '$work/sip' | jq -e '.taken == 2'"
check "the receiver's store is whole" at receiver verify "$work/receiver/store"
check "and verify says where the earlier versions are" sh -c "'$SOHOA' --warehouse '$work/receiver' verify '$work/receiver/store' | grep -q 'stay with who gave'"
check "the document says so" jq -e '.kept_from == 3' "$work/receiver/store"/*/"$id"/v3/data/metadata/other/document.json
check "its PREMIS too" grep -q "versions 1 to 2 stay with the giver" "$work/receiver/store"/*/"$id"/v3/data/metadata/preservation/PREMIS.xml
folder=$(dirname "$(ls -d "$work/receiver/store"/*/"$id"/v3)")
check "one document of it alone is whole" at receiver verify "$folder"
check "taken in again it is there" sh -c "'$SOHOA' --warehouse '$work/receiver' --json import '$work/sip' | jq -e '.there == 2'"
warehouse onward 'Lưu trữ trung ương'
at receiver export --to "$work/onward-sip" --as sip --plain thử --all >/dev/null
check "from there it goes on" sh -c "'$SOHOA' --warehouse '$work/onward' --json import '$work/onward-sip' | jq -e '.taken == 2'"
check "each taking in is an event of its own" sh -c "
    cd '$work'/onward/store/*/'$id'/v3/data/metadata/other &&
    jq -s -e '[.[] | select(.type == \"import\")] | length == 2' events.jsonl && ! jq -r .id events.jsonl | sort | uniq -d | grep ."
lost=$(ls -d "$work"/copy/store/*/"$id"/v2)
mv "$lost" "$work/lost"
refuse "a version that was lost is a fault" 1 "Of 3 versions only 2" at copy verify "$work/copy/store"
refuse "by document, too" 1 "not there" at copy verify "$(dirname "$lost")"
mv "$work/lost" "$lost"

# ---- passphrase and PIN
secret='con thuyền số 5'
printf '%s\n' "$secret" >"$work/pass"
check "an encrypted hand-over leaves" sh -c "'$SOHOA' --warehouse '$work/giver' export --to '$work/enc' --all --receiver 'Lưu trữ 3' --passphrase-fd 5 5<'$work/pass'"
warehouse third 'Lưu trữ 3'
there() { # in the third warehouse, without a terminal
    setsid -w "$SOHOA" --warehouse "$work/third" "$@" 5<"$work/pass"
}
refuse "what is given as a PIN is not tried as the passphrase" 3 "passphrase-fd" env SOHOA_PIN_FD=5 setsid -w sh -c \
    "'$SOHOA' --warehouse '$work/third' import '$work/enc' --passphrase 5<'$work/pass'"
refuse "and one descriptor is not taken for both" 3 "the same descriptor" env SOHOA_PIN_FD=5 setsid -w sh -c \
    "'$SOHOA' --warehouse '$work/third' import '$work/enc' --passphrase-fd 5 5<'$work/pass'"
refuse "without a passphrase it is said how to give one" 3 "--passphrase asks" there import "$work/enc"
refuse "with another one nothing can be opened, and that makes no receipt" 3 "no receipt for that" there import "$work/enc" --passphrase-command 'echo mot cum khac'
check "none was written" sh -c "! find '$work/third/handovers' -name 'receipt*' 2>/dev/null | grep ."
check "nothing came in" sh -c "[ -z \"\$(find '$work/third/store' -type f)\" ]"
export SOHOA_PASSPHRASE_FD=5
sealed_key() { there --set archive.pin_command= import "$work/enc" --passphrase --receipt "$work/receipt"; }
refuse "without the key's PIN the packages come in, and the missing receipt is told" 4 "no receipt" sealed_key
refuse "with what came in" 4 "0 packages taken in; there already: 6" sealed_key
check "no receipt is pretended" sh -c "[ ! -e '$work/receipt/receipt.json' ] && [ ! -e '$work'/third/handovers/*/receipt.json ]"
check "the same import with the key makes it" there import "$work/enc" --passphrase --receipt "$work/receipt"
check "it is signed" test -s "$work/receipt/receipt.p7s"
refuse "and what to do with it is said" 0 "sohoa export --receipt" there import "$work/enc" --passphrase --receipt "$work/receipt"
refuse "a receipt that is there stays when the key cannot be opened again" 4 "no receipt" sealed_key
check "with its signature" openssl cms -verify -binary -inform DER -in "$(ls "$work"/third/handovers/*/receipt.p7s)" \
    -content "$(ls "$work"/third/handovers/*/receipt.json)" -CAfile "$work/third/keys/ca.pem" -noverify -purpose any -out /dev/null
unset SOHOA_PASSPHRASE_FD

# ---- stamped by whom nobody trusts here
stamped=$(ls -d "$work"/giver/store/*/"$id"/v3)/data/representations/rep1/data/document.pdf
elsewhere() { at giver --set "archive.trust=$ca/stranger.crt" verify "$stamped"; }
refuse "a time-stamp of an authority that is not trusted is told as that" 1 "its authority is not trusted" elsewhere
cp "$work/.out" "$work/elsewhere"
check "and not as one that is still to come" sh -c "grep -q 'signer.s clock' '$work/elsewhere' && ! grep -q 'no time-stamp yet' '$work/elsewhere'"
refuse "and it is said where roots are put" 1 "put the root certificate into a file" elsewhere

# ---- typed blindly
typed() { # LINE LINE COMMAND...: on a terminal of its own, each line at the next prompt
    python3 - "$@" <<'END'
import os, pty, sys
lines, command = sys.argv[1:3], sys.argv[3:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
seen = b""
while True:
    try:
        got = os.read(terminal, 4096)
    except OSError:
        break
    if not got:
        break
    seen += got
    if lines and seen.endswith(b": "):
        os.write(terminal, lines.pop(0).encode() + b"\n")
        seen += b"<asked>"
print(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if not lines else 99)
END
}
blind() { typed "$1" "$2" "$SOHOA" --warehouse "$work/giver" export --to "$work/blind" --as dip --zip --passphrase --all; }
refuse "a passphrase that encrypts is asked for twice, and a slip locks nothing" 3 "not the same" blind 'con thuyền số 5' 'con thuyền số 6'
check "nothing was written" test ! -e "$work/blind/export.json"
check "the same twice encrypts" blind 'con thuyền số 5' 'con thuyền số 5'
check "by those words" "$SOHOA" --warehouse "$work/giver" verify --passphrase-command "echo con thuyền số 5" "$work/blind"

# ---- what leaves the house is encrypted unless somebody says why not
giver() { setsid -w "$SOHOA" --warehouse "$work/giver" export --to "$work/out" --all "$@"; }
refuse "to a receiver nothing leaves unencrypted by default" 3 "plain REASON" giver --receiver 'Lưu trữ 3'
refuse "nor for another archive" 3 "plain REASON" giver --as sip
refuse "nor for use" 3 "plain REASON" giver --as dip --zip
refuse "a reason must say something" 2 "plain REASON" giver --receiver 'Lưu trữ 3' --plain ' '
refuse "and is none beside a passphrase" 2 "plain REASON" giver --receiver 'Lưu trữ 3' --plain thử --passphrase-command 'echo x'
check "nothing was written" test ! -e "$work/out"
check "the default takes the passphrase from where it is" sh -c "SOHOA_PASSPHRASE_FD=5 '$SOHOA' --warehouse '$work/giver' export --to '$work/out' --as sip --all 5<'$work/pass' && jq -e '.encrypted' '$work/out/export.json'"
judge "pyzipper opens all of it, AES-256" judge_zip "$work/pass" "$work"/out/*.zip
echo 'con thuyền số 6' >"$work/wrong"
judge_refuses "with that passphrase alone" judge_zip "$work/wrong" "$work"/out/*.zip
check "and encrypts" sh -c "ls '$work'/out/*.zip && ! unzip -p -P x '$work'/out/uuid-$upper.zip '*/document.pdf' 2>&1 | grep -q %PDF"
rm -rf "$work/out"
check "with a reason folders leave" giver --receiver 'Lưu trữ 3' --plain 'ổ đĩa niêm phong, 001203004567'
check "which stands in the journal, without a number of a citizen" sh -c "
    '$SOHOA' --warehouse '$work/giver' --json journal --action export --object $id | grep -q 'encrypted=no plain=ổ đĩa niêm phong, ############'"
for label in "bàn giao" "gia hạn bằng chứng"; do
    check "the journal is listed in Vietnamese: $label" sh -c "SOHOA_LANG=vi '$SOHOA' --warehouse '$work/giver' journal | grep -q '$label'"
done
check "the passphrase stands nowhere" sh -c "! grep -rq 'con thuyền' '$work/third' '$work/giver' '$work/enc' '$work/receipt'"

# ---- one folder is one hand-over
other=$(find "$work/giver/store" -mindepth 2 -maxdepth 2 -name '*-*' ! -name "$id" | head -n 1)
other=$(basename "$other")
again() { "$SOHOA" --warehouse "$work/giver" export --to "$work/again" --plain thử "$@"; }
shown() { "$SOHOA" --warehouse "$work/giver" --json export --handovers | jq "[.[] | select(.receiver == \"Lưu trữ 9\" and $1)] | length"; }
printf '%s\n' "$other" >"$work/one.csv"
printf '%s\n%s\n' "$other" "$id" >"$work/two.csv"
check "a hand-over of one document" again --list "$work/one.csv" --receiver 'Lưu trữ 9'
cp "$work/again/export.json" "$work/first.json"
check "the same again is the same: the list that may be on its way stays" sh -c "
    '$SOHOA' --warehouse '$work/giver' export --to '$work/again' --plain thử --list '$work/one.csv' --receiver 'Lưu trữ 9' && cmp '$work/first.json' '$work/again/export.json'"
refuse "to somebody else it does not go out of that folder" 3 "folder of its own" again --list "$work/one.csv" --receiver 'Lưu trữ 8'
refuse "nor without a receiver" 3 "folder of its own" again "$other"
printf '%s\n' "$id" >"$work/else.csv"
refuse "nor do other documents" 3 "folder of its own" again --list "$work/else.csv" --receiver 'Lưu trữ 9'
check "nothing was written over" cmp "$work/first.json" "$work/again/export.json"
check "with more documents it takes the place of the first" again --list "$work/two.csv" --receiver 'Lưu trữ 9'
check "which waits for no receipt any more" [ "$(shown '.superseded_by != null') $(shown '.superseded_by == null')" = "1 1" ]
check "hand-overs are told by day and receiver, not by digits" sh -c "
    '$SOHOA' --warehouse '$work/giver' export --handovers >'$work/shown'; grep -q 'Lưu trữ 9.*took its place' '$work/shown' && grep -q 'Lưu trữ 9.*no receipt yet' '$work/shown' && ! grep -qE '[0-9a-f]{32}' '$work/shown'"

# ---- what came against what was listed
fresh() { # a copy of the export to do harm to, and an empty warehouse
    chmod -R u+w "$work/part" "$work/fourth" 2>/dev/null
    rm -rf "$work/part" "$work/fourth"
    cp -a "$work/aip" "$work/part"
    chmod -R u+w "$work/part"
    warehouse fourth 'Lưu trữ 4'
}
fresh
rm -r "$work/part/urn_000_uuid_$upper.v2"
refuse "a package that did not come is named, without any receiver" 3 "$id v2 is on the list and did not come" at fourth import "$work/part"
refuse "and counted" 3 "1 not taken in, 0 other than listed, 0 not on it" at fourth import "$work/part"
fresh
jq --arg id "$id" '.packages |= map(select(.id != $id or .version != 1)) | .packages_count = 5' "$work/aip/export.json" >"$work/part/export.json"
refuse "one that nobody listed is named" 3 "urn_000_uuid_$upper.v1 came and is not on the list" at fourth import "$work/part"
fresh
jq --arg id "$id" '.packages |= map(if .id == $id and .version == 3 then .package_sha256 = ("0" * 64) else . end)' "$work/aip/export.json" >"$work/part/export.json"
refuse "one that is another is named" 3 "$id v3 is not what is on the list" at fourth import "$work/part"
fresh
jq '.packages_count = 7' "$work/aip/export.json" >"$work/part/export.json"
refuse "a list that miscounts itself is told" 3 "says 7 packages and names 6" at fourth import "$work/part"
for part in pages files bytes; do
    fresh
    jq --arg id "$id" ".packages |= map(if .id == \$id and .version == 3 then .$part += 1 else . end)" "$work/aip/export.json" >"$work/part/export.json"
    refuse "so is one with another number of $part than listed" 3 "$id v3: the list says .* came" at fourth import "$work/part"
done
fresh
printf X | dd of="$work/part/urn_000_uuid_$upper/data/METS.xml" bs=1 seek=2 conv=notrunc 2>/dev/null
refuse "one that is damaged is refused and missing" 3 "1 not taken in" at fourth import "$work/part"
printf '%s\n' "$id" >"$work/list.txt"
at giver export --to "$work/listed" --list "$work/list.txt" --plain thử >/dev/null 2>&1
rm -r "$work/listed/export.json" "$work/listed/urn_000_uuid_$upper.v1"
cp "$work/listed/handover.csv" "$work/handover.csv"
awk -F, -v OFS=, 'NR == 3 { $5++ } { print }' "$work/handover.csv" >"$work/listed/handover.csv"
refuse "or to find another number of pages" 3 "the list says .* came" at fourth import "$work/listed"
cp "$work/handover.csv" "$work/listed/handover.csv"
refuse "the table of a hand-over is enough to miss one" 3 "$id v1 is on the list and did not come" at fourth import "$work/listed"
chmod -R u+w "$work/enc"
rm "$work/enc/urn_000_uuid_$upper.v1.zip"
export SOHOA_PASSPHRASE_FD=5
refuse "a hand-over that did not come whole has a receipt that says so, and code 3" 3 "packages taken over: 5 of 6" there import "$work/enc" --passphrase
tap_end
