#!/bin/sh
# docs/formats.md is enough to read us without us: a reader that was written from it alone, in another
# language, reads what leaves the house, and finds what was changed.
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
samples=$(cd "$here/../../samples" && pwd)
if ! command -v python3 >/dev/null 2>&1; then
    skip "another reader reads our packages" "it is written in Python, and python3 is not installed"
    tap_end
    exit
fi
reader() { python3 -I "$here/reader/other_reader.py" "$@"; }
kho() { "$SOHOA" --warehouse "$work/kho" --set ocr.model=vie --set pipeline.review=none --set archive.fonds=H30.81 "$@"; }
{
    "$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' && kho import "$here"/../data/crash/*.tif &&
        kho import --separate batch "$samples/simplex/0001-1.tif" "$samples/simplex/0012-1.jpg" && kho run &&
        kho import --separate batch "$samples/simplex/0003-1.jpg" "$samples/simplex/0012-1.jpg" "$samples/simplex/0002-1.tif" &&
        kho --set archive.volume_mb=1 run && kho import --separate batch "$samples/simplex/0006-1.jpg" &&
        kho --set archive.page_profile=layered --set archive.reread=never run &&
        kho journal anchor && kho export --to "$work/aip" --all && kho journal anchor &&
        kho export --to "$work/sip" --as sip --plain thử --all
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
for package in "$work"/aip/urn* "$work"/sip/uuid* "$work"/kho/store/*/*/v1; do
    kind=$(basename "$(dirname "$package")")
    check "it reads a package ($kind)" reader package "$package"
done
check "and knows what stands in it" sh -c "
    python3 -I '$here/reader/other_reader.py' package \"\$(ls -d '$work'/sip/uuid* | head -n 1)\" |
        jq -e '.kind == \"SIP\" and .words > 20 and .events > 5 and (.pages | length > 0)'"
check "layers and volumes too" sh -c "
    for p in '$work'/aip/urn*; do python3 -I '$here/reader/other_reader.py' package \$p; done | jq -se 'map(.pages | keys[]) | index(\"layered\") and index(\"lossless\")' &&
    ls '$work'/aip/*/data/representations/rep1/data/document-2.pdf"
check "it reads the journal and its anchors" sh -c "python3 -I '$here/reader/other_reader.py' journal '$work/kho/journal' | jq -e '.entries > 10 and .anchors == 2'"

printf 'unit,procedure,year,papers,pages\nX,2.000635,2012,3,3\n' >"$work/plan.csv"
kho inventory "$work/plan.csv" >/dev/null && sed -i 's/2012/2013/' "$work/plan.csv" && kho inventory "$work/plan.csv" >/dev/null
check "what the signature binds is what it says it is" sh -c "
    for p in '$work'/aip/urn*; do python3 -I '$here/reader/other_reader.py' package \$p; done | jq -se 'all(.bound == [\"descriptionDigest\", \"mastersDigest\"])'"
check "it reads the records of what people counted" sh -c "python3 -I '$here/reader/other_reader.py' records '$work/kho/records' | jq -es '.[0].records == 2'"
kho export --to "$work/handed" --all --receiver 'Lưu trữ "tỉnh"' --plain thử >/dev/null
check "and a hand-over" sh -c "python3 -I '$here/reader/other_reader.py' handover '$work/handed' | jq -es '.[0].packages >= 4'"

# ---- the catalogue, and the fields of PDFs that have lost their packages
catalogue() { python3 -I "$here/reader/catalogue_reader.py" "$work/kho"; }
check "it reads the catalogue, and the fields by their places" sh -c "
    python3 -I '$here/reader/catalogue_reader.py' '$work/kho' | jq -es '.[0].documents >= 4 and .[0].places >= 10'"
person=$(jq -r 'select(.fields.owner.box) | .id' "$work"/kho/store/*/*/v1/data/metadata/other/document.json | head -n 1)
check "a person corrects a name" sh -c "
    '$SOHOA' --warehouse '$work/kho' amend '$person' owner='Hoàng Thị Kiểm' --reason 'đọc sai' &&
    '$SOHOA' --warehouse '$work/kho' run"
check "and it reads that one" sh -c "python3 -I '$here/reader/catalogue_reader.py' '$work/kho' &&
    '$SOHOA' --warehouse '$work/kho' --json search --all-validity 'hoang thi kiem' | jq -e '.hits[0].owner == \"Hoàng Thị Kiểm\"'"
row() { # SQL: done to the database, and undone
    cp "$work/kho/sohoa.db" "$work/db.kept"
    python3 -c "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2]); db.commit(); db.close()" "$work/kho/sohoa.db" "$1"
}
for change in "UPDATE catalog_person SET name = 'Ai Đó'|persons" "UPDATE catalog_page SET text = 'x'|text of page 1" "UPDATE catalog_entry SET date = '1999-01-01'|date"; do
    row "${change%|*}"
    refuse "a row that says something else is found (${change#*|})" 1 "${change#*|}" catalogue
    cp "$work/db.kept" "$work/kho/sohoa.db"
done

# ---- and finds what was done to them
one=$(find "$work/aip" -name document.pdf | head -n 1)
one=${one%/data/representations/*}
chmod -R u+w "$work/aip"
changed() { # NAME FILE WORDS
    cp "$one/$2" "$work/kept"
    printf X | dd of="$one/$2" bs=1 seek=300 conv=notrunc 2>/dev/null
    refuse "$1" 1 "$3" reader package "$one"
    cp "$work/kept" "$one/$2"
}
changed "a changed PDF" data/representations/rep1/data/document.pdf "document.pdf: changed"
master=$(find "$one/data/representations/rep2/data" -type f | head -n 1)
changed "a changed master" "${master#"$one"/}" "$(basename "$master"): changed"
changed "a changed description" data/metadata/preservation/PREMIS.xml "PREMIS.xml: changed"
echo x >"$one/data/extra"
refuse "a file too many" 1 "extra: in no manifest" reader package "$one"
rm "$one/data/extra"
cp -a "$one" "$work/other"
chmod -R u+w "$work/other"
sed -i 's/"access": [0-9"]*/"access": "1"/' "$work/other/data/metadata/other/document.json"
. "$here/../reseal.sh"
reseal_whole "$work/other"
refuse "another description under sound sums" 1 "descriptionDigest is another" reader package "$work/other"
sed -i 's/2012/2011/' "$work/kho/records/000/00000001.json"
refuse "a changed record" 1 "the journal names another" reader records "$work/kho/records"
check "with all put back it is whole again" reader package "$one"
segment=$(find "$work/kho/journal" -name '*.jsonl')
cp "$segment" "$work/kept"
sed -i 4d "$segment"
refuse "a removed entry" 1 "jsonl:4: sequence" reader journal "$work/kho/journal"
sed '4s/"actor":"[^"]*"/"actor":"ai"/' "$work/kept" >"$segment"
refuse "a changed entry" 1 "jsonl:4: changed" reader journal "$work/kho/journal"
head -n 3 "$work/kept" >"$segment"
refuse "an end that was cut off" 1 "not there any more" reader journal "$work/kho/journal"
tap_end
