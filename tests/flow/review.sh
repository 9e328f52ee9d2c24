#!/bin/sh
# A held document by a person's hand: shown, corrected, approved, found as corrected.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
review() { "$SOHOA" review "$@"; }
take() { "$SOHOA" import "$samples/simplex/$1" >/dev/null; } # one paper
field() { "$SOHOA" --json review show "$id" | jq -r ".fields.$1.value"; }

take 0003-1.jpg
refuse "a date written by hand is held for a person" 3 "1 held" "$SOHOA" run -j 2
id=$("$SOHOA" --json review | jq -r '.[0].id')
check "the list names the document and what to look at" sh -c "'$SOHOA' review list | grep '$id' | grep -q 'Date of issue'"
check "the list as JSON has kind, state and path" sh -c "'$SOHOA' --json review | jq -e 'length == 1 and .[0].kind == \"document\" and .[0].state == \"understood\" and (.[0].path | endswith(\"document.json\"))'"
check "show prints the fields" sh -c "'$SOHOA' review show '$id' | grep -q 'Phan Thị Hoa'"
check "each page is named by the path that opens it" sh -c "'$SOHOA' review show '$id' | sed -n 's/^  \\(.*\\.scan\\....\\).*/\\1/p' >'$work/.pages' && [ -s '$work/.pages' ] && xargs -d '\\n' ls <'$work/.pages'"
check "and what to type next has the document's id" sh -c "'$SOHOA' review show '$id' | grep -q 'sohoa review approve $id'"
check "show as JSON has no date" sh -c "'$SOHOA' --json review show '$id' | jq -e '.fields.date.value == null'"

refuse "a bad date is refused" 3 "no day of the calendar" review correct "$id" date=32/13/2010
refuse "what turns the writing round is refused" 3 "not seen (U+202E)" review correct "$id" "owner=$(printf 'Phan \342\200\256aoH')"
refuse "a control character too" 3 "not seen (U+001B)" review correct "$id" "agency=$(printf 'UBND \033[31m')"
refuse "an unknown field is refused with the nearest" 3 "mean owner" review correct "$id" ownr=x
refuse "a type of paper that types.tsv does not have is refused with the nearest" 3 "types.tsv; did you mean khai_sinh? There are .*khai_tu" review correct "$id" type=khai_sin
refuse "neither is another taken" 3 "types.tsv" review correct "$id" type=bay_ba
refuse "nor a procedure that the catalogue does not have" 3 "procedures.csv" review correct "$id" procedure=9.999999
check "one that it has is taken, and the answer says that the document stays held, and why" sh -c "
    '$SOHOA' review correct '$id' type=khai_sinh procedure=1.001193 >'$work/said' && grep -q 'stays held: .*Date of issue' '$work/said' && grep -q 'approve $id' '$work/said'"
refuse "an unknown id is refused" 3 "nothing with the id" review correct nobody owner=x
refuse "show of an unknown id is refused" 3 "no document with the id" review show nobody
check "what was refused changed nothing" sh -c "'$SOHOA' --json review show '$id' | jq -e '.fields.date.value == null and .fields.owner.value == \"Phan Thị Hoa\"'"

check "in Vietnamese the list has days as people write them" sh -c "
    '$SOHOA' --lang vi review list | grep -qE ' [0-3][0-9]/[01][0-9]/20[0-9]{2} [0-2][0-9]:[0-5][0-9] '"
check "why it is held is told in the language of who asks, whatever it was held in" sh -c "
    '$SOHOA' --lang vi --json review show '$id' >'$work/vi' && '$SOHOA' --json review show '$id' >'$work/en' &&
    jq -e '.why | test(\"Ngày\") and (test(\"not found|doubtful\") | not)' '$work/vi' && jq -e '.why | test(\"Date of issue\")' '$work/en' &&
    '$SOHOA' --lang vi review send-back '$id' && ! '$SOHOA' --lang vi run -j 2 && '$SOHOA' --json review show '$id' >'$work/again' && cmp '$work/en' '$work/again'"
