#!/bin/sh
# The main job with the real binary: feeder -> signed PDF/A -> found by name.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../feeder.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho

mkdir "$work/sheets"
for side in 1 2; do
    cp "$samples/duplex/0001-$side.tif" "$work/sheets/0001-$side.tif" # blank back
    cp "$samples/duplex/0006-$side.tif" "$work/sheets/0002-$side.tif" # two written sides
done
feeder_load "$work/sheets"

check "init makes a warehouse with a test key" "$SOHOA" init "$work/kho" --agency "Ủy ban nhân dân xã Thử Nghiệm"
check "init again leaves the warehouse as it is" "$SOHOA" init "$work/kho"
check "doctor finds nothing missing" "$SOHOA" doctor
check "the key's last day is as people write it, in Vietnamese" sh -c "'$SOHOA' --lang vi doctor | grep -qE 'hiệu lực đến [0-3][0-9]/[01][0-9]/20[0-9]{2} '"
check "the feeder is listed among the scanners" sh -c "'$SOHOA' devices | grep -q sohoafeeder"
printf 'unit,procedure,year,papers,pages\nTây Hòa,%s,2014,4,8\nThổ Quan,1.004873,2011,2,4\n' 1.013823 >"$work/kk.csv"
check "the inventory is imported" "$SOHOA" inventory "$work/kk.csv"

"$SOHOA" --json scan --profile adf-duplex --box H-07 --sheets 2 >"$work/scan.json" 2>"$work/scan.err"
check "two sheets give four pages" jq -e '.pages == 4 and .sheets == 2 and .status == "ok"' "$work/scan.json"
batch=$(jq -r .batch "$work/scan.json")
check "each side is a lossless TIFF master" sh -c "ls '$work/kho/spool/$batch'/*.scan.tif | wc -l | grep -qx 4"

"$SOHOA" --set pipeline.review=none --json run -j 2 >"$work/run.json" 2>"$work/run.err"
check "run packs, signs, stores and indexes both documents" jq -e '.documents_indexed == 2 and .held == 0' "$work/run.json"
check "status adds up what page images take, as the packages say" sh -c "test \$('$SOHOA' --json status | jq '[.images[].bytes]|add') -eq \$(find '$work/kho/store' -name packing.json -exec jq '[.classes[].bytes]|add' {} + | jq -s add)"
check "status counts two documents indexed" sh -c "'$SOHOA' --json status | jq -e '[.counts[]|select(.kind==\"document\" and .state==\"indexed\")][0].count == 2'"
check "the blank back is kept and marked, not dropped" sh -c "
    for json in '$work'/kho/store/*/*/v1/data/metadata/other/document.json; do jq -r '.pages[].blank' \$json; done | sort | uniq -c | tr -s ' ' | grep -q '1 true'"

check "found by the citizen's name without marks" sh -c "'$SOHOA' --json search 'le ngoc buoi' | jq -e '.hits[0].owner == \"Lê Ngọc Bưởi\"'"
check "found by the name with marks" sh -c "'$SOHOA' --json search 'Vũ Văn Lộc' | jq -e '.hits | length >= 1'"
check "found by the number on the paper" sh -c "'$SOHOA' --json search 'số: 8852/QĐ-UBND' | jq -e '.hits | length >= 1'"
check "found by year band" sh -c "'$SOHOA' --json search --band 2006-2015 --all-validity | jq -e '.total == 2'"
check "not found in another band" sh -c "'$SOHOA' --json search --band 1996-2005 | jq -e '.total == 0'"
check "progress counts the papers of the band" sh -c "'$SOHOA' --json progress | jq -e '[.[]|select(.band==\"2006-2015\")][0].papers_done == 2'"
check "deadlines are days as people write them, in Vietnamese" sh -c "'$SOHOA' --lang vi progress | grep -q ' 31/12/2023'"

