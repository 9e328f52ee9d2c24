#!/bin/sh
# What is stored, amended by a person: a new version beside the old, found by what it says now; and signed again
# when the office has its real key.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
export SOHOA_PIPELINE_REVIEW=none
"$SOHOA" import "$samples/simplex/0001-1.tif" "$samples/simplex/0005-1.jpg" >/dev/null
"$SOHOA" run -j 2 >/dev/null 2>&1
amend() { "$SOHOA" amend "$@"; }
id=$("$SOHOA" --json search 'số: 271/GPXD' | jq -r '.hits[0].document')
other=$(find "$work/kho/store" -mindepth 2 -maxdepth 2 -type d ! -name "$id" -exec basename {} \;)
folder=$(find "$work/kho/store" -type d -name "$id")
pdf() { echo "$folder/v$1/data/representations/rep1/data/document.pdf"; }
hashes() { find "$folder/v$1" -type f -exec sha256sum {} + | sort | sha256sum; }
check "there are two documents" test -n "$id" -a -n "$other"
check "before, the owner is the one that was read" sh -c "'$SOHOA' --json search 'tên: Lương Tiến Ước' | jq -e '.hits[0].document == \"$id\"'"
before=$(hashes 1)
page=$(jq -r '.pages[0].name' "$folder/v1/data/metadata/other/document.json")
master=$(jq -r '.pages[0].file' "$folder/v1/data/metadata/other/document.json")
batch=$(jq -r .batch "$folder/v1/data/metadata/other/document.json")

# ---- what is refused
refuse "without a reason nothing is amended" 2 "say why" amend "$id" owner=x
refuse "nor without a field" 2 "usage" amend "$id" --reason vì
refuse "an unknown field is refused with the nearest" 3 "mean owner" amend "$id" ownr=x --reason vì
refuse "a bad date is refused" 3 "no day of the calendar" amend "$id" date=32/13/2010 --reason vì
refuse "a type that nobody knows too" 3 "types.tsv" amend "$id" type=bay_ba --reason vì
refuse "and what says so already" 3 "Nothing would change" amend "$id" 'owner=Lương Tiến Ước' --reason vì
refuse "an unknown id too" 3 "no document" amend 00000000-0000-8000-8000-000000000000 owner=x --reason vì
refuse "there is nothing to withdraw" 3 "not being amended" amend "$id" --withdraw
refuse "as long as the key is a TEST key nothing is signed again by it" 3 "TEST key, too" amend --test-signed --reason vì
check "none of this left anything" sh -c "! ls '$work/kho/spool' | grep . && '$SOHOA' --json status | jq -e '[.counts[] | select(.kind == \"document\" and .state == \"indexed\")][0].count == 2'"

# ---- owner and date
check "taken back before it is stored, all stands as before" sh -c "
    '$SOHOA' amend '$id' owner=Nhầm --reason nhầm && '$SOHOA' amend '$id' --withdraw && '$SOHOA' run && ! { ls '$work/kho/spool'; ls '$folder'; } | grep -E 'amended|v2'"
check "owner and day are amended" "$SOHOA" --actor Lan --role 'văn thư' amend "$id" 'owner=Hoàng Thị Kiểm' date=03/04/2009 --reason 'đọc sai tên, số 012345678901'
check "until it is stored the old one is found" sh -c "'$SOHOA' --json search 'tên: Lương Tiến Ước' | jq -e '.hits[0].version == 1'"
refuse "it is amended once at a time" 3 "on its way" amend "$id" owner=Khác --reason vì
check "the store is whole meanwhile" "$SOHOA" verify "$work/kho/store"
check "review shows it as it will be" sh -c "'$SOHOA' --json review show '$id' | jq -e '.fields.owner.value == \"Hoàng Thị Kiểm\"'"
refuse "its page is not read again" 3 "are not read again" "$SOHOA" review send-back "$batch/$page"
check "run brings it to its end" sh -c "'$SOHOA' --json run -j 2 | jq -e '.documents_indexed == 1 and .held == 0'"
check "the spool is empty again" sh -c "! ls '$work/kho/spool' | grep ."

json=$folder/v2/data/metadata/other/document.json
# shellcheck disable=SC2016 # of jq
check "the new version names the old one and why, without a citizen's number" jq -e --arg id "$id" \
    '.version == 2 and .supersedes == ($id + "/v1") and (.reason | startswith("đọc sai tên")) and (.reason | contains("012345678901") | not)' "$json"
