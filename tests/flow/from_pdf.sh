#!/bin/sh
# Nothing is left of an archive but its PDFs: they say enough to make the catalogue again. And a PDF of
# ours that comes back is known for what it is.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
agency='UBND xã Thử Nghiệm'
here() { "$SOHOA" --warehouse "$work/here" --set pipeline.review=none "$@"; }
there() { "$SOHOA" --warehouse "$work/there" "$@"; }
{
    "$SOHOA" init "$work/here" --agency "$agency" &&
        here import --separate file --box H-1 --shelf K-2 "$samples/duplex/0001-1.tif" "$samples/duplex/0006-1.tif" "$samples/simplex/0012-1.jpg" &&
        here import --separate batch --box H-2 --set archive.volume_mb=1 "$samples/simplex/0003-1.jpg" "$samples/simplex/0012-1.jpg" "$samples/simplex/0001-1.tif" &&
        here --set archive.volume_mb=1 run
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
n=0
mkdir "$work/pdfs"
for pdf in "$work"/here/store/*/*/v1/data/representations/rep1/data/*.pdf; do
    n=$((n + 1))
    cp "$pdf" "$work/pdfs/$n.pdf"
done
check "one document has several volumes" [ "$n" -gt 4 ]
"$SOHOA" init "$work/there" --agency "$agency" >/dev/null

rows() { # NAME: what a PDF carries of its row, and the words of its pages
    python3 - "$work/$1/sohoa.db" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
carried = "document_id version path batch box_code shelf custodian type title procedure number number_key book date year agency signer pages".split()
for row in db.execute("SELECT %s FROM catalog_entry ORDER BY document_id" % ", ".join("coalesce(%s, '')" % c for c in carried)): print(row)
for row in db.execute("SELECT document_id, page, text FROM catalog_page t JOIN catalog_entry e ON e.id = t.entry_id ORDER BY 1, 2"):
    print(row[0], row[1], " ".join(row[2].split("\f")[0].split()))
for row in db.execute("SELECT document_id, role, name, base, coalesce(birth_date, '') FROM catalog_person p JOIN catalog_entry e ON e.id = p.entry_id ORDER BY 1, 2, 3"): print(row)
for row in db.execute("SELECT document_id, digits FROM catalog_identifier i JOIN catalog_entry e ON e.id = i.entry_id ORDER BY 1, 2"): print(row)
for row in db.execute("SELECT document_id, u.name FROM catalog_entry e JOIN catalog_unit u ON u.id = e.unit_id ORDER BY 1"): print(row)
END
}
check "the PDFs alone are entered" sh -c "'$SOHOA' --warehouse '$work/there' --json reindex --from-pdf '$work/pdfs' | tee '$work/.json' | jq -e '.documents == 4 and .refused == 0 and .incomplete == 0'"
rows here >"$work/rows.here"
rows there >"$work/rows.there"
check "there are rows and words" sh -c "[ \$(wc -l <'$work/rows.here') -ge 8 ]"
check "what a PDF carries is as it was" diff "$work/rows.here" "$work/rows.there"
check "there are persons among them" sh -c "grep -c \"'owner'\" '$work/rows.there' | grep -qx '[3-9]'"
check "a person is found by name" sh -c "'$SOHOA' --warehouse '$work/there' --json search 'le ngoc buoi' | jq -e '.hits[0].why == \"name\"'"
# The metadata are what stands outside of all compressed streams: no name, no number of a person.
check "no metadata names one" python3 - "$work/there/sohoa.db" "$work"/pdfs/*.pdf <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
secrets = [r[0] for r in db.execute("SELECT name FROM catalog_person UNION SELECT digits FROM catalog_identifier UNION SELECT signer FROM catalog_entry WHERE signer IS NOT NULL")]
for path in sys.argv[2:]:
    data = open(path, "rb").read()
    for secret in secrets:
        for form in (secret, secret.upper()):
            if form.encode() in data or form.encode("utf-16-be").hex().upper().encode() in data: sys.exit("named in %s" % path)
sys.exit(0 if len(secrets) > 5 else "no persons")
END
check "a document by its number" sh -c "'$SOHOA' --warehouse '$work/there' --json search '185/UBND-XNTTHN' | jq -e '.total >= 1'"
check "before, status says that nothing came in; then no more" sh -c "'$SOHOA' init '$work/none' --agency x >/dev/null && '$SOHOA' --warehouse '$work/none' status | grep -q 'Nothing has come in' && ! '$SOHOA' --warehouse '$work/there' status | grep -q 'Nothing has come in'"
check "a search names no file that is not there" sh -c "'$SOHOA' --warehouse '$work/there' search '185/UBND-XNTTHN' >'$work/.found' && grep -q 'NOT in the store' '$work/.found' && ! grep -q 'document.pdf' '$work/.found'"
check "nor does what is shown, which says what to do" sh -c "'$SOHOA' --warehouse '$work/there' show \$(basename \$(ls -d '$work'/here/store/*/* | head -n 1)) --purpose thu | grep -q 'NOT in the store.*fixity repair'"
split=$(ls "$work"/here/store/*/*/v1/data/representations/rep1/data/document-2.pdf | head -n 1)
parts=$(dirname "$split")
volumes() { here show "$(echo "$split" | sed 's|.*/store/[^/]*/\([^/]*\)/.*|\1|')" --purpose thu | grep -o '/.*[.]pdf$' >"$work/.volumes"; ls "$parts"/*.pdf | diff - "$work/.volumes"; }
check "of a document in volumes each is named, as they are" volumes
check "progress counts it" sh -c "'$SOHOA' --warehouse '$work/there' --json progress >/dev/null"
check "what a PDF does not carry is said" sh -c "'$SOHOA' init '$work/again' --agency x >/dev/null && '$SOHOA' --warehouse '$work/again' reindex --from-pdf '$work'/pdfs/1.pdf | grep -q 'tells the place'"
check "a second time changes nothing" sh -c "'$SOHOA' --warehouse '$work/here' --json reindex --from-pdf '$work/pdfs' | jq -e '.documents == 0 and .there == 4'"
check "the rows of packages are not given up for less" sh -c "'$SOHOA' --warehouse '$work/here' --json search 'le ngoc buoi' | jq -e '.hits[0].why == \"name\"'"
id=$(here --json search 'le ngoc buoi' | jq -r '.hits[0].document')
pdf=$(ls "$work"/here/store/*/"$id"/v1/data/representations/rep1/data/document.pdf)
pdftocairo -pdf "$pdf" "$work/other.pdf" 2>/dev/null
refuse "a PDF of others is named" 1 "did not make it\|no readable XMP" "$SOHOA" --warehouse "$work/again" reindex --from-pdf "$work/other.pdf"
many=$(ls "$work"/here/store/*/*/v1/data/representations/rep1/data/document-2.pdf | head -n 1)
"$SOHOA" init "$work/volume" --agency x >/dev/null
refuse "a missing volume is told" 1 "another volume is missing" "$SOHOA" --warehouse "$work/volume" reindex --from-pdf "$many"
mkdir "$work/nothing"
refuse "where no PDF lies that is said" 1 "no PDF" there reindex --from-pdf "$work/nothing"
refuse "without paths it is a wrong command line" 2 "from-pdf" there reindex --from-pdf

