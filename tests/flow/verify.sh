#!/bin/sh
# verify: what is recorded is in the store, what is in the store is recorded.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null

check "the empty store of a fresh warehouse is whole" "$SOHOA" verify "$work/kho/store"
mkdir "$work/empty"
refuse "an empty folder is no store" 1 "no package in it" "$SOHOA" verify "$work/empty"
refuse "what is not there is one sentence" 3 "no file and no folder" "$SOHOA" verify "$work/nothing"
check "and no verdict" sh -c "! '$SOHOA' verify '$work/nothing' 2>&1 | grep -qi 'scan\|PDF/A'"

"$SOHOA" import "$samples/simplex/0001-1.tif" "$samples/simplex/0003-1.jpg" --separate file >/dev/null
"$SOHOA" --set pipeline.review=none run -j 2 >"$work/run.out" 2>&1
check "two documents are stored" sh -c "ls -d '$work'/kho/store/*/*/v1 | wc -l | grep -qx 2"
check "the store is whole" "$SOHOA" verify "$work/kho/store"
check "and compared with the catalogue" sh -c "'$SOHOA' --json verify '$work/kho/store' | jq -e '.verdicts[0].compared_with_catalogue'"

document=$(find "$work/kho/store" -mindepth 2 -maxdepth 2 -type d | sort | head -n 1)
check "the folder of a document is judged version by version" sh -c "'$SOHOA' --json verify '$document' | jq -e '.whole and (.verdicts | length) == 1 and .verdicts[0].in_catalogue'"
cp -a "$document/v1" "$document/v3"
refuse "a version left out is told" 1 "Of 3 versions only 2" "$SOHOA" verify "$work/kho/store"
chmod -R u+w "$document/v3"
rm -r "$document/v3"

kept=$(find "$work/kho/store" -mindepth 2 -maxdepth 2 -type d | sort | head -n 1)
mv "$kept" "$work/taken"
refuse "a package taken out as a whole is missed" 1 "$(basename "$kept") is missing" "$SOHOA" verify "$work/kho/store"
check "JSON says so too" sh -c "'$SOHOA' --json verify '$work/kho/store' | jq -e '(.whole | not) and .verdicts[0].faults == 1 and (.faults | length) == 1'"
mv "$work/kho/store" "$work/away"
mkdir "$work/kho/store"
refuse "an emptied store is not whole" 1 "is missing" "$SOHOA" verify "$work/kho/store"
rmdir "$work/kho/store"
mv "$work/away" "$work/kho/store"
mv "$work/taken" "$kept"
check "with the package back it is whole" "$SOHOA" verify "$work/kho/store"

mv "$work"/kho/sohoa.db* "$work/empty"
check "without its database the packages alone are judged" "$SOHOA" verify "$work/kho/store"
check "that is said" sh -c "'$SOHOA' verify '$work/kho/store' | grep -q 'There is no catalogue'"
check "and as JSON" sh -c "'$SOHOA' --json verify '$work/kho/store' | jq -e '.verdicts[0].compared_with_catalogue == false'"
check "without trusted roots signers are not judged, not untrusted" sh -c "
    '$SOHOA' --json --set archive.trust= verify '$work/kho/store' | jq -e '.verdicts[0].not_judged == 2 and .verdicts[0].untrusted == 0'"
check "nor are they in the text" sh -c "'$SOHOA' --set archive.trust= verify '$work/kho/store' | grep 'not judged for 2'"
cp -a "$work/kho/store" "$work/copied"
check "nor is a copied store compared with anything, and that is said" sh -c "
    '$SOHOA' verify '$work/copied' | grep -q 'Only the packages were judged'"
chmod -R u+w "$work/copied"
rm -r "$work/copied"
mv "$kept" "$work/taken"
"$SOHOA" reindex >/dev/null
mv "$work/taken" "$kept"
refuse "a package without a row is named" 1 "sohoa index $kept/v1" "$SOHOA" verify "$work/kho/store"
check "sohoa index takes it in" "$SOHOA" index "$kept/v1"
check "then all is whole" "$SOHOA" verify "$work/kho/store"