check "and who approved it" jq -e '.approved_by == "Lan" and ([.acts[].what] | . == ["amend", "correct", "correct", "approve"])' "$json"
check "the old one is the same to the byte" test "$before" = "$(hashes 1)"
check "its events go on with who did it, as whom" sh -c "jq -s -e '[.[] | select(.type == \"amendment\")] | length == 1 and .[0].agent == \"Lan\" and (.[0].detail | startswith(\"role: văn thư; reason: đọc sai\"))' '$folder/v2/data/metadata/other/events.jsonl'"
check "each event has a name of its own" sh -c "jq -r .id '$folder/v2/data/metadata/other/events.jsonl' | sort | uniq -d | wc -l | grep -qx 0"
check "what was amended is in PREMIS and EAD" sh -c "grep -q 'amendment: role' '$folder/v2/data/metadata/preservation/PREMIS.xml' && grep -q 'Hoàng Thị Kiểm' '$folder/v2/data/metadata/descriptive/EAD.xml' && grep -q '$id/v1' '$folder/v2/data/metadata/descriptive/EAD.xml'"
check "master and words are the same files" sh -c "
    for f in rep2/data/$master rep3/data/$page.words.json; do [ '$folder/v1/data/representations/'\$f -ef '$folder/v2/data/representations/'\$f ] || exit 1; done"

# ---- the text of the PDF
pdftotext "$(pdf 2)" "$work/text"
check "the text layer says at its place what the person says" grep -qE 'bà\)[: ]*Hoàng Thị Kiểm' "$work/text"
check "and the day in the words of the paper" grep -q 'ngày 03 tháng 04 năm 2009' "$work/text"
check "what was read is still in words.json" sh -c "jq -r '.lines[].words[].text' '$folder/v2/data/representations/rep3/data/$page.words.json' | grep -qi 'ƯỚC'"
check "the packing event names the places where the two differ" sh -c "grep -q 'text as corrected: date, owner' '$folder/v2/data/metadata/other/events.jsonl'"
check "a field that does not stand on the paper changes no text" sh -c "
    '$SOHOA' amend '$other' procedure=1.004873 --reason 'sai thủ tục' && '$SOHOA' run &&
    pdftotext '$work'/kho/store/*/'$other'/v1/data/representations/rep1/data/document.pdf - | grep -v -e '^SAO' -e '^20' >'$work/one' &&
    pdftotext '$work'/kho/store/*/'$other'/v2/data/representations/rep1/data/document.pdf - | grep -v -e '^SAO' -e '^20' | cmp - '$work/one'"

# ---- found, counted, verified
check "the new name is found" sh -c "'$SOHOA' --json search 'Hoàng Thị Kiểm' | jq -e '.hits | length == 1 and .[0].document == \"$id\" and .[0].version == 2 and .[0].date == \"2009-04-03\"'"
check "the old name is not, neither as owner nor in the text" sh -c "'$SOHOA' --json search '\"Lương Tiến Ước\"' | jq -e '[.hits[] | select(.document == \"$id\" and .whole)] | length == 0'"
check "the catalogue made again says the same" sh -c "'$SOHOA' reindex && '$SOHOA' --json search 'Hoàng Thị Kiểm' | jq -e '.hits | length == 1 and .[0].version == 2'"
check "a document is counted once" sh -c "'$SOHOA' --json status | jq -e '[.counts[] | select(.kind == \"document\" and .count > 0)] == [{kind: \"document\", state: \"indexed\", count: 2}]'"
check "verify finds the whole store whole" sh -c "'$SOHOA' --json verify '$work/kho/store' | jq -e '.whole and .verdicts[0].packages == 4 and .verdicts[0].superseded == 2'"
check "the old version is told as superseded" sh -c "'$SOHOA' verify '$folder/v1' | grep -q 'Superseded: version 2'"
check "the new one tells of what it takes the place, and why" sh -c "'$SOHOA' verify '$folder/v2' | grep -q 'takes the place of version 1: đọc sai tên'"
check "pdfsig finds the signature valid" sh -c "pdfsig '$(pdf 2)' 2>/dev/null | grep -q 'Signature is Valid'"
check "the journal tells who amended which fields, and nothing that stood in them" sh -c "
    '$SOHOA' --json journal --action amend | jq -e '[.entries[] | select(.object == \"$id\" and .actor == \"Lan\")] | length == 1 and .[0].role == \"văn thư\" and .[0].detail == \"fields=owner,date version=2 supersedes=v1\"'"
check "the journal is whole" "$SOHOA" journal verify
check "no citizen is in the journal" sh -c "! grep -riE 'Kiểm|Tiến Ước' '$work/kho/journal' '$work/kho/log'"

# ---- both versions leave and come in
"$SOHOA" init "$work/there" --agency 'Lưu trữ' >/dev/null
cp "$work/kho/keys/ca.pem" "$work/there/keys/ca.pem"
check "both versions leave" "$SOHOA" export --to "$work/aip" --all
check "and come into another warehouse" "$SOHOA" --warehouse "$work/there" import "$work/aip"
check "the same to the byte" diff -r "$work/kho/store" "$work/there/store"
check "where the new name is found" sh -c "'$SOHOA' --warehouse '$work/there' --json search 'Hoàng Thị Kiểm' | jq -e '.hits | length == 1 and .[0].version == 2'"
check "what came as a package can be amended there, too" sh -c "
    '$SOHOA' --warehouse '$work/there' amend '$id' 'owner=Hoàng Thị Kiệm' --reason 'sai dấu' && '$SOHOA' --warehouse '$work/there' run &&
    '$SOHOA' --warehouse '$work/there' --json search 'Hoàng Thị Kiệm' | jq -e '.hits[0].version == 3'"