# The words of the page under the boxes of the first hit are what the snippet marks.
boxes_are_the_hit() {
    "$SOHOA" --json search "$1" | jq '.hits[0]' >"$work/hit"
    page=$(jq -r .place.page "$work/hit")
    words=$(find "$work/kho/store/$(jq -r .path "$work/hit")" -name "$page.words.json")
    jq -r '.snippet | split("\u0002")[1] | split("\u0003")[0]' "$work/hit" >"$work/marked"
    jq -r --slurpfile hit "$work/hit" '[.lines[].words[] | select(.box as $box | $hit[0].place.boxes
        | map([.x, .y, .width, .height]) | index([$box]) != null or (map({x: .[0], y: .[1], width: .[2], height: .[3]})
        | index([$box]) != null)) | .text] | join(" ")' "$words" >"$work/boxed"
    cat "$work/marked" "$work/boxed"
    grep -q . "$work/marked" && grep -qF "$(cat "$work/marked")" "$work/boxed"
}
check "a hit's boxes on its page are those of its words" boxes_are_the_hit 'xã hội chủ nghĩa'
check "names are suggested while they are typed" sh -c "'$SOHOA' --json search --suggest 'le ng' | jq -e '.[0].name == \"Lê Ngọc Bưởi\" and .[0].persons >= 1'"
check "and in another order" sh -c "'$SOHOA' search --suggest 'buoi l' | grep -q 'Lê Ngọc Bưởi'"
check "nobody is suggested for letters that nobody has" sh -c "'$SOHOA' search --suggest 'zzq' | grep -q 'No name'"
check "verify finds the store whole" "$SOHOA" verify "$work/kho/store"

pdf=$(find "$work/kho/store" -name document.pdf | sort | head -n 1)
check "verify judges one PDF" sh -c "'$SOHOA' --json verify '$pdf' | jq -e '.whole and .verdicts[0].pdfa_2u and .verdicts[0].signatures == 1 and .verdicts[0].trusted'"
check "its days are as people write them, in Vietnamese" sh -c "'$SOHOA' --lang vi verify '$pdf' | grep '^ [1-7]' | grep -cE ' [0-3][0-9]/[01][0-9]/20[0-9]{2} [0-2][0-9]:' | grep -qx 2"
check "the PDF's text is Vietnamese that can be selected" sh -c "pdftotext '$pdf' - | grep -q 'VIỆT NAM'"
check "the visible block names the agency" sh -c "pdftotext '$pdf' - | tr -s ' \n' ' ' | grep -q 'Thử Nghiệm'"
check "pdfsig finds the signature valid" sh -c "pdfsig '$pdf' 2>/dev/null | grep -q 'Signature is Valid'"
check "no citizen's name is in a file name or the log" sh -c "! find '$work/kho' | grep -iE 'buoi|bưởi|013140311' && ! grep -riE 'bưởi|013140311' '$work/kho/log'"
check "the spool is cleared when all of a batch is in the store" sh -c "! ls '$work/kho/spool' | grep -q ."

package=${pdf%/data/representations/*}
cp -a "$package" "$work/tampered"
chmod -R u+w "$work/tampered"
printf 'X' | dd of="$work/tampered/data/representations/rep1/data/document.pdf" bs=1 seek=3000 conv=notrunc 2>/dev/null
refuse "verify finds one changed byte" 1 "document.pdf" "$SOHOA" verify "$work/tampered"

rm "$work"/kho/sohoa.db*
check "a lost database is made again from the store" "$SOHOA" reindex
check "and the citizen is found as before" sh -c "'$SOHOA' --json search 'le ngoc buoi' | jq -e '.hits[0].owner == \"Lê Ngọc Bưởi\"'"
check "run with nothing to do is done" "$SOHOA" run

check "the full text agrees with the catalogue" "$SOHOA" reindex --check
forge "$work/kho/sohoa.db" 'DELETE FROM catalog_text_data WHERE id > 10; DELETE FROM catalog_page WHERE page = 0'
refuse "what is damaged in it is told" 1 "reindex" "$SOHOA" reindex --check
words=$(find "$work/kho/store" -name '0001-1.words.json' | head -n 1)
mv "$words" "$work/words.json"
refuse "a package that cannot be read is named, the other is taken in" 1 "${words%%/data/*}" "$SOHOA" reindex
mv "$work/words.json" "$words"
check "made again from the store it is whole" "$SOHOA" reindex
check "and says so" "$SOHOA" reindex --check
check "and both are found" sh -c "'$SOHOA' --json search --band 2006-2015 --all-validity | jq -e '.total == 2'"
tap_end
