#!/bin/sh
# A sheet of paper that is taken in twice counts once, until a person says that it is another paper.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
review() { "$SOHOA" review "$@"; }
take() { "$SOHOA" import "$samples/simplex/$1" >/dev/null; }
done_now() { "$SOHOA" --json progress | jq '.[] | select(.band == null) | .papers_done'; }
twice_now() { "$SOHOA" --json progress | jq '.[] | select(.band == null) | .papers_twice'; }
held_id() { "$SOHOA" --json review | jq -r '.[] | select(.kind == "document") | .id'; }
state_of() { "$SOHOA" --json status | jq -r --arg state "$1" '.counts[] | select(.kind == "document" and .state == $state) | .count'; }

# ---- held before it is approved
take 0001-1.tif
check "a paper comes in and counts" sh -c "'$SOHOA' run -j 2"
first=$("$SOHOA" --json search --limit 5 | jq -r '.hits[0].document')
take 0001-1.tif
refuse "the same sheet again is held, whatever the policy finds sure" 3 "1 held" "$SOHOA" run -j 2
second=$(held_id)
check "the reason names the one that is there" sh -c "'$SOHOA' --json review show '$second' | jq -e '.why | contains(\"$first\")'"
check "it is not counted" [ "$(done_now)" = 1 ]
refuse "nobody approves it without having said what it is" 3 "review another $second" review approve "$second"
refuse "another paper needs a reason" 3 "reason" review another "$second"
refuse "a document that is like no other is not set aside" 3 "nothing to say" review same "$first"
refuse "neither is one that is not there" 3 "no document" review same nobody

# ---- the same: set aside, and never lost
check "the same paper is set aside" review same "$second" --as Lan
check "it waits for nobody" [ "$("$SOHOA" --json review | jq length)" = 0 ]
check "and is told as set aside" [ "$(state_of aside)" = 1 ]
check "the run ends well" "$SOHOA" run -j 2
check "it is not stored" [ "$(find "$work/kho/store" -maxdepth 3 -name v1 | wc -l)" = 1 ]
check "its image is still there when its batch is finished" sh -c "
    '$SOHOA' run && '$SOHOA' --json status | jq -e '.counts[] | select(.kind == \"batch\" and .state == \"finished\") | .count == 2' &&
    find '$work/kho/spool' -name '*.scan.*' | wc -l | grep -qx 1"
check "the list names it with the other" sh -c "'$SOHOA' --json review twins | jq -e 'length == 1 and .[0].document == \"$second\" and .[0].other == \"$first\" and .[0].said == \"aside\"'"
check "who said so is in the journal" sh -c "'$SOHOA' --json journal --document '$second' | jq -e '[.entries[] | select(.action == \"twin\" and .actor == \"Lan\")] | length == 1'"

# ---- said otherwise afterwards
check "it was another paper all the same" review another "$second" --reason "bản trích lục thứ hai" --as Hoa
cp -a "$work/kho" "$work/stopped"
chmod -R u+w "$work/stopped"
forge "$work/stopped/sohoa.db" "UPDATE ledger SET held = 1, why = 'là trùng' WHERE kind = 'document' AND id = '$second'"
check "stopped behind its record it is said again, once" sh -c "
    '$SOHOA' --warehouse '$work/stopped' review another '$second' --reason 'lần nữa' && [ \"\$(find '$work/stopped/records' -name '*.json' | xargs grep -l '\"kind\": \"twin\"' | wc -l)\" = 2 ] &&
    ! '$SOHOA' --warehouse '$work/stopped' --json review show '$second' | jq -r .why | grep -q 'là trùng'"
check "it is held for its approval" [ "$(held_id)" = "$second" ]
check "and goes on when that is given" sh -c "'$SOHOA' review approve '$second' --as Hoa && '$SOHOA' run -j 2"
check "now both count" [ "$(done_now)" = 2 ]
check "with the reason in the list" sh -c "'$SOHOA' --json review twins | jq -e 'length == 1 and .[0].said == \"another\" and (.[0].reason | contains(\"trích lục\"))'"
check "the spool is empty again" sh -c "'$SOHOA' run && ! find '$work/kho/spool' -name '*.scan.*' | grep -q ."
check "the records bear it out" "$SOHOA" journal verify

# ---- two of a kind at one time
take 0004-1.tif
take 0004-1.tif
refuse "of two that come together one is held" 3 "1 signed.*1 held" "$SOHOA" run -j 2
third=$(held_id)
check "it is counted once" [ "$(done_now)" = 3 ]
check "the same, set aside" sh -c "'$SOHOA' review same '$third' && '$SOHOA' run"
forge "$work/kho/sohoa.db" "DELETE FROM ledger; DELETE FROM ledger_paper"
refuse "with the ledger lost, what was set aside is there, and asked about again" 3 "1 held" "$SOHOA" run -j 2
check "it is that one" [ "$(held_id)" = "$third" ]
check "and is set aside again" sh -c "'$SOHOA' review same '$third' && '$SOHOA' run && [ '$(done_now)' = 3 ]"

# ---- a policy that asks nobody
take 0001-1.tif
check "a policy that holds nothing lets it in, and tells" sh -c "
    '$SOHOA' --set pipeline.review=none --json run -j 2 | jq -e '.twins | length == 1 and .[0].document != .[0].other'"
fourth=$("$SOHOA" --json review twins | jq -r '.[] | select(.said == "open") | .document')
check "it is not counted: nobody has said so" [ "$(done_now) $(twice_now)" = "3 1" ]
check "the table says so" sh -c "'$SOHOA' progress | grep -q 'review twins'"
check "that it is the same is said of what is stored, too" review same "$fourth" --reason "quét hai lần"
check "and changes no figure" [ "$(done_now) $(twice_now)" = "3 1" ]
check "nobody is asked again" sh -c "'$SOHOA' --json review twins | jq -e 'all(.[]; .said != \"open\")'"
check "a report counts it so, too" sh -c "cd '$work' && '$SOHOA' progress --report month --out bao-cao.pdf && '$SOHOA' progress --verify bao-cao.pdf && pdftotext -layout bao-cao.pdf - | grep -q 'Taken in twice'"
check "that it is another is said" review another "$fourth" --reason "bản sao khác"
check "and it counts" [ "$(done_now) $(twice_now)" = "4 0" ]
check "the report of before is still right" sh -c "cd '$work' && '$SOHOA' progress --verify bao-cao.pdf"
check "rows and records agree" "$SOHOA" verify "$work/kho/store"
cp "$work/kho/sohoa.db" "$work/before.db"
check "made again from the records it is the same" sh -c "'$SOHOA' reindex && [ \"\$('$SOHOA' --json progress | jq '.[] | select(.band == null) | .papers_done')\" = 4 ]"
tap_end

# ---- several at once
take 0001-1.tif
take 0004-1.tif
refuse "two more copies are held" 3 "2 held" "$SOHOA" run -j 2
copies=$(held_id)
refuse "of several, one that cannot be is told by its id" 3 "nobody: There is no document" review same $copies nobody
check "and the others are set aside" [ "$(state_of aside)" = 3 ]
refuse "several other papers need a reason, too" 3 "reason" review another $copies
check "with one they wait for their approval" sh -c "
    '$SOHOA' --json review another $(echo "$copies" | tr '\n' ' ') --reason 'bản sao khác' | jq -e '.status == \"ok\" and (.another | length == 2) and .refused == []' &&
    '$SOHOA' --json review | jq -e 'length == 2'"