# ---- one of ours comes back
cp "$pdf" "$work/back.pdf"
refuse "its PDF is no new paper" 3 "PDF of document $id" here import "$work/back.pdf"
mkdir "$work/mixed"
cp "$pdf" "$samples/duplex/0001-1.tif" "$work/mixed"
refuse "nor in a folder" 3 "PDF of document $id" here import "$work/mixed"
"$SOHOA" init "$work/lost" --agency "$agency" >/dev/null
refuse "not even when all else is lost" 3 "from-pdf" "$SOHOA" --warehouse "$work/lost" import "$work/back.pdf"
check "nothing came of it" sh -c "[ \$('$SOHOA' --warehouse '$work/here' --json status | jq '[.counts[]|select(.kind==\"batch\")|.count]|add') = 2 ]"
mkdir -p "$work/bag/data"
cp "$pdf" "$work/bag/data/x.pdf"
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' >"$work/bag/bagit.txt"
(cd "$work/bag" && sha256sum data/x.pdf >manifest-sha256.txt)
check "in another program's bag it keeps its id" sh -c "'$SOHOA' --warehouse '$work/lost' --json import '$work/bag' | jq -e '.taken == 1 and .packages[0].id == \"$id\"'"
check "and where its document is, it is there" sh -c "'$SOHOA' --warehouse '$work/here' --json import '$work/bag' | jq -e '.there == 1 and .packages[0].id == \"$id\"'"

# ---- with further persons: what the PDF says of them is what the package says
"$SOHOA" init "$work/list" --agency "$agency" >/dev/null
list() { "$SOHOA" --warehouse "$work/list" "$@"; }
list import --separate file "$samples/simplex/0012-1.jpg" >/dev/null 2>&1
list --set pipeline.review=all run >/dev/null 2>&1
json=$(ls "$work"/list/spool/*/*/document.json)
jq -s '.[0].lines[3].words[0] as $w | .[1] | .owners = [{name: $w.text, box: $w.box, page: 0, confidence: 1}]' \
    "$work"/list/spool/*/*.words.json "$json" >"$work/with.json" && cp "$work/with.json" "$json"
list review approve "$(jq -r .id "$json")" >/dev/null && list run >/dev/null 2>&1
cp "$work"/list/store/*/*/v1/data/representations/rep1/data/document.pdf "$work/bag/data/x.pdf"
check "the PDF tells where a further person stands" grep -q -a 'fieldPlaces>.*owners 1:' "$work/bag/data/x.pdf"
(cd "$work/bag" && sha256sum data/x.pdf >manifest-sha256.txt)
check "in another program's bag it comes in" sh -c "'$SOHOA' --warehouse '$work/lost' --json import '$work/bag' | jq -e '.taken == 1'"
cp "$work/list/keys/ca.pem" "$work/lost/keys/ca.pem"
taken=$(ls -d "$work"/lost/store/*/"$(jq -r .id "$work/with.json")"/v1)
check "and is whole" "$SOHOA" --warehouse "$work/lost" verify "$taken"
check "with its person" sh -c "jq -e '.owners | length == 1' '$taken/data/metadata/other/document.json'"
tap_end