# ---- from the test key to the real one
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/real.key" -out "$work/real.crt" -days 365 \
    -subj "/C=VN/O=UBND xã Thử/CN=UBND xã Thử" -addext basicConstraints=critical,CA:FALSE \
    -addext "keyUsage=critical,digitalSignature,nonRepudiation" 2>/dev/null
cat "$work/real.key" "$work/real.crt" >"$work/real.pem"
for row in "key|file:$work/real.pem" "certificate|" "pin_command|" "trust|$work/real.crt"; do
    sed -i "s|^${row%%|*} =.*|${row%%|*} = ${row#*|}|" "$work/kho/sohoa.conf"
done
refuse "before, their signer is not trusted" 1 "signers are not trusted .*: 2)" "$SOHOA" verify "$work/kho/store"
check "one of them is taken" sh -c "'$SOHOA' --json amend --test-signed --limit 1 --reason 'ký bằng khóa thật' | jq -e '.amended == 1 and .more'"
check "the same command goes on with the rest" sh -c "'$SOHOA' --json amend --test-signed --reason 'ký bằng khóa thật' | jq -e '.amended == 1 and .waiting == 1 and (.more | not)'"
check "run signs both" sh -c "'$SOHOA' --json run -j 2 | jq -e '.documents_indexed == 2'"
check "done, nothing is left to do" sh -c "'$SOHOA' --json amend --test-signed --reason x | jq -e '.amended == 0 and .waiting == 0' && '$SOHOA' --json amend --untrusted --reason x | jq -e '.amended == 0'"
check "the whole store is whole and trusted, with the old versions as they were" sh -c "
    '$SOHOA' --json verify '$work/kho/store' | jq -e '.whole and .untrusted == 0 and .verdicts[0].superseded_untrusted == 4'"
check "what a person said is still there" sh -c "'$SOHOA' --json search 'Hoàng Thị Kiểm' | jq -e '.hits[0].version == 3' && pdftotext '$(pdf 3)' - | grep -q 'Hoàng Thị Kiểm'"
check "signed by the real key" sh -c "pdfsig '$(pdf 3)' 2>/dev/null | grep -q 'Signature is Valid' && '$SOHOA' --json verify '$(pdf 3)' | jq -e '.verdicts[0].trusted'"
check "one document is signed again without a field" sh -c "'$SOHOA' amend '$id' --sign-again --reason 'chứng thư mới' && '$SOHOA' run && [ -f '$(pdf 4)' ]"

# ---- damage is not carried on
chmod -R u+w "$folder/v4"
printf X | dd of="$folder/v4/data/representations/rep3/data/$page.alto.xml" bs=1 seek=200 conv=notrunc 2>/dev/null
amend "$id" owner=Khác --reason vì >/dev/null
refuse "a new version of what is damaged is held" 3 "1 held" "$SOHOA" run
check "and names what to repair" sh -c "'$SOHOA' review list | grep -q 'repair that package'; '$SOHOA' --json review | jq -e '.[0].why | test(\"repair\")'"
check "and can be taken back" sh -c "'$SOHOA' amend '$id' --withdraw && '$SOHOA' run && ! ls '$folder' | grep v5"

# ---- the same version comes as a package meanwhile
"$SOHOA" init "$work/twin" --agency 'UBND xã Hai' >/dev/null
twin() { "$SOHOA" --warehouse "$work/twin" "$@"; }
cat "$work/kho/keys/ca.pem" "$work/real.crt" >"$work/roots.pem"
{
    "$SOHOA" export --to "$work/out" "$other" && twin --set "archive.trust=$work/roots.pem" import "$work/out" &&
        twin amend "$other" number=1/A --reason vì && twin run && twin export --to "$work/back" "$other" &&
        amend "$other" number=2/B --reason vì && cat "$work/twin/keys/ca.pem" >>"$work/roots.pem" &&
        "$SOHOA" --set "archive.trust=$work/roots.pem" import "$work/back"
} >"$work/log" 2>&1 || cat "$work/log"
refuse "what was amended cannot be stored then, and what to do is said" 3 "amend --withdraw" sh -c "'$SOHOA' run; code=\$?; '$SOHOA' review show '$other'; exit \$code"
check "it can be taken back" amend "$other" --withdraw
check "nothing is held then" sh -c "'$SOHOA' run && '$SOHOA' --json status | jq -e '.held == []'"
check "what came is found" sh -c "'$SOHOA' --json search 'số: 1/A' | jq -e '.hits[0].document == \"$other\"'"
check "and amended anew" sh -c "'$SOHOA' amend '$other' number=2/B --reason vì && '$SOHOA' run && '$SOHOA' --json search 'số: 2/B' | jq -e '.hits[0].document == \"$other\"'"
check "all of it is whole" sh -c "'$SOHOA' --set 'archive.trust=$work/roots.pem' verify '$work'/kho/store/*/'$other'"
tap_end