batch=$(basename "$(ls -d "$work"/kho/spool/*)")
check "send-back of the document is taken" review send-back "$id"
refuse "it is understood again and held again" 3 "1 held" "$SOHOA" run -j 2
check "send-back of the page is taken" review send-back "$batch/0001-1"
refuse "the page is read again and held again" 3 "^1 page read.*1 held" "$SOHOA" run -j 2

check "owner, date and number are corrected" review correct "$id" --as "Lan" "owner=Phan Thị Hoài" date=14/05/2004 "number=78/QĐ-UB"
check "what the table still doubts is named beside the approval that is wanted" sh -c "
    '$SOHOA' --json review show '$id' >'$work/shown' && doubts=\$(jq '[.fields[] | select(.doubt != null and .doubt != \"\")] | length' '$work/shown') &&
    if [ \"\$doubts\" -gt 0 ]; then jq -e '.why | test(\"doubtful still\")' '$work/shown'; else jq -e '.why | test(\"Nothing is doubtful\")' '$work/shown'; fi"
check "the date stands as a day" test "$(field date)" = 2004-05-14
check "send-back once more" review send-back "$id"
refuse "corrected and sent back it still waits for a person" 3 "1 held" "$SOHOA" run -j 2
check "it says that it was sent back and awaits approval" sh -c "'$SOHOA' review list | grep '$id' | grep -q 'Sent back.*approval'"
refuse "neither does another policy let it pass" 3 "1 held" sh -c "
    '$SOHOA' review send-back '$id' && '$SOHOA' --set pipeline.review=none run -j 2"
check "nothing of it was stored" sh -c "! ls '$work/kho/store' | grep -q ."
check "the document waits for approval" sh -c "'$SOHOA' --json review | jq -e 'length == 1'"
check "approve" review approve "$id" --as "Lan"
check "run stores and indexes it" "$SOHOA" run -j 2
check "nothing is held any more" sh -c "'$SOHOA' --json review | jq -e 'length == 0'"
check "found by the corrected name" sh -c "'$SOHOA' --json search 'Phan Thị Hoài' | jq -e '.hits[0].document == \"$id\" or .hits[0].id == \"$id\" or .hits[0].owner == \"Phan Thị Hoài\"'"
check "found by the corrected number" sh -c "'$SOHOA' --json search 'số: 78/QĐ-UB' | jq -e '.hits[0].number == \"78/QĐ-UB\"'"
check "the corrected date is in the catalogue" sh -c "'$SOHOA' --json search 'phan thi hoai' | jq -e '.hits[0].date == \"2004-05-14\"'"
check "in Vietnamese as people write it" sh -c "'$SOHOA' --lang vi search 'phan thi hoai' | grep -q 'ngày 14/05/2004'"
check "who approved is in the package" sh -c "jq -e '.approved_by == \"Lan\"' '$work'/kho/store/*/'$id'/v1/data/metadata/other/document.json"
check "the corrections are in its record" sh -c "grep -c '\"correct\"' '$work'/kho/store/*/'$id'/v1/data/metadata/other/document.json | grep -qv '^0'"
refuse "what is stored cannot be corrected" 3 "sohoa amend $id" review correct "$id" owner=x
refuse "nor is it to be reviewed any more, and where it is is said" 3 "is in the store.*sohoa show $id" review show "$id"

take 0001-1.tif
refuse "policy all holds every document" 3 "1 held" "$SOHOA" --set pipeline.review=all run -j 2
id=$("$SOHOA" --json review | jq -r '.[0].id')
check "approved it goes on under the same policy" sh -c "'$SOHOA' review approve '$id' && '$SOHOA' --set pipeline.review=all run -j 2"

# ---- what was approved is what was approved
take 0010-1.tif
refuse "another is held" 3 "1 held" "$SOHOA" run -j 2
id=$("$SOHOA" --json review | jq -r '.[0].id')
check "Lan approves it" review approve "$id" --as Lan
check "what Minh corrects after that stays held, and says so" sh -c "
    '$SOHOA' review correct '$id' --as Minh number=90/QĐ-UBND date=22/11/2018 type=cai_chinh procedure=1.004859 | grep -q 'approve $id'"
refuse "and goes no further without another approval" 3 "1 held" "$SOHOA" run -j 2
refuse "a batch is not approved" 3 "is a batch or a page" review approve "$(basename "$(ls -d "$work"/kho/spool/*)")"
check "a title that was read at another place of the page is corrected" sh -c "
    '$SOHOA' review correct '$id' title='QUYẾT ĐỊNH Về việc cho phép thay đổi, cải chính hộ tịch' && '$SOHOA' review approve '$id' --as Hoa"
forge "$work/kho/sohoa.db" "UPDATE ledger SET state = 'packed', held = 1, why = 'word 7' WHERE kind = 'document' AND id = '$id'"
refuse "what could not be signed is not approved as it is" 3 "is past this" review approve "$id"
check "it is corrected, approved again and packed" sh -c "
    '$SOHOA' review correct '$id' number=91/QĐ-UBND && '$SOHOA' review approve '$id' --as Hoa && '$SOHOA' run -j 2"
check "its record says who approved what is in it" sh -c "jq -e '.approved_by == \"Hoa\" and .fields.number.value == \"91/QĐ-UBND\"' '$work'/kho/store/*/'$id'/v1/data/metadata/other/document.json"
check "nothing was written over what stands where the title was looked for" sh -c "
    pdftotext '$work'/kho/store/*/'$id'/v1/data/representations/rep1/data/document.pdf - | grep -c 'QUYẾT ĐỊNH' | grep -qx 2"
take 0005-1.jpg
check "policy none holds nothing" "$SOHOA" --set pipeline.review=none run -j 2
check "four documents are stored" sh -c "ls -d '$work'/kho/store/*/*/v1 | wc -l | grep -qx 4"

# ---- the same sheet again
take 0001-1.tif
check "a sheet that was taken in twice is told, with the one that was there" sh -c "
    '$SOHOA' --set pipeline.review=none --json run -j 2 | jq -e '.twins | length == 1 and .[0].document != .[0].other'"
take 0008-1.tif
check "another sheet is not" sh -c "'$SOHOA' --set pipeline.review=none --json run -j 2 | jq -e '.twins == []'"

# ---- what is held and no document
sed 's/^/x/' "$samples/simplex/0005-1.jpg" | head -c 3000 >"$work/broken.jpg"
before=$("$SOHOA" --json status | jq '.held | length')
"$SOHOA" import "$samples/simplex/0004-1.tif" >/dev/null 2>&1 || "$SOHOA" import "$samples/simplex/0002-1.tif" >/dev/null 2>&1
page=$(find "$work/kho/spool" -name '*.scan.*' -newer "$work/broken.jpg" | head -n 1)
long=$(printf 'lời lẽ rất dài %.0s' 1 2 3 4 5 6 7 8 9 10 11 12)
forge "$work/kho/sohoa.db" "UPDATE ledger SET held = 1, why = '$long' WHERE kind IN ('page', 'batch') AND batch = '$(basename "$(dirname "$page")")'"
check "a held page and a held batch are in the list" [ "$("$SOHOA" --json status | jq '.held | length')" = $((before + 2)) ]
check "show knows each thing that the list names" sh -c "
    for it in \$('$SOHOA' --json review | jq -r '.[].id'); do '$SOHOA' review show \$it | grep -q 'held: ' || exit 1; done"
check "and says what can be done" sh -c "'$SOHOA' review show '$(basename "$(dirname "$page")")' | grep -q 'send-back'"
forge "$work/kho/sohoa.db" "UPDATE ledger SET state = 'open' WHERE kind = 'batch' AND batch = '$(basename "$(dirname "$page")")'"
check "of a batch that is open nothing is promised that send-back would refuse" sh -c "! '$SOHOA' review show '$(basename "$(dirname "$page")")' | grep -q 'send-back'"
check "a long reason is cut at a word in the list" sh -c "'$SOHOA' review | grep -q 'dài …$\|rất …$\|lẽ …$\|lời …$'"
check "and whole where one thing is shown" sh -c "'$SOHOA' --json review show '$(basename "$(dirname "$page")")' | jq -e '.why | length > 150'"
tap_end
