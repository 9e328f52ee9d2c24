#!/bin/sh
# What keeps an archive for decades: the journal, the whole chain of proof, fixity, repair, backup, restore.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
"$SOHOA" --actor lan import "$samples/simplex/0001-1.tif" "$samples/simplex/0003-1.jpg" --separate file >/dev/null
"$SOHOA" --set pipeline.review=none run -j 2 >"$work/run.out" 2>&1
store=$work/kho/store
package=$(find "$store" -mindepth 3 -maxdepth 3 -type d | sort | head -n 1)
id=$(basename "$(dirname "$package")")
pdf=data/representations/rep1/data/document.pdf

# ---- the journal
last_is() { # ACTION RESULT: of the journal's last entry of that action
    "$SOHOA" --json journal --last 1 --action "$1" | jq -e ".entries[0].result == \"$2\""
}
check "who scanned is in the journal" sh -c "'$SOHOA' --json journal --by lan | jq -e '[.entries[]|select(.action==\"import\")] | length == 1'"
check "signing and storing are, by document" sh -c "'$SOHOA' --json journal --object $id | jq -e '[.entries[].action] | contains([\"sign\", \"store\"])'"
"$SOHOA" --actor minh --purpose "cấp bản sao" search 'phan thi hoa' >"$work/found"
check "a search is found again by its words" sh -c "'$SOHOA' --json journal --query 'Phan Thị Hoa' | jq -e '.entries[0].actor == \"minh\" and .entries[0].purpose == \"cấp bản sao\"'"
check "and by the document that it showed" sh -c "'$SOHOA' --json journal --object \$(grep -oE '[0-9a-f]{8}-[0-9a-f-]{27}' '$work/found' | head -n 1) --by minh | jq -e '.matching == 1'"
check "no name is in the journal" sh -c "! grep -riE 'hoa|phan' '$work/kho/journal' --include='*.jsonl'"
check "each line's hash is that of its bytes" sh -c "
    sed 's/,\"hash\":\"[0-9a-f]*\"}\$//' '$work'/kho/journal/*.jsonl | while read -r line; do printf %s \"\$line\" | sha256sum | cut -c1-64; done >'$work/ours'
    jq -r .hash '$work'/kho/journal/*.jsonl | head -n \$(wc -l <'$work/ours') | cmp - '$work/ours'"
check "the chain is whole" "$SOHOA" journal verify
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    chmod -R a+rX "$work"
    auditor() { setpriv --reuid 65534 --regid 65534 --clear-groups "$SOHOA" "$@"; }
    check "who may read alone can verify the journal" auditor journal verify
    refuse "but not look for papers: that is entered, and why not is said" 5 "is entered in the journal, so every user needs that right" auditor search hoa
else
    skip "who may read alone" "acting as another user needs root and setpriv"
fi
refuse "a day that does not exist is refused, and nothing is listed" 3 "is no day" "$SOHOA" journal --since 33/33/2021
refuse "without a purpose nothing is shown where one is asked for" 3 "purpose" "$SOHOA" --set journal.require_purpose=yes search hoa
check "with one it is" "$SOHOA" --set journal.require_purpose=yes --purpose "tra cứu" search hoa
"$SOHOA" --purpose "cấp bản sao cho bà PHAN THỊ HOA, thôn 3" search hoa >/dev/null 2>"$work/named"
check "a person of the archive who is named as the purpose is told" grep -q "names a person of this archive" "$work/named"
check "and is not in the journal" sh -c "'$SOHOA' --json journal --last 1 --action search | jq -e '.entries[0].purpose == \"cấp bản sao cho bà ### thôn 3\"' && ! grep -rqi 'phan thị hoa' '$work/kho/journal'"

check "an anchor is signed and taken elsewhere" sh -c "'$SOHOA' --json journal anchor --to '$work/usb' | jq -e '.made and .copied == 2'"
anchor=$(find "$work/kho/journal/anchors" -name '*.json')
check "OpenSSL finds the anchor's signature valid" openssl cms -verify -binary -inform DER -in "${anchor%.json}.p7s" -content "$anchor" -CAfile "$work/kho/keys/ca.pem" -purpose any -out /dev/null
cp -a "$work/kho/journal" "$work/good"
segment=$(find "$work/kho/journal" -name '*.jsonl' | sort | tail -n 1)
sed -i '2d' "$segment"
refuse "a removed entry is found and located" 1 "jsonl:2" "$SOHOA" journal verify
cp "$work/good/$(basename "$segment")" "$segment"
sed -i '3s/"actor":"[^"]*"/"actor":"ai"/' "$segment"
refuse "a changed entry is found and located" 1 "jsonl:3" "$SOHOA" journal verify
cp "$work/good/$(basename "$segment")" "$segment"
rm -r "$work/kho/journal/anchors"
first=$(head -n 3 "$segment")
printf "%s\n" "$first" >"$segment"
refuse "an end cut off together with the anchors is missed by the database" 1 "after entry 3 of the journal are missing" "$SOHOA" journal verify
mv "$work/kho/sohoa.db" "$work/kept.db"
printf "%s\n" "$first" >"$segment"
check "without the database it does not show here, and that is said" sh -c "'$SOHOA' journal verify | grep -q 'was not compared'"
refuse "the copy elsewhere tells it" 1 "cut off" "$SOHOA" journal verify --anchors "$work/usb"
mv "$work/kept.db" "$work/kho/sohoa.db"
rm -r "$work/kho/journal"
mv "$work/good" "$work/kho/journal"
forge "$work/kho/sohoa.db" "DELETE FROM journal_mark" # it knows of what was entered meanwhile

cp -a "$work/kho/journal" "$work/good"
rm "$work/kho/journal"/*.jsonl
rm -rf "$work/kho/journal/anchors"
refuse "an emptied journal is no whole one" 1 "The journal has no entry" "$SOHOA" journal verify
rm -rf "$work/kho/journal"
refuse "nor one that is gone" 1 "The journal has no entry" "$SOHOA" journal verify
rm -rf "$work/kho/journal"
mv "$work/good" "$work/kho/journal"
forge "$work/kho/sohoa.db" "DELETE FROM journal_mark" # it knows of what was entered meanwhile

# ---- the whole chain
check "a package is proven from the scan to the catalogue" sh -c "'$SOHOA' --json verify '$package' | jq -e '.whole and .verdicts[0].traced_pages == 1 and .verdicts[0].stored_in_journal and .verdicts[0].in_catalogue'"
check "the seven lines are in Vietnamese" sh -c "'$SOHOA' --lang vi verify '$package/$pdf' | grep -cE '^ [1-7]\\. ' | grep -qx 7"
check "a test key is called one" sh -c "'$SOHOA' --json verify '$package/$pdf' | jq -e '.verdicts[0].chain == \"test\"'"
check "roots of the public authorities are told apart" sh -c "
    openssl req -x509 -newkey rsa:2048 -nodes -keyout '$work/other.key' -out '$work/other.pem' -days 2 -subj /CN=khac 2>/dev/null
    '$SOHOA' --json --set archive.trust='$work/other.pem' --set archive.trust_public='$work/kho/keys/ca.pem' verify '$package/$pdf' | jq -e '.verdicts[0].trusted'"
check "a sample is drawn by its seed" sh -c "'$SOHOA' --json verify --sample 1 --seed 7 '$store' | jq -e '.whole and .verdicts[0].packages == 1 and .verdicts[0].of == 2'"
cp "$work/kho/sohoa.db" "$work/catalogue"
forge "$work/kho/sohoa.db" "UPDATE catalog_entry SET title = 'khác'"
refuse "a row that says something else is found" 1 "something else than the package (catalog_entry.title)" "$SOHOA" verify "$store"
cp "$work/catalogue" "$work/kho/sohoa.db"
rm -f "$work"/kho/sohoa.db-*
chmod -R a-w "$store"
check "a store that cannot be written is verified" "$SOHOA" verify "$store"
chmod -R u+w "$store"

# ---- backup
check "a backup is made" sh -c "'$SOHOA' --json backup '$work/copies' | jq -e '.packages == 2 and .copied_files == .files'"
check "sha256sum finds it whole without us" sh -c "cd '$work'/copies/2*T* && sha256sum -c --quiet manifest-sha256.txt"
check "no key is in it" sh -c "! find '$work/copies' -name '*.p12' -o -name '*.pass' -o -name '*.key' | grep -v '/journal/query.key' | grep . && ! grep -rl 'PRIVATE KEY' '$work/copies'"
check "the trusted roots are" sh -c "openssl verify -CAfile '$work'/copies/2*T*/keys/ca.pem '$work/kho/keys/ca.pem'"
check "and the drill says so" sh -c "'$SOHOA' --json restore --check '$work/copies' | jq -e '.public_files == 1 and .public_missing == 0'"
sleep 1
check "the next one copies only what is new" sh -c "'$SOHOA' --json backup '$work/copies' | jq -e '.packages == 2 and .copied_bytes < 20000000 and .copied_files < 5'"
check "packages share their bytes between backups" sh -c "[ \$(find '$work/copies' -name document.pdf -links +1 | wc -l) -eq 4 ]"
check "a drill compares hashes, rows and entries" sh -c "'$SOHOA' --json restore --check '$work/copies' | jq -e '.whole and .packages == 2 and .rows == 2 and .live_rows == 2 and .rows_since == 0 and .journal_continues'"
newest() { find "$work/copies" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1; }
inside=${package#"$work/kho/"}/$pdf
old=$(newest)
chmod u+w "$old/$inside"
printf X | dd of="$old/$inside" bs=1 seek=3000 conv=notrunc 2>/dev/null
sleep 1
refuse "a file that rotted in the snapshot before is told" 1 "snapshot before has been damaged; the new backup has the good one" "$SOHOA" backup "$work/copies"
check "and not linked into the next: that one has the store's" cmp "$package/$pdf" "$(newest)/$inside"
check "which could be restored" "$SOHOA" restore --check "$(newest)"
rm -r "$old"
sleep 1
check "the one after that is whole, and says how long it read" sh -c "'$SOHOA' --json backup '$work/copies' | jq -e '(.faults | length) == 0 and .seconds >= 0'"
cp -a "$package" "$work/aside"
chmod -R u+w "$package"
printf X | dd of="$package/$pdf" bs=1 seek=3000 conv=notrunc 2>/dev/null
rm "$package/data/METS.xml"
sleep 1
refuse "a damaged file of the store is told at a backup" 1 "not what its package says; the backup has the good one" "$SOHOA" backup "$work/copies"
cp "$work/.out" "$work/told"
check "a missing one too" grep -q 'METS.xml: The file is gone' "$work/told"
check "and the journal says that it found something wrong" last_is backup wrong
check "that backup is whole all the same" "$SOHOA" restore --check "$(newest)"
rm -r "$package"
sleep 1
refuse "so is a package that is gone" 1 "package is missing; the backup has that of the snapshot before" "$SOHOA" backup "$work/copies"
check "a whole one is entered as that" last_is restore ok
check "and that backup is whole" "$SOHOA" restore --check "$(newest)"
refuse "in the first backup of another place it is only told" 1 "package is missing" "$SOHOA" backup "$work/elsewhere"
mv "$work/aside" "$package"

ln -s "$work/kho/store" "$work/link"
inside_out() { # the command refuses each folder within the warehouse
    for place in "$work/kho" "$work/kho/store" "$work/kho/store/out" "$work/kho/new/out" "$work/link/out" \
        "$work/none/../kho/spool" "$work/kho/store/."; do
        "$@" "$place" >"$work/told" 2>&1
        if [ $? -ne 2 ] || ! grep -q 'lies in the warehouse itself' "$work/told"; then
            echo "$place" && cat "$work/told"
            return 1
        fi
    done
}
check "no backup goes into the warehouse, by whatever path" inside_out "$SOHOA" backup
check "nor an export" inside_out "$SOHOA" export --all --to
check "nothing was left there" sh -c "[ ! -e '$work/kho/new' ] && [ ! -e '$work/kho/store/out' ] && [ ! -e '$work/none' ]"

# ---- fixity and repair
check "a check of what was stored today is not overdue yet" "$SOHOA" fixity status
later=$(date -d '+3 days' +%Y-%m-%dT%H:%M:%S+07:00)
check "in three days it is" sh -c "! SOHOA_NOW=$later '$SOHOA' fixity status"
check "and status says so" sh -c "SOHOA_NOW=$later '$SOHOA' status | grep -q 'overdue'"
check "a check of one package at a time" sh -c "'$SOHOA' --json fixity --packages 1 | jq -e '.packages == 1 and .state.never == 1'"
check "goes on with the other one" sh -c "'$SOHOA' --json fixity --packages 1 | jq -e '.failed == 0 and .state.never == 0 and (.state.overdue | not)'"
SOHOA_NOW=2036-01-01T08:00:00+07:00 "$SOHOA" fixity >/dev/null
refuse "looks while the clock was ahead count as none, and are told" 1 "2 looks are dated later than today" env SOHOA_NOW=2030-01-01T08:00:00+07:00 "$SOHOA" fixity status
check "and such a check is no check in time" sh -c "SOHOA_NOW=2030-01-01T08:00:00+07:00 '$SOHOA' --json fixity status | jq -e '.overdue and .never == 2 and .checked == 0 and .last_run < \"2030\"'"
check "they are taken first, each in its turn" sh -c "'$SOHOA' --json fixity --packages 1 | jq -e '.state.ahead == 1'; '$SOHOA' --json fixity --packages 1 | jq -e '.state.ahead == 0 and .state.never == 0'"
check "then nothing is wrong" "$SOHOA" fixity status
chmod u+w "$package/$pdf"
printf X | dd of="$package/$pdf" bs=1 seek=3000 conv=notrunc 2>/dev/null
refuse "a damaged package fails the check" 1 "$id" "$SOHOA" fixity
refuse "and stays failed until it is mended" 1 "NOT whole" "$SOHOA" fixity status
copy=$(find "$work/copies" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1)
refuse "a copy that is damaged too is not taken" 3 "not whole either" "$SOHOA" fixity repair --from "$store"
check "it is put back from the backup" sh -c "'$SOHOA' --json fixity repair --from '$copy/store' | jq -e '.repaired == 1 and .left == 0'"
check "what was damaged is kept aside" sh -c "ls -d '$work'/kho/aside/*$id* | grep -q ."
check "then all is whole again" sh -c "'$SOHOA' verify '$store' && '$SOHOA' fixity status"
rm -r "$(dirname "$package")"
refuse "a package that is gone fails the check" 1 "missing" "$SOHOA" fixity
check "and is put back, from the backup itself" "$SOHOA" fixity repair --from "$copy"
rm -r "$(dirname "$package")"
"$SOHOA" fixity >/dev/null
check "or the newest of a folder of backups" "$SOHOA" fixity repair --from "$work/copies"

# ---- the anchor's alarm
"$SOHOA" init "$work/late" --agency "UBND xã Thử" >/dev/null
"$SOHOA" --warehouse "$work/late" journal anchor >/dev/null
SOHOA_NOW=2036-01-01T08:00:00+07:00 "$SOHOA" --warehouse "$work/late" fixity >/dev/null
"$SOHOA" --warehouse "$work/late" fixity >/dev/null
late() { SOHOA_NOW=$(date -d '+200 days' +%Y-%m-%dT08:00:00+07:00) "$SOHOA" --warehouse "$work/late" --json "$@"; }
alarmed() { late journal verify | jq -e '.anchor_overdue' && late status | jq -e '.anchor_overdue'; }
check "an entry from a clock that was ahead does not hide those that wait beside it" alarmed

# ---- restore
check "a backup comes back into an empty place" "$SOHOA" restore "$work/copies" "$work/new"
check "and is a warehouse that is whole" "$SOHOA" --warehouse "$work/new" verify "$work/new/store"
check "that finds what it found" sh -c "'$SOHOA' --warehouse '$work/new' search 'phan thi hoa' | grep -q '1 found'"
check "with its history, and who brought it back" sh -c "'$SOHOA' --warehouse '$work/new' --json journal | jq -e '.whole and (.entries | map(.action) | contains([\"sign\", \"restore\"]))'"
cat "$work/kho/keys/agency.pem" "$work/other.key" "$work/kho/keys/ca.pem" >"$work/mixed.pem"
cp "$work/other.pem" "$work/roots.pem"
check "certificates from elsewhere go in" "$SOHOA" --set "archive.certificate=$work/mixed.pem" --set "archive.trust_public=$work/roots.pem" backup "$work/mixed"
check "without the key beside them" sh -c "grep -c 'BEGIN CERT' '$work'/mixed/2*T*/keys/public/certificate.pem | grep -qx 3 && ! grep -rl 'PRIVATE KEY' '$work/mixed'"
check "a restore says what to set for them" sh -c "
    sed 's|^trust_public =.*|trust_public = $work/roots.pem|' '$work/kho/sohoa.conf' >'$work/conf' && cp '$work/kho/sohoa.conf' '$work/conf.was' && cp '$work/conf' '$work/kho/sohoa.conf' &&
    '$SOHOA' backup '$work/mixed2' && cp '$work/conf.was' '$work/kho/sohoa.conf' && rm '$work/roots.pem' &&
    '$SOHOA' restore '$work/mixed2' '$work/new2' | grep -q 'archive.trust_public = keys/public/trust_public.pem' && [ -e '$work/new2/keys/public/trust_public.pem' ]"
refuse "never over something" 3 "not empty" "$SOHOA" restore "$work/copies" "$work/new"
printf X | dd of="$copy/sohoa.conf" bs=1 seek=30 conv=notrunc 2>/dev/null
refuse "a damaged backup fails its drill" 1 "manifest says" "$SOHOA" restore --check "$copy"
check "and the journal says that it was found wrong" last_is restore wrong
refuse "and is not restored" 3 "damaged brings back what there is" "$SOHOA" restore "$copy" "$work/other"

# ---- what stands beside the store
printf 'unit,procedure,year,papers,pages\nX,2.000635,2012,3,3\n' >"$work/plan.csv"
"$SOHOA" inventory "$work/plan.csv" >/dev/null
"$SOHOA" export --to "$work/handed" --all --receiver 'Lưu trữ' --plain thử >/dev/null
check "records and hand-overs are in a backup" sh -c "'$SOHOA' --json backup '$work/beside' | jq -e '(.faults | length) == 0' && ls '$work'/beside/2*/records/000/00000001.json '$work'/beside/2*/handovers/*/handed.json"
check "which could be restored" sh -c "'$SOHOA' --json restore --check '$work/beside' | jq -e '.whole and .kept_faults == 0'"
for kept in "$work/kho/records/000/00000001.json" "$(ls "$work"/kho/handovers/*/handed.json)"; do
    cp "$kept" "$work/was"
    sed -i 's/"pages": [0-9]*/"pages": 77/' "$kept"
    sleep 1
    refuse "one that was changed is told at a backup: $(basename "$kept")" 1 "is not the \(record\|file\) that" "$SOHOA" backup "$work/beside"
    refuse "and at the drill" 1 "It is not whole" "$SOHOA" restore --check "$work/beside"
    cp "$work/was" "$kept"
done

check "that a copy lies on the warehouse's own disk is told" sh -c "
    '$SOHOA' backup '$work/same' | grep -q 'same disk as the warehouse' && '$SOHOA' journal anchor --to '$work/same.anchors' | grep -q 'same disk as the warehouse'"
if other=$(TMPDIR=/dev/shm mktemp -d 2>/dev/null) && [ "$(stat -c %d "$other")" != "$(stat -c %d "$work")" ]; then
    check "one elsewhere is not" sh -c "'$SOHOA' --json backup '$other/b' | jq -e '.same_disk | not'"
else
    skip "one elsewhere is not" "/dev/shm is no file system of its own"
fi
chmod -R u+w "${other:-$work/none}" 2>/dev/null
rm -rf "${other:-$work/none}"

# ---- two that bring back into the same place
mkdir "$work/twice.restoring"
mkfifo "$work/until"
flock "$work/twice.restoring" cat "$work/until" &
until ! flock -n "$work/twice.restoring" true; do sleep 0.05; done
refuse "where another restore is at work nothing is taken from under its hands" 4 "at work in" "$SOHOA" restore "$copy" "$work/twice"
cp -a "$copy" "$work/lines" && chmod -R u+w "$work/lines" && sed -i '$d' "$work/lines/manifest-sha256.txt"
refuse "also when the backup is damaged" 4 "at work in" "$SOHOA" restore --damaged "$work/lines" "$work/twice"
check "and what the other makes did not get its name" [ -d "$work/twice.restoring" ]
echo >"$work/until"
wait
refuse "afterwards it is brought back" 1 "files are back" "$SOHOA" restore --damaged "$copy" "$work/twice"

# ---- the only backup there is, and it is damaged
cp -a "$copy" "$work/only"
chmod -R u+w "$work/only"
cp "$work/kho/sohoa.conf" "$work/only/sohoa.conf"
torn=$(find "$work/only/store" -name document.pdf | head -n 1)
printf X | dd of="$torn" bs=1 seek=3000 conv=notrunc 2>/dev/null
rm "$(find "$work/only/store" -name '*.words.json' | head -n 1)"
refuse "what is there comes back, and what is wrong is told" 1 "2 files are not what they were" "$SOHOA" restore --damaged "$work/only" "$work/rest"
cp "$work/.out" "$work/told"
check "by name" grep -q "document.pdf: The file is not what" "$work/told"
check "the journal says so" sh -c "'$SOHOA' --warehouse '$work/rest' --json journal --last 1 --action restore | jq -e '.entries[0].result == \"wrong\"'"
refuse "fixity finds the rest of it" 1 "NOT whole" "$SOHOA" --warehouse "$work/rest" fixity
check "other copies mend it" "$SOHOA" --warehouse "$work/rest" fixity repair --from "$work/copies"
check "then it is whole" "$SOHOA" --warehouse "$work/rest" --set "archive.trust=$work/kho/keys/ca.pem" verify "$work/rest/store"
printf X | dd of="$work/only/sohoa.db" bs=1 seek=5000 conv=notrunc 2>/dev/null
refuse "a damaged database is begun anew" 1 "reindex makes the catalogue" "$SOHOA" restore --damaged "$work/only" "$work/rest2"
check "which makes it again" sh -c "'$SOHOA' --warehouse '$work/rest2' reindex; '$SOHOA' --warehouse '$work/rest2' search 'phan thi hoa' | grep -q '1 found'"

# ---- damaged is what tells which files there are
broken() { # NAME: the backup anew, to break its manifest
    chmod -R u+w "$work/only" && rm -rf "$work/only" && cp -a "$copy" "$work/only" && chmod -R u+w "$work/only"
    rm -rf "$work/rest3"
    sums=$work/only/manifest-sha256.txt
}
files() { (cd "$1" && find store spool records journal -type f | LC_ALL=C sort); }
broken
sed -i '3s/^./g/' "$sums"
refuse "a backup whose manifest was changed is not restored" 3 "not the one that backup.json speaks of" "$SOHOA" restore "$work/only" "$work/rest3"
refuse "one of whose lines is damaged comes back" 1 "A line of it is damaged" "$SOHOA" restore --damaged "$work/only" "$work/rest3"
files "$copy" >"$work/had"
same() { files "$work/rest3" | diff "$work/had" -; }
check "whole" same
broken
sed -i 's/\(.*\)words[.]json$/\1wxrds.json/' "$sums"
refuse "files of another name come back, too" 1 "does not name the file" "$SOHOA" restore --damaged "$work/only" "$work/rest3"
check "all of them" same
broken
sed -i '$d' "$sums"
refuse "a manifest that lost its end is none" 3 "not the one that backup.json speaks of" "$SOHOA" restore "$work/only" "$work/rest3"
broken
rm "$sums"
refuse "without its manifest a backup comes back" 1 "does not name the file" "$SOHOA" restore --damaged "$work/only" "$work/rest3"
cp "$work/.out" "$work/told3"
check "all of it" same
check "but its rows, which is told" grep -q "reindex makes the catalogue" "$work/told3"
broken
rm "$work/only/backup.json"
refuse "and without what is said of it" 1 "backup.json" "$SOHOA" restore --damaged "$work/only" "$work/rest3"
check "all, too" same
refuse "trying and bringing back are two things" 2 "usage" "$SOHOA" restore --check --damaged "$work/only"
tap_end
