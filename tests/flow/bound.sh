#!/bin/sh
# The chain of proof against who can write the disk and has no key: packages that were resealed, signatures
# that were taken away, packages and stores that are gone.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../reseal.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
check "a store in which nothing was ever stored is said to be empty" sh -c "'$SOHOA' fixity status | grep -q 'store is empty'"
"$SOHOA" import "$samples/simplex/0001-1.tif" "$samples/simplex/0003-1.jpg" --separate file >/dev/null
"$SOHOA" --set pipeline.review=none run -j 2 >"$work/run.out" 2>&1
store=$work/kho/store
package=$(find "$store" -mindepth 3 -maxdepth 3 -type d | sort | head -n 1)
place=${package#"$store"/}
id=$(basename "$(dirname "$package")")
pdf=data/representations/rep1/data/document.pdf
cp -a "$work/kho" "$work/good"
again() {
    chmod -R u+w "$work/kho"
    rm -rf "$work/kho"
    cp -a "$work/good" "$work/kho"
}

# ---- the journal names the package
hash=$(sha256sum <"$package/tagmanifest-sha256.txt" | cut -c1-64)
check "storing is entered with the hash of the tagmanifest" sh -c "
    '$SOHOA' --json journal --object $id | jq -e '.entries[] | select(.action == \"store\") | .detail == \"place=$place tagmanifest=$hash\"'"
check "verify says that the package is the one the journal names" sh -c "'$SOHOA' --json verify '$package' | jq -e '.whole and .verdicts[0].journal_bond == \"bound\"'"
"$SOHOA" backup "$work/copies" >/dev/null
copy=$(find "$work/copies" -mindepth 1 -maxdepth 1 -type d)
chmod -R u+w "$package"
sed -i 's/"version": 1/"version": 1 /' "$package/data/metadata/other/document.json"
reseal_whole "$package"
check "a resealed package is whole by itself" sh -c "cp -a '$package' '$work/v1' && '$SOHOA' --set 'archive.trust=$work/kho/keys/ca.pem' verify '$work/v1'"
refuse "and is not the one that was stored" 1 "is not the one that entry" "$SOHOA" verify "$package"
refuse "verify of the store finds it" 1 "is not the one that entry" "$SOHOA" verify "$store"
refuse "fixity finds it" 1 "is not the one that entry" "$SOHOA" fixity
mkdir -p "$work/bad/$(dirname "$place")"
cp -a "$package" "$work/bad/$place"
refuse "a resealed copy is not taken for a repair" 3 "is nowhere as it was stored" "$SOHOA" fixity repair --from "$work/bad"
check "the true one is" sh -c "'$SOHOA' --json fixity repair --from '$copy/store' | jq -e '.repaired == 1'"
check "then the store is whole" "$SOHOA" verify "$store"
chmod -R u+w "$copy"
rm -rf "$copy/store/$place"
cp -a "$work/bad/$place" "$copy/store/$place"
refuse "a drill finds a resealed package in a backup" 1 "is not the one that entry" "$SOHOA" restore --check "$copy"
again
two=$(dirname "$package")/v2
cp -a "$package" "$work/v2" && mv "$work/v2" "$two"
chmod -R u+w "$two"
sed -i 's/"version": 1/"version": 2/' "$two/data/metadata/other/document.json"
sed -i "s|$id/v1|$id/v2|" "$two/bag-info.txt" "$two/data/metadata/preservation/PREMIS.xml"
reseal_whole "$two"
refuse "a version that nobody stored is found" 1 "no version" "$SOHOA" verify "$store"
again

# ---- events, without a journal
chmod -R u+w "$package"
sed -i '2s/"at":"20[0-9][0-9]/"at":"2020/' "$package/data/metadata/other/events.jsonl"
reseal_whole "$package"
cp -a "$package" "$work/told"
refuse "events that PREMIS tells otherwise are found in the package alone" 1 "tell different events" \
    "$SOHOA" --set "archive.trust=$work/kho/keys/ca.pem" verify "$work/told"
again

# ---- the signed PDF names the masters, without a journal
master=$(find "$package/data/representations/rep2/data" -type f | head -n 1)
digest() { sha256sum "$1" | cut -c1-64; }
was=$(digest "$master")
check "what the PDF says of the masters can be had from sha256sum" sh -c "
    cd '$(dirname "$master")' && sha256sum -- * | sha256sum | cut -c1-64 | xargs -I{} grep -q '<sohoa:mastersDigest>{}<' '$package/$pdf'"
chmod -R u+w "$package"
printf ' ' >>"$master" # the pixels stay
sed -i "s/$was/$(digest "$master")/" "$package/data/metadata/other/packing.json" "$package"/data/representations/rep2/metadata/other/*.page.json
reseal_whole "$package"
cp -a "$package" "$work/alone"
refuse "another master under sound sums is found by the signed PDF alone" 1 "made of other scanned images" \
    "$SOHOA" --set "archive.trust=$work/kho/keys/ca.pem" verify "$work/alone"
again

# ---- a journal from before entries had hashes
python3 - "$work"/kho/journal/*.jsonl <<'END'
import hashlib, json, re, sys
for path in sys.argv[1:]:
    previous, out = "0" * 64, []
    for line in open(path):
        entry = json.loads(line)
        entry["detail"] = re.sub(r" ?place=\S* tagmanifest=\S*", "", entry["detail"])
        entry["previous"] = previous
        del entry["hash"]
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        previous = hashlib.sha256(text[:-1].encode()).hexdigest()
        out.append(text[:-1] + ',"hash":"' + previous + '"}\n')
    open(path, "w").write("".join(out))
END
check "is told as not bound" sh -c "'$SOHOA' verify '$package' | grep -q 'not bound'"
check "in JSON too" sh -c "'$SOHOA' --json verify '$package' | jq -e '.verdicts[0].journal_bond == \"unbound\"'"
again

# ---- a signature that was taken away
"$SOHOA" --set archive.sign=no import "$samples/simplex/0001-1.tif" >/dev/null
"$SOHOA" --set archive.sign=no --set pipeline.review=none run -j 2 >"$work/run.out" 2>&1
bare=$(find "$store" -mindepth 3 -maxdepth 3 -type d -newer "$work/good" | while read -r one; do [ -e "$work/good/store/${one#"$store"/}" ] || echo "$one"; done | head -n 1)
check "a document that was not signed is whole" "$SOHOA" verify "$bare"
chmod -R u+w "$package"
cp "$bare/$pdf" "$package/$pdf"
reseal_whole "$package"
refuse "one that the journal says was signed is not" 1 "journal says that this document was signed" "$SOHOA" verify "$package"
refuse "its own events tell it without a journal" 1 "events.jsonl tells that it was signed" "$SOHOA" --warehouse "$work/good" verify "$package"
again

# ---- what is gone before anybody looked at it
mv "$package" "$work/taken"
refuse "a package that is gone before its first check is missed" 1 "recorded and is NOT in the store" "$SOHOA" fixity status
refuse "fixity names it" 1 "$id.*is missing" "$SOHOA" fixity
refuse "and goes on saying so" 1 "NOT whole" "$SOHOA" fixity status
check "no share is above 100" sh -c "'$SOHOA' --json fixity status | jq -e '.packages == 2 and .checked == 2 and .missing == 1'"
again
rm -rf "$store"
mkdir "$store"
refuse "an emptied store is missed" 1 "2 packages are recorded and are NOT" "$SOHOA" fixity status
forge "$work/kho/sohoa.db" "DELETE FROM catalog_images; DELETE FROM catalog_entry; DELETE FROM ledger"
refuse "also when the catalogue was emptied too: the journal knows" 1 "is missing" "$SOHOA" fixity
again
"$SOHOA" fixity >/dev/null
forge "$work/kho/sohoa.db" "INSERT INTO fixity_run VALUES (strftime('%Y-%m-%dT%H:%M:%S+07:00', 'now', '+8 hours'), '', 0, 0, 0)"
refuse "a check that died is told, and not well" 1 "did not come to its end" "$SOHOA" fixity status
again
rm -rf "$(dirname "$package")" "$work/kho"/sohoa.db*
"$SOHOA" reindex >/dev/null 2>&1
refuse "a package that is gone with the database is missed by the journal" 1 "is missing" "$SOHOA" verify "$store"
again
rm -rf "$work/kho/journal" "$work/kho"/sohoa.db*
"$SOHOA" reindex >/dev/null 2>&1
"$SOHOA" fixity >/dev/null 2>&1

refuse "what no journal knows is not taken for repaired" 3 "journal does not know" "$SOHOA" fixity repair --from "$work/good"
refuse "so it goes on being a fault" 1 "does not know" "$SOHOA" fixity
again
tap_end