# ---- a FIFO in the place of a file has no end, and may have no beginning
mkdir -p "$work/piped/2026"
cp -a "$kept" "$work/piped/2026/"
piped=$work/piped/2026/$(basename "$kept")/v1
chmod -R u+w "$work/piped"
pipes() { # each file in turn: found, and in time
    find "$piped" -type f >"$work/each"
    while read -r each; do
        mv "$each" "$work/whole" && mkfifo "$each"
        timeout 30 "$SOHOA" verify "$piped" </dev/null >"$work/said" 2>&1
        code=$?
        rm "$each" && mv "$work/whole" "$each"
        if [ $code -ne 1 ] || ! grep -q 'no ordinary file' "$work/said"; then
            echo "$each: $code"
            return 1
        fi
    done <"$work/each"
}
check "a FIFO in the place of any file of a package is found, and holds up nothing" pipes

# ---- a sample
refuse "a sample of none is a mistake" 2 "from 1 on" "$SOHOA" verify --sample 0 "$work/kho/store"
check "a sample says what it is of, and that all was compared" sh -c "
    '$SOHOA' verify --sample 1 --seed a '$work/kho/store' >'$work/said' && grep -q 'A sample of 1 out of 2 documents' '$work/said' && grep -q 'journal and the catalogue were compared' '$work/said'"
check "who signed is a table" grep -qE '^ +1  agency +.*: trusted' "$work/said"
check "in JSON too, of the store as well" sh -c "
    '$SOHOA' --json verify '$work/kho/store' | jq -e '.verdicts[0].signers | length == 1 and .[0].count == 2 and .[0].trusted'"
cp -a "$kept/v1" "$kept/v2.new"
mv "$kept" "$work/taken"
refuse "a document that is missing is drawn all the same" 1 "is missing" "$SOHOA" verify --sample 2 "$work/kho/store"
mv "$work/taken" "$kept"
rm -rf "$kept/v2.new"
mv "$work/kho/store" "$work/away"
mkdir "$work/kho/store"
refuse "of an emptied store nothing is found whole" 1 "store is empty; 2 documents" "$SOHOA" verify --sample 5 "$work/kho/store"
rmdir "$work/kho/store"
mv "$work/away" "$work/kho/store"
refuse "of a folder without packages nothing can be drawn" 1 "nothing can be drawn" "$SOHOA" verify --sample 5 "$work/empty"
cp -a "$work/kho/store" "$work/copied"
check "a sample of a copy says that nothing was compared" sh -c "'$SOHOA' verify --sample 1 '$work/copied' | grep -q 'Only the packages were judged'"
check "a store of another warehouse is told as that" sh -c "
    '$SOHOA' init '$work/second' >/dev/null && '$SOHOA' --warehouse '$work/second' --set 'archive.trust=$work/kho/keys/ca.pem' verify '$work/kho/store' | grep -q 'store of another warehouse'"
chmod -R u+w "$work/copied"
rm -r "$work/copied"

# ---- the same document under another year
"$SOHOA" fixity >/dev/null
mkdir "$work/kho/store/2001"
cp -a "$kept" "$work/kho/store/2001/"
refuse "a copy under another year is told" 1 "says that it was stored as $(basename "$(dirname "$kept")")/" "$SOHOA" verify "$work/kho/store"
refuse "by fixity, too" 1 "copy" "$SOHOA" fixity
chmod -R u+w "$work/kho/store/2001"
rm -r "$work/kho/store/2001"
check "when it is gone again nothing is missed" "$SOHOA" fixity
check "and all is whole" "$SOHOA" verify "$work/kho/store"

# ---- a year that was moved to another disk, with a link in its place
year=$(ls "$work/kho/store")
mv "$work/kho/store/$year" "$work/disk"
ln -s "$work/disk" "$work/kho/store/$year"
check "reindex goes through the link" "$SOHOA" reindex
hits() { # each hit's PDF is there
    for path in $("$SOHOA" --json search --limit 50 | jq -r '.hits[].path'); do
        find "$work/kho/store/$path/" -name document.pdf | grep . || return 1
    done
}
check "each hit's path is there" hits
check "and begins with the year as the store names it" sh -c "'$SOHOA' --json search | jq -e '.hits | length == 2 and all(.path | startswith(\"$year/\"))'"
tap_end
